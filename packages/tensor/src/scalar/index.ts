/** The kernels as plain loops, which define what they mean and run in any engine; groups come with who uses them. */
import type { Kernels } from "../kernels.ts";
import { conv, convTransposed } from "./conv.ts";
import { dense, denseTransposed, matmul } from "./dense.ts";
import { add, addProduct, negativePart, product, quotient, relu, reluTransposed } from "./elementwise.ts";

/** Plain loops over ordinary arrays. */
export const scalar: Kernels = {
  name: "scalar",
  allocate: (length) => new Float32Array(length),
  dense,
  denseTransposed,
  matmul,
  conv,
  convTransposed,
  relu,
  reluTransposed,
  negativePart,
  add,
  addProduct,
  product,
  quotient,
};
