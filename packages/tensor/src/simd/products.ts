/** The SIMD kernels of products, and of what relevance does around them. */
import type { Kernels } from "../kernels.ts";
import { scalar } from "../scalar/index.ts";
import { emitProducts } from "./code/emit.ts";
import { convKernels } from "./conv.ts";
import { denseKernels } from "./dense.ts";
import { elementwiseKernels } from "./elementwise.ts";
import type { Machine } from "./machine.ts";
import { make, made, type KernelSet } from "./made.ts";

/** The kernels that no program does without. */
export function productKernels(machine: Machine): Kernels {
  return {
    ...scalar,
    name: "simd",
    allocate: (length) => machine.allocate(length),
    ...denseKernels(machine),
    ...convKernels(machine),
    ...elementwiseKernels(machine),
  };
}

const products: KernelSet = { emit: emitProducts, kernels: productKernels };

/**
 * The SIMD kernels of dense layers, convolutions and rectifiers alone, for small downloads: pools, activations that are
 * programs and norms run as plain loops. Those of `simd` where they are made already; `undefined` where it is.
 *
 * `preferKernels(simdProducts)`
 */
export function simdProducts(): Kernels | undefined {
  return (made() ?? make(products, undefined))?.kernels;
}
