/** The simple recurrent network of Elman (1990). */
import type { Activation } from "../layer/activation.ts";
import { tanh } from "../activations/sigmoids.ts";
import { GateWeights, type GateParameters } from "./gate-weights.ts";

import { clipped, type CellStep, type RecurrentCell, type StepCovectors, type WayBack } from "./recurrent-cell.ts";
import { rnnSharing } from "./rnn-sharing.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What an `RNNCell` may be given. */
export interface RNNParameters extends GateParameters {
  /** `tanh` by default. */
  readonly activation?: Activation;
  /** What the activation sees is kept within `±clip`. */
  readonly clip?: number | undefined;
}

/** `h ← tanh(W x + U h + b + b′)` */
export class RNNCell implements RecurrentCell {
  readonly kind = "RNN";
  readonly hasCells = false;
  readonly hasInner = false;
  readonly weights: GateWeights;
  readonly activation: Activation;

  constructor(parameters: RNNParameters) {
    this.weights = new GateWeights("RNN", 1, parameters);
    this.activation = clipped(parameters.activation ?? tanh, parameters.clip ?? Infinity);
  }

  forward({ z, gates, before, after, scratch }: CellStep): void {
    const { weights, activation } = this;
    weights.fromState(weights.block(0, 1), before.h, scratch);
    for (let i = 0; i < z.length; i++) {
      z[i]! += scratch[i]!;
      gates[i] = activation.apply(z[i]!);
      after.h[i] = gates[i]!;
    }
  }

  /** `ż = ḣ σ′(z)`, `h̀ = Uᵀ ż` */
  back({ z }: CellStep, { state, z: back }: StepCovectors): void {
    const { weights, activation } = this;
    for (let i = 0; i < z.length; i++) back[i] = state.h[i]! * activation.slope(z[i]!);
    weights.toState(weights.block(0, 1), back, state.h);
  }

  sharing(sharing: SumSharing): WayBack {
    return rnnSharing(this, sharing);
  }
}
