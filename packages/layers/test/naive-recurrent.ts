/** Recurrent networks as their definitions say, a number at a time and a sample at a time. */
import type { Tensor } from "@relprop/tensor";
import { at } from "./random.ts";

/** The parameters of one direction, as the cells take them. */
export interface NaiveParameters {
  readonly weight: Tensor;
  readonly recurrent: Tensor;
  readonly bias?: Tensor;
  readonly recurrentBias?: Tensor;
  readonly peepholes?: Tensor;
}

/** What varies besides. */
export interface NaiveOptions {
  readonly clip?: number;
  readonly coupled?: boolean;
  readonly resetAfter?: boolean;
  /** σ, and tanh for the candidate and on the way out. */
  readonly activations?: readonly ((z: number) => number)[];
}

type Vector = readonly number[];

/** The states of one sample. */
export interface NaiveState {
  readonly h: Vector;
  readonly c: Vector;
}

/** One step of one sample. */
export type NaiveStep = (x: Vector, state: NaiveState) => NaiveState;

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/** The step of a network of this kind. */
export function naiveStep(kind: string, parameters: NaiveParameters, options: NaiveOptions = {}): NaiveStep {
  const { weight, recurrent, bias, recurrentBias, peepholes } = parameters;
  const hidden = recurrent.shape[1]!;
  const { clip = Infinity, coupled = false, resetAfter = false } = options;
  const fallback = kind === "RNN" ? [Math.tanh] : [logistic, Math.tanh, Math.tanh];
  const [f, g, out] = (options.activations ?? fallback).map(
    (activation) => (z: number) => activation(Math.min(Math.max(z, -clip), clip)),
  );
  const row = (matrix: Tensor, gate: number, j: number, v: Vector): number =>
    v.reduce((sum, value, i) => sum + at(matrix, [gate * hidden + j, i]) * value, 0);
  const b = (gate: number, j: number): number => bias?.data[gate * hidden + j] ?? 0;
  const b2 = (gate: number, j: number): number => recurrentBias?.data[gate * hidden + j] ?? 0;
  const p = (gate: number, j: number): number => peepholes?.data[gate * hidden + j] ?? 0;
  const units = Array.from({ length: hidden }, (_, j) => j);
  return (x, { h, c }) => {
    const z = (gate: number, j: number): number =>
      row(weight, gate, j, x) + row(recurrent, gate, j, h) + b(gate, j) + b2(gate, j);
    if (kind === "RNN") return { h: units.map((j) => f!(z(0, j))), c: [] };
    if (kind === "GRU") {
      const reset = units.map((j) => f!(z(1, j)));
      const candidate = units.map((j) => {
        const input = row(weight, 2, j, x) + b(2, j);
        return resetAfter
          ? g!(input + reset[j]! * (row(recurrent, 2, j, h) + b2(2, j)))
          : g!(input + row(recurrent, 2, j, h.map((value, i) => reset[i]! * value)) + b2(2, j));
      });
      return { h: units.map((j) => (1 - f!(z(0, j))) * candidate[j]! + f!(z(0, j)) * h[j]!), c: [] };
    }
    const cells = units.map((j) => {
      const i = f!(z(0, j) + p(0, j) * c[j]!);
      return (coupled ? 1 - i : f!(z(2, j) + p(2, j) * c[j]!)) * c[j]! + i * g!(z(3, j));
    });
    return { h: units.map((j) => f!(z(1, j) + p(1, j) * cells[j]!) * out!(cells[j]!)), c: cells };
  };
}

/** The states behind every step, where they are (`present`) and from these first ones; in the order of the sequence. */
export function naiveRun(
  step: NaiveStep, xs: readonly Vector[], first: NaiveState, reverse: boolean, present: readonly boolean[],
): readonly NaiveState[] {
  const states = new Array<NaiveState>(xs.length);
  const order = xs.map((_, t) => t);
  let state = first;
  for (const t of reverse ? order.reverse() : order) {
    if (present[t]!) state = step(xs[t]!, state);
    states[t] = state;
  }
  return states;
}
