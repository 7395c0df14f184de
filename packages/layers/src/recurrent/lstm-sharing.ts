/** How relevance goes back through a step of an LSTM (Arras et al. 2017, 2019). */
import type { GateWeights } from "./gate-weights.ts";
import type { WayBack } from "./recurrent-cell.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What an LSTM's sums are made of. */
export interface LSTMSums {
  readonly weights: GateWeights;
  readonly peepholes: Float32Array | undefined;
  readonly coupled: boolean;
}

/**
 * With `q = R^c ⊘ s(c)`: `R^c′ = f c′ q` goes to the cell before and `R^g = i g q` to the candidate, `R^h` wholly to
 * the cell; then `R^x = x ⊙ Wᵀ(R^g ⊘ s(z_g))` and `R^h′ = h′ ⊙ Uᵀ(R^g ⊘ s(z_g))`. Where gates take half of each
 * product, theirs goes through their own sums.
 */
export function lstmSharing(cell: LSTMSums, sharing: SumSharing): WayBack {
  const { weights, peepholes: p, coupled } = cell;
  const H = weights.hidden;
  const part = sharing.gate;
  const isHalf = part > 0;
  const block = weights.block(isHalf ? 0 : 3, 4);
  const width = block.gates * H;
  const bias = (gate: number, j: number): number => block.bias[(isHalf ? gate * H : 0) + j]!;
  return {
    gates: [isHalf ? 0 : 3, 4],
    step({ samples, z, gates, before, after, room }, { state, z: q }) {
      for (let n = 0, at = 0; n < samples; n++) {
        const [I, O, F, G] = [4 * n * H, (4 * n + 1) * H, (4 * n + 2) * H, (4 * n + 3) * H];
        for (let j = 0; j < H; j++, at++) {
          const [R, cell, c] = [state.h[at]!, before.c[at]!, after.c[at]!];
          let toC = state.c[at]! + (1 - part) * R;
          if (isHalf) {
            const s = sharing.linear(part * R, z[O + j]!, bias(1, j));
            q[O + j] = s;
            if (p !== undefined) toC += p[H + j]! * c * s;
          }
          const s = sharing.sum(toC, c);
          const [kept, added] = [gates[F + j]! * cell * s, gates[I + j]! * gates[G + j]! * s];
          let toCell = (1 - part) * kept;
          q[(isHalf ? G : n * width) + j] = sharing.linear((1 - part) * added, z[G + j]!, bias(3, j));
          if (isHalf) {
            // Coupled, f is a function of the input gate's sum.
            const toI = sharing.linear(part * (coupled ? added + kept : added), z[I + j]!, bias(0, j));
            const toF = coupled ? 0 : sharing.linear(part * kept, z[F + j]!, bias(2, j));
            q[I + j] = toI;
            q[F + j] = toF;
            if (p !== undefined) toCell += cell * (p[j]! * toI + p[2 * H + j]! * toF);
          }
          state.c[at] = toCell;
        }
      }
      weights.toState(block, q, room);
      for (let i = 0; i < room.length; i++) state.h[i] = before.h[i]! * room[i]!;
    },
  };
}
