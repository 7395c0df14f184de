/** The gated recurrent unit of Cho et al. (2014). */
import { optionsOf } from "@relprop/tensor";
import type { Activation } from "../layer/activation.ts";
import { sigmoid, tanh } from "../activations/sigmoids.ts";
import { GateWeights, type GateParameters } from "./gate-weights.ts";
import { gruSharing } from "./gru-sharing.ts";

import { clipped, type CellStep, type RecurrentCell, type StepCovectors, type WayBack } from "./recurrent-cell.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What a `GRUCell` may be given; rows stand in the order u, r, n of its gates. */
export interface GRUParameters extends GateParameters {
  /** Whether the reset gate multiplies `U h + b′` (`linear_before_reset`, `reset_after`) instead of `h`. */
  readonly resetAfter?: boolean;
  /** Of u and r; `sigmoid` by default. */
  readonly gate?: Activation;
  /** Of n; `tanh` by default. */
  readonly candidate?: Activation;
  /** What activations see is kept within `±clip`. */
  readonly clip?: number | undefined;
}

/**
 * `h ← (1 − u) ⊙ n + u ⊙ h` with `u, r = σ(W x + U h + b + b′)` and `n = tanh(z)`, where z is
 * `W x + b + U (r ⊙ h) + b′`, or `W x + b + r ⊙ (U h + b′)` where the reset comes after the product.
 */
export class GRUCell implements RecurrentCell {
  readonly kind = "GRU";
  readonly hasCells = false;
  readonly hasInner: boolean;
  readonly weights: GateWeights;
  readonly resetAfter: boolean;
  readonly gate: Activation;
  readonly candidate: Activation;

  constructor(parameters: GRUParameters) {
    const { resetAfter = false, gate = sigmoid, candidate = tanh, clip = Infinity } = optionsOf("GRU", parameters);
    this.weights = new GateWeights("GRU", 3, parameters, resetAfter);
    this.resetAfter = resetAfter;
    this.hasInner = resetAfter;
    this.gate = clipped(gate, clip);
    this.candidate = clipped(candidate, clip);
  }

  forward({ samples, z, gates, inner, before, after, scratch, room }: CellStep): void {
    const { weights, gate, candidate, resetAfter } = this;
    const H = weights.hidden;
    const width = (resetAfter ? 3 : 2) * H;
    const sums = scratch.subarray(0, samples * width);
    weights.fromState(weights.block(0, resetAfter ? 3 : 2), before.h, sums);
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < 2 * H; j++) {
        const at = 3 * n * H + j;
        z[at]! += sums[n * width + j]! + (weights.apart?.[j] ?? 0);
        gates[at] = gate.apply(z[at]!);
      }
      if (!resetAfter) continue;
      for (let j = 0; j < H; j++) inner[n * H + j] = sums[(3 * n + 2) * H + j]! + (weights.apart?.[2 * H + j] ?? 0);
    }
    if (!resetAfter) {
      const product = scratch.subarray(0, samples * H);
      for (let i = 0; i < room.length; i++) room[i] = gates[rowOf(i, H) + H + (i % H)]! * before.h[i]!;
      weights.fromState(weights.block(2, 3), room, product);
      for (let i = 0; i < product.length; i++) z[rowOf(i, H) + 2 * H + (i % H)]! += product[i]!;
    }
    for (let i = 0; i < after.h.length; i++) {
      const at = rowOf(i, H) + (i % H);
      if (resetAfter) z[at + 2 * H]! += gates[at + H]! * inner[i]!;
      const candidateValue = (gates[at + 2 * H] = candidate.apply(z[at + 2 * H]!));
      after.h[i] = (1 - gates[at]!) * candidateValue + gates[at]! * before.h[i]!;
    }
  }

  /**
   * `u̇ = ḣ (h′ − n)`, `ṅ = ḣ (1 − u)`, `ż = σ′(z)` times these; `ṙ = ż (U h + b′)` and `h̀ = ḣ u + Uᵀ(r ż)`, or
   * `ṙ = h Uᵀ ż` and `h̀ = ḣ u + r Uᵀ ż`, and in both `Uᵀ` of what went to u and r.
   */
  back(step: CellStep, { state, z: back }: StepCovectors): void {
    const { z, gates, inner, before, scratch, room: product } = step;
    const { weights, gate, candidate, resetAfter } = this;
    const H = weights.hidden;
    const direct = state.h;
    for (let i = 0; i < direct.length; i++) {
      const at = rowOf(i, H) + (i % H);
      const [u, n, s] = [gates[at]!, gates[at + 2 * H]!, direct[i]!];
      back[at] = s * (before.h[i]! - n) * gate.slope(z[at]!);
      back[at + 2 * H] = s * (1 - u) * candidate.slope(z[at + 2 * H]!);
      direct[i] = s * u;
    }
    if (resetAfter) {
      for (let i = 0; i < direct.length; i++) {
        const at = rowOf(i, H) + (i % H);
        back[at + H] = back[at + 2 * H]! * inner[i]! * gate.slope(z[at + H]!);
        scratch[at] = back[at]!;
        scratch[at + H] = back[at + H]!;
        scratch[at + 2 * H] = back[at + 2 * H]! * gates[at + H]!;
      }
      weights.toState(weights.block(0, 3), scratch, product);
    } else {
      weights.toState(weights.block(2, 3), weights.packed(back, 2, 3, scratch), product);
      for (let i = 0; i < direct.length; i++) {
        const at = rowOf(i, H) + (i % H);
        back[at + H] = product[i]! * before.h[i]! * gate.slope(z[at + H]!);
        direct[i]! += gates[at + H]! * product[i]!;
      }
      weights.toState(weights.block(0, 2), weights.packed(back, 0, 2, scratch), product);
    }
    for (let i = 0; i < direct.length; i++) direct[i]! += product[i]!;
  }

  sharing(sharing: SumSharing): WayBack {
    return gruSharing(this, sharing);
  }
}

/** Where the gates of the sample begin that element i of a state belongs to. */
function rowOf(i: number, hidden: number): number {
  return Math.floor(i / hidden) * 3 * hidden;
}
