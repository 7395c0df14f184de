/** Which kernels are in use. */
import { checkKind } from "./check-kind.ts";
import type { Kernels } from "./kernels.ts";
import { scalar } from "./scalar/index.ts";

let active: Kernels | undefined;
let preferred: (() => Kernels | undefined) | undefined;

/** The kernels in use: those `useKernels` chose, else from the first call what `preferKernels` proposed or `scalar`. */
export function kernels(): Kernels {
  return (active ??= preferred?.() ?? scalar);
}

/** Chooses the kernels from now on and returns the ones used before. */
export function useKernels(chosen: Kernels): Kernels {
  checkKind("useKernels", "kernels, such as scalar or simd()", chosen, typeof Object(chosen).dense === "function");
  const before = kernels();
  active = chosen;
  return before;
}

/** Proposes kernels for the first use, where nobody chooses: `preferKernels(simd)`. Nothing is made before that. */
export function preferKernels(propose: () => Kernels | undefined): void {
  preferred = propose;
}
