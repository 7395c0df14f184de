/** Which kernels are in use. */
import type { Kernels } from "./kernels.ts";
import { scalar } from "./scalar/index.ts";

let active: Kernels | undefined;

/** The kernels in use: `scalar` unless `useKernels` chose others. */
export function kernels(): Kernels {
  return (active ??= scalar);
}

/** Chooses the kernels from now on and returns the ones used before. */
export function useKernels(chosen: Kernels): Kernels {
  const before = kernels();
  active = chosen;
  return before;
}
