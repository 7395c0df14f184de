/** The kernels as plain loops: they define what every kernel means and run in any engine. */
import type { Kernels } from "../kernels.ts";
import { compute } from "./compute.ts";
import { conv, convTransposed } from "./conv.ts";
import { dense, denseTransposed, matmul } from "./dense.ts";
import { add, addProduct, negativePart, product, quotient, relu } from "./elementwise.ts";
import { averagePool, averagePoolTransposed, maxPool, scatterAdd } from "./pool.ts";

/** Plain loops over ordinary arrays. */
export const scalar: Kernels = {
  name: "scalar",
  allocate: (length) => new Float32Array(length),
  dense,
  denseTransposed,
  matmul,
  conv,
  convTransposed,
  maxPool,
  scatterAdd,
  averagePool,
  averagePoolTransposed,
  relu,
  negativePart,
  add,
  addProduct,
  product,
  quotient,
  compute,
};
