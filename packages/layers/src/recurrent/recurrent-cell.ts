/** What one step of a recurrent layer computes, and the way back through it. */
import type { Activation } from "../layer/activation.ts";
import type { GateWeights } from "./gate-weights.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** What a step hands to the next one, for every sample: `[samples, hidden]` each; `c` is empty where there is none. */
export interface CellState {
  readonly h: Float32Array;
  readonly c: Float32Array;
}

/** One step for all samples: what goes in, and what is kept for the way back. */
export interface CellStep {
  readonly samples: number;
  /** `[samples, gates · hidden]`: `W x + b` before the step, everything the activations see afterwards. */
  readonly z: Float32Array;
  /** `[samples, gates · hidden]`: what the activations made of it. */
  readonly gates: Float32Array;
  /** `[samples, hidden]`, `U h + b′` of a candidate that a gate multiplies; empty for other cells. */
  readonly inner: Float32Array;
  readonly before: CellState;
  readonly after: CellState;
  /** Room for `[samples, gates · hidden]` numbers, of no meaning before and after. */
  readonly scratch: Float32Array;
  /** Room for `[samples, hidden]` more. */
  readonly room: Float32Array;
}

/** What goes back through a step: the states' part is replaced in place, that of the sums is written. */
export interface StepCovectors {
  /** `[samples, hidden]` each: that of the state after the step comes in, that of the state before it goes out. */
  readonly state: CellState;
  /** `[samples, gates · hidden]` of the gates whose sums are gone back through. */
  readonly z: Float32Array;
}

/** The step of a recurrent layer: `h, c ← step(x, h, c)`. */
export interface RecurrentCell {
  /** What layers made of it are called. */
  readonly kind: string;
  readonly weights: GateWeights;
  /** Whether it has a second state `c`. */
  readonly hasCells: boolean;
  /** Whether it keeps `inner`. */
  readonly hasInner: boolean;
  /** One step; `z` holds `W x + b`. */
  forward(step: CellStep): void;
  /** The pullback of one step, for the sums of all gates. */
  back(step: CellStep, s: StepCovectors): void;
  /**
   * The way back of relevance: what arrives at a sum goes to its summands as `sharing` says, what arrives at a gated
   * signal to the signal and, in part, to the gate, and activations pass. What it writes into `z` is to be multiplied
   * by x behind `Wᵀ`; the states are relevance already.
   */
  sharing(sharing: SumSharing): WayBack;
}

/** How one direction goes back through a step. */
export interface WayBack {
  /** The gates whose sums it goes through to the input, `[from, to)`. */
  readonly gates: readonly [from: number, to: number];
  /** Goes back through one step; writes `z` for these gates. */
  step(step: CellStep, s: StepCovectors): void;
}

/** An activation whose argument is kept within `±limit`. */
export function clipped(activation: Activation, limit: number): Activation {
  if (limit === Infinity) return activation;
  if (!(limit > 0)) throw new RangeError(`clip: takes a limit > 0, got ${limit}`);
  const within = (z: number): number => Math.min(Math.max(z, -limit), limit);
  return {
    ...activation,
    apply: (z) => activation.apply(within(z)),
    slope: (z) => (Math.abs(z) <= limit ? activation.slope(z) : 0),
  };
}
