/** Weighted sums of positions along an axis, cut into tasks. */
import type { TapKernels } from "../kernels.ts";
import { tapJob } from "./code/jobs.ts";
import type { Machine } from "./machine.ts";

// Elements that a thread makes at once.
const perTask = 1 << 14;

/** The kernel of taps on this machine. */
export function tapKernels(machine: Machine): TapKernels {
  return {
    sumTaps(outer, extent, inner, { starts, positions, weights }, x, out) {
      if (out.length === 0) return;
      machine.begin();
      const outputs = starts.length - 1;
      const units = outer * outputs;
      const job = {
        extent, inner, outputs, units, perTask: Math.ceil(perTask / inner),
        starts: machine.list(starts), positions: machine.list(positions),
        weights: machine.list(new Int32Array(weights.buffer, weights.byteOffset, 2 * weights.length)),
        x: machine.operand(x), out: machine.result(out),
      };
      machine.run("sumTaps", machine.job(tapJob, job), Math.ceil(units / job.perTask), 0);
      machine.end();
    },
  };
}
