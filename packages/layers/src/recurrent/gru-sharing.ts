/** How relevance goes back through a step of a GRU. */
import type { GateWeights } from "./gate-weights.ts";
import type { CellStep, StepCovectors, WayBack } from "./recurrent-cell.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What a GRU's sums are made of. */
export interface GRUSums {
  readonly weights: GateWeights;
  readonly resetAfter: boolean;
}

/**
 * With `q = R ⊘ s(h)`: `u h′ q` goes to the state before and `(1 − u) n q` to the candidate, whose sum is linear in x
 * and h′ for a given reset gate: `s = (1 − u) n q ⊘ s(z_n)`, `R^x = x ⊙ Wᵀ s` and `R^h′ = h′ ⊙ Uᵀ(r ⊙ s)`, or
 * `h′ ⊙ r ⊙ Uᵀ s` where the reset comes before. Where gates take half of each product, `1 − u` is a gate as u is.
 */
export function gruSharing(cell: GRUSums, sharing: SumSharing): WayBack {
  return sharing.gate > 0 ? throughGates(cell, sharing) : throughCandidate(cell, sharing);
}

function throughCandidate({ weights, resetAfter }: GRUSums, sharing: SumSharing): WayBack {
  const H = weights.hidden;
  const candidate = weights.block(2, 3);
  return {
    gates: [2, 3],
    step({ z, gates, before, after, scratch, room }, { state, z: q }) {
      for (let i = 0, at = 0; i < q.length; i++, at += i % H === 0 ? 2 * H + 1 : 1) {
        const [u, r, j] = [gates[at]!, gates[at + H]!, i % H];
        const s = sharing.sum(state.h[i]!, after.h[i]!);
        const bias = candidate.bias[j]! + (resetAfter ? r * (weights.apart?.[2 * H + j] ?? 0) : 0);
        q[i] = sharing.linear((1 - u) * gates[at + 2 * H]! * s, z[at + 2 * H]!, bias);
        state.h[i] = u * before.h[i]! * s;
      }
      const reset = weights.packed(gates, 1, 2, scratch);
      if (!resetAfter) {
        weights.toState(candidate, q, room);
        for (let i = 0; i < room.length; i++) state.h[i]! += before.h[i]! * reset[i]! * room[i]!;
      } else {
        for (let i = 0; i < reset.length; i++) reset[i]! *= q[i]!;
        weights.toState(candidate, reset, room);
        for (let i = 0; i < room.length; i++) state.h[i]! += before.h[i]! * room[i]!;
      }
    },
  };
}

function throughGates(cell: GRUSums, sharing: SumSharing): WayBack {
  const { weights, resetAfter } = cell;
  const H = weights.hidden;
  const { bias } = weights.block(0, 3);
  const apart = (gate: number, j: number): number => (resetAfter ? (weights.apart?.[gate * H + j] ?? 0) : 0);
  return {
    gates: [0, 3],
    step(step, { state, z: q }) {
      const { z, gates, before, after } = step;
      for (let i = 0, at = 0; i < state.h.length; i++, at += i % H === 0 ? 2 * H + 1 : 1) {
        const [u, r, j] = [gates[at]!, gates[at + H]!, i % H];
        const s = sharing.sum(state.h[i]!, after.h[i]!);
        const [added, kept] = [(1 - u) * gates[at + 2 * H]! * s, u * before.h[i]! * s];
        q[at] = sharing.linear((added + kept) / 2, z[at]!, bias[j]! + apart(0, j));
        q[at + 2 * H] = sharing.linear(added / 2, z[at + 2 * H]!, bias[2 * H + j]! + (r / 2) * apart(2, j));
        state.h[i] = kept / 2;
      }
      const throughReset = resetAfter ? resetBehind : resetBefore;
      throughReset(cell, step, { state, z: q }, (R, at, j) => sharing.linear(R, z[at]!, bias[H + j]! + apart(1, j)));
      for (let i = 0; i < state.h.length; i++) state.h[i]! += before.h[i]! * step.room[i]!;
    },
  };
}

/** `s` of the reset gate's sum for its relevance. */
type ResetShare = (R: number, at: number, j: number) => number;

/** Half of `r ⊙ (U h′ + b′)` to each; leaves in `room` what the state before is multiplied by. */
function resetBehind(
  { weights }: GRUSums, { gates, inner, scratch, room }: CellStep, { z: q }: StepCovectors, share: ResetShare,
): void {
  const H = weights.hidden;
  for (let i = 0, at = H; i < room.length; i++, at += i % H === 0 ? 2 * H + 1 : 1) {
    const half = (gates[at]! / 2) * q[at + H]!;
    q[at] = share(half * inner[i]!, at, i % H);
    scratch[at - H] = q[at - H]!;
    scratch[at] = q[at]!;
    scratch[at + H] = half;
  }
  weights.toState(weights.block(0, 3), scratch, room);
}

/** Half of `r ⊙ h′` to each; leaves in `room` what the state before is multiplied by. */
function resetBefore(
  { weights }: GRUSums, { gates, before, scratch, room }: CellStep, { state, z: q }: StepCovectors, share: ResetShare,
): void {
  const H = weights.hidden;
  weights.toState(weights.block(2, 3), weights.packed(q, 2, 3, scratch), room);
  for (let i = 0, at = H; i < room.length; i++, at += i % H === 0 ? 2 * H + 1 : 1) {
    const half = (gates[at]! / 2) * before.h[i]! * room[i]!;
    q[at] = share(half, at, i % H);
    state.h[i]! += half;
  }
  weights.toState(weights.block(0, 2), weights.packed(q, 0, 2, scratch), room);
}
