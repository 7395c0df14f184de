/** How relevance goes back through a step of a simple recurrent network. */
import type { GateWeights } from "./gate-weights.ts";
import type { WayBack } from "./recurrent-cell.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What the sums of a simple recurrent network are made of. */
export interface RNNSums {
  readonly weights: GateWeights;
}

/** The activation passes: `R^x = x ⊙ Wᵀ(R ⊘ s(z))` and `R^h′ = h′ ⊙ Uᵀ(R ⊘ s(z))`. */
export function rnnSharing({ weights }: RNNSums, sharing: SumSharing): WayBack {
  const block = weights.block(0, 1);
  return {
    gates: [0, 1],
    step({ z, before, room }, { state, z: q }) {
      for (let i = 0; i < q.length; i++) q[i] = sharing.linear(state.h[i]!, z[i]!, block.bias[i % weights.hidden]!);
      weights.toState(block, q, room);
      for (let i = 0; i < room.length; i++) state.h[i] = before.h[i]! * room[i]!;
    },
  };
}
