/** All SIMD kernels. */
import { useKernels } from "../active.ts";
import type { CompiledModule } from "../host.ts";
import type { Kernels } from "../kernels.ts";
import { Traced } from "../traced.ts";
import { emit } from "./code/emit.ts";
import { programKernels } from "./compute.ts";
import { make, type KernelSet } from "./made.ts";
import { poolKernels } from "./pool.ts";
import { productKernels } from "./products.ts";
import { rowKernels } from "./rows.ts";
import { tapKernels } from "./taps.ts";
import { TracingMachine } from "./tracing-machine.ts";

const all: KernelSet = {
  emit,
  machine: TracingMachine,
  kernels: (machine) => ({
    ...productKernels(machine), ...poolKernels(machine), ...programKernels(machine), ...rowKernels(machine),
    ...tapKernels(machine),
    traced: (elements) => new Traced(elements, () => machine.team === undefined),
  }),
};

let own: Kernels | undefined;

/**
 * The SIMD kernels, made at the first call; `undefined` where the host has no SIMD or forbids compiling.
 *
 * A host that only takes modules compiled beforehand gives one made from `simdBytes()`, or calls this where its modules
 * load: some allow compiling there and nowhere else.
 */
export function simd(module?: CompiledModule): Kernels | undefined {
  return (own ??= make(all, module)?.kernels);
}

/** Chooses the SIMD kernels where there are any, and says whether there are. */
export function useSimd(module?: CompiledModule): boolean {
  const kernels = simd(module);
  if (kernels !== undefined) useKernels(kernels);
  return kernels !== undefined;
}
