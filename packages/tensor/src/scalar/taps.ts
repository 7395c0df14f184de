/** Weighted sums of positions along an axis as plain loops. */
import type { TapKernels } from "../kernels.ts";

/** The kernel of taps as plain loops. */
export const tapLoops: TapKernels = {
  sumTaps(outer, extent, inner, { starts, positions, weights }, x, out) {
    const count = starts.length - 1;
    const sums = new Float64Array(inner === 1 ? 0 : inner);
    for (let o = 0, to = 0; o < outer; o++) {
      const from = o * extent * inner;
      for (let p = 0; p < count; p++, to += inner) {
        const end = starts[p + 1]!;
        if (inner === 1) {
          let sum = 0;
          for (let t = starts[p]!; t < end; t++) sum += weights[t]! * x[from + positions[t]!]!;
          out[to] = sum;
          continue;
        }
        sums.fill(0);
        for (let t = starts[p]!; t < end; t++) {
          const [weight, at] = [weights[t]!, from + positions[t]! * inner];
          for (let i = 0; i < inner; i++) sums[i]! += weight * x[at + i]!;
        }
        out.set(sums, to);
      }
    }
  },
};
