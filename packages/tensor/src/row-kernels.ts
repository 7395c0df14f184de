/** The kernels along an axis, which only programs that name them carry. */
import { kernels } from "./active.ts";
import type { RowKernels } from "./kernels.ts";
import { rowLoops } from "./scalar/rows.ts";

/** The kernels along an axis: those in use where they have them, else plain loops. */
export function rowKernels(): RowKernels {
  const active = kernels();
  return has(active) ? active : rowLoops;
}

function has(kernels: Partial<RowKernels>): kernels is RowKernels {
  return "sumAxis" in kernels;
}
