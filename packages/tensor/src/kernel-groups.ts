/** The groups of kernels that only who names them carries: those in use where they have them, else plain loops. */
import { kernels } from "./active.ts";
import type { Kernels, PoolKernels, ProgramKernels, RowKernels, TapKernels } from "./kernels.ts";
import { compute } from "./scalar/compute.ts";
import { poolLoops } from "./scalar/pool.ts";
import { rowLoops } from "./scalar/rows.ts";
import { tapLoops } from "./scalar/taps.ts";

/** The kernels along an axis. */
export function rowKernels(): RowKernels {
  const active: Kernels | RowKernels = kernels();
  return hasRows(active) ? active : rowLoops;
}

/** The kernels on windows. */
export function poolKernels(): PoolKernels {
  const active: Kernels | PoolKernels = kernels();
  return hasPools(active) ? active : poolLoops;
}

/** The kernel on lists of taps. */
export function tapKernels(): TapKernels {
  const { sumTaps } = kernels();
  return sumTaps === undefined ? tapLoops : { sumTaps };
}

/** The kernel that runs programs. */
export function programKernels(): ProgramKernels {
  const { compute: own } = kernels();
  return { compute: own ?? compute };
}

function hasRows(kernels: Partial<RowKernels>): kernels is RowKernels {
  return "sumAxis" in kernels;
}

function hasPools(kernels: Partial<PoolKernels>): kernels is PoolKernels {
  return "maxPool" in kernels;
}
