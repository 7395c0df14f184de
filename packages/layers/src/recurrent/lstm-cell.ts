/** The long short-term memory of Hochreiter & Schmidhuber (1997), with forget gate. */
import { checkTensor, formatShape, optionsOf, ShapeError, type Tensor } from "@relprop/tensor";
import type { Activation } from "../layer/activation.ts";
import { sigmoid, tanh } from "../activations/sigmoids.ts";
import { GateWeights, type GateParameters } from "./gate-weights.ts";
import { lstmSharing } from "./lstm-sharing.ts";

import { clipped, type CellStep, type RecurrentCell, type StepCovectors, type WayBack } from "./recurrent-cell.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What an `LSTMCell` may be given; rows stand in the order i, o, f, g of its gates. */
export interface LSTMParameters extends GateParameters {
  /** `p`, `[3 · hidden]`: how i, o and f see the cell; none if absent. */
  readonly peepholes?: Tensor | undefined;
  /** Of i, o and f; `sigmoid` by default. */
  readonly gate?: Activation;
  /** Of g; `tanh` by default. */
  readonly candidate?: Activation;
  /** Of the cell on its way out; `tanh` by default. */
  readonly output?: Activation;
  /** What activations see is kept within `±clip`. */
  readonly clip?: number | undefined;
  /** Whether f is `1 − i`. */
  readonly coupled?: boolean;
}

/**
 * `c ← f ⊙ c + i ⊙ g`, `h ← o ⊙ tanh(c)` with `i, f, o = σ(z)`, `g = tanh(z)` and `z = W x + U h + b + b′` of each;
 * with peepholes also `p ⊙ c`, the new one for o.
 */
export class LSTMCell implements RecurrentCell {
  readonly kind = "LSTM";
  readonly hasCells = true;
  readonly hasInner = false;
  readonly weights: GateWeights;
  readonly peepholes: Float32Array | undefined;
  readonly coupled: boolean;
  readonly gate: Activation;
  readonly candidate: Activation;
  readonly output: Activation;

  constructor(parameters: LSTMParameters) {
    optionsOf("LSTM", parameters);
    const { peepholes, gate = sigmoid, candidate = tanh, output = tanh, clip = Infinity, coupled = false } = parameters;
    this.weights = new GateWeights("LSTM", 4, parameters);
    if (peepholes !== undefined) checkTensor("LSTM peepholes", peepholes);
    if (peepholes !== undefined && !(peepholes.size === 3 * this.weights.hidden)) {
      throw new ShapeError(`LSTM: takes peepholes [${3 * this.weights.hidden}], got ${formatShape(peepholes.shape)}`);
    }
    this.peepholes = peepholes?.data;
    this.coupled = coupled;
    this.gate = clipped(gate, clip);
    this.candidate = clipped(candidate, clip);
    this.output = clipped(output, clip);
  }

  forward({ samples, z, gates, before, after, scratch }: CellStep): void {
    const { weights, peepholes: p, gate, candidate, output, coupled } = this;
    const H = weights.hidden;
    weights.fromState(weights.block(0, 4), before.h, scratch);
    for (let i = 0; i < z.length; i++) z[i]! += scratch[i]!;
    for (let n = 0, at = 0; n < samples; n++) {
      const [I, O, F, G] = [4 * n * H, (4 * n + 1) * H, (4 * n + 2) * H, (4 * n + 3) * H];
      for (let j = 0; j < H; j++, at++) {
        const cell = before.c[at]!;
        if (p !== undefined) {
          z[I + j]! += p[j]! * cell;
          z[F + j]! += p[2 * H + j]! * cell;
        }
        const i = (gates[I + j] = gate.apply(z[I + j]!));
        const f = (gates[F + j] = coupled ? 1 - i : gate.apply(z[F + j]!));
        const g = (gates[G + j] = candidate.apply(z[G + j]!));
        after.c[at] = f * cell + i * g;
        const c = after.c[at]!;
        if (p !== undefined) z[O + j]! += p[H + j]! * c;
        const o = (gates[O + j] = gate.apply(z[O + j]!));
        after.h[at] = o * output.apply(c);
      }
    }
  }

  /**
   * With `ċ ← ċ + ḣ o tanh′(c) + p żₒ`: `ȯ = ḣ tanh(c)`, `i̇ = ċ g`, `ġ = ċ i`, `ḟ = ċ c′`, `ż = σ′(z)` times
   * these, and to the state before `c̀ = ċ f + p ż`, `h̀ = Uᵀ ż`.
   */
  back({ samples, z, gates, before, after }: CellStep, { state, z: back }: StepCovectors): void {
    const { weights, peepholes: p, gate, candidate, output, coupled } = this;
    const H = weights.hidden;
    for (let n = 0, at = 0; n < samples; n++) {
      const [I, O, F, G] = [4 * n * H, (4 * n + 1) * H, (4 * n + 2) * H, (4 * n + 3) * H];
      for (let j = 0; j < H; j++, at++) {
        const [i, o, f, g] = [gates[I + j]!, gates[O + j]!, gates[F + j]!, gates[G + j]!];
        const [h, c, cell] = [state.h[at]!, after.c[at]!, before.c[at]!];
        const toO = h * output.apply(c) * gate.slope(z[O + j]!);
        let toC = state.c[at]! + h * o * output.slope(c);
        if (p !== undefined) toC += p[H + j]! * toO;
        const toI = toC * (coupled ? g - cell : g) * gate.slope(z[I + j]!);
        const toF = coupled ? 0 : toC * cell * gate.slope(z[F + j]!);
        back[I + j] = toI;
        back[O + j] = toO;
        back[F + j] = toF;
        back[G + j] = toC * i * candidate.slope(z[G + j]!);
        state.c[at] = toC * f + (p === undefined ? 0 : p[j]! * toI + p[2 * H + j]! * toF);
      }
    }
    weights.toState(weights.block(0, 4), back, state.h);
  }

  sharing(sharing: SumSharing): WayBack {
    return lstmSharing(this, sharing);
  }
}
