/** The SIMD kernels of this process: one memory, one module. */
import { useKernels } from "../active.ts";
import type { CompiledModule } from "../host.ts";
import type { Kernels } from "../kernels.ts";
import { scalar } from "../scalar/index.ts";
import { programKernels } from "./compute.ts";
import { convKernels } from "./conv.ts";
import { denseKernels } from "./dense.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { createHeap } from "./heap.ts";
import { Machine } from "./machine.ts";
import { compileSimd } from "./module.ts";
import { poolKernels } from "./pool.ts";
import { rowKernels } from "./rows.ts";

/** The SIMD kernels and what they run on. */
interface Made {
  readonly kernels: Kernels;
  readonly machine: Machine;
  readonly module: CompiledModule;
  /** Whether workers can share the memory. */
  readonly shared: boolean;
}

let current: Made | undefined;

/**
 * The SIMD kernels, made at the first call; `undefined` where the host has no SIMD or forbids compiling.
 *
 * A host that only takes modules compiled beforehand gives one made from `simdBytes()`, or calls this where its modules
 * load: some allow compiling there and nowhere else.
 */
export function simd(module?: CompiledModule): Kernels | undefined {
  return (current ??= create(module))?.kernels;
}

/** Chooses the SIMD kernels where there are any, and says whether there are. */
export function useSimd(module?: CompiledModule): boolean {
  const kernels = simd(module);
  if (kernels !== undefined) useKernels(kernels);
  return kernels !== undefined;
}

/** What `simd` made, if it was called and could. */
export function made(): Made | undefined {
  return current;
}

function create(given: CompiledModule | undefined): Made | undefined {
  const memory = createHeap();
  if (memory === undefined) return undefined;
  const module = given ?? compileSimd(memory.kind);
  if (module === undefined) return undefined;
  let machine: Machine;
  try {
    machine = new Machine(module, memory.heap);
  } catch (error) {
    // A module compiled beforehand asks for shared memory, which this host may not have.
    if (given === undefined) throw error;
    return undefined;
  }
  const kernels = {
    ...scalar,
    name: "simd",
    allocate: (length: number) => machine.allocate(length),
    ...denseKernels(machine),
    ...convKernels(machine),
    ...elementwiseKernels(machine),
    ...poolKernels(machine),
    ...programKernels(machine),
    ...rowKernels(machine),
  };
  return { kernels, machine, module, shared: memory.kind.shared };
}
