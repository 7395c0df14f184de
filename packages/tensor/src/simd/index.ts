/** The kernels in WebAssembly SIMD, emitted here. */
import type { CompiledModule } from "../host.ts";
import type { Kernels } from "../kernels.ts";
import { scalar } from "../scalar/index.ts";
import { convKernels } from "./conv.ts";
import { denseKernels } from "./dense.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { createHeap } from "./heap.ts";
import { Machine } from "./machine.ts";
import { compileSimd } from "./module.ts";
import { poolKernels } from "./pool.ts";

export { compileSimd, simdBytes } from "./module.ts";

let made: Kernels | undefined;

/**
 * The SIMD kernels, made at the first call; `undefined` where the host has no SIMD or forbids compiling.
 *
 * A host that only takes modules compiled beforehand gives one made from `simdBytes()`.
 */
export function simd(module?: CompiledModule): Kernels | undefined {
  return (made ??= create(module));
}

function create(given: CompiledModule | undefined): Kernels | undefined {
  const memory = createHeap();
  if (memory === undefined) return undefined;
  const module = given ?? compileSimd(memory.kind);
  if (module === undefined) return undefined;
  let machine: Machine;
  try {
    machine = new Machine(module, memory.heap);
  } catch {
    return undefined;
  }
  return {
    ...scalar,
    name: "simd",
    allocate: (length) => machine.allocate(length),
    ...denseKernels(machine),
    ...convKernels(machine),
    ...elementwiseKernels(machine),
    ...poolKernels(machine),
  };
}
