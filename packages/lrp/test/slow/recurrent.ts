/**
 * Relevance through recurrent cells as Arras et al. (2017, 2019) write it: message by message, every number of one
 * sample for itself, in double precision. `R_{i←j} = (z_i w_ij) / (z_j + ε sign z_j) · R_j` between neurons; of a gate
 * times a signal the signal takes all, or each takes half.
 */
import type { Tensor } from "@relprop/tensor";

/** A cell's parameters, as the cells of the layers package take them. */
export interface SlowCell {
  readonly kind: "LSTM" | "GRU" | "RNN";
  readonly weight: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor;
  readonly recurrentBias: Tensor;
  readonly peepholes?: Tensor;
  readonly resetAfter?: boolean;
  readonly coupled?: boolean;
}

/** Which relevance is shared how. */
export interface SlowRule {
  readonly gates: "signal" | "half";
  readonly epsilon: number;
}

/** What one sample ends up with: relevance of every step's input, and of the first states. */
export interface SlowRelevance {
  readonly x: readonly (readonly number[])[];
  readonly h: readonly number[];
  readonly c: readonly number[];
}

/** A neuron that is a weighted sum: the values it adds up, and where their relevance goes. */
class Neuron {
  readonly value: number;
  readonly #summands: readonly (readonly [amount: number, from: Relevant | undefined])[];
  readonly #epsilon: number;

  constructor(summands: readonly (readonly [amount: number, from: Relevant | undefined])[], epsilon: number) {
    this.#summands = summands;
    this.#epsilon = epsilon;
    this.value = summands.reduce((sum, [amount]) => sum + amount, 0);
  }

  /** Gives its relevance to what it adds up. */
  send(relevance: number): void {
    const denominator = this.value + (this.value < 0 ? -this.#epsilon : this.#epsilon);
    for (const [amount, from] of this.#summands) from?.receive((amount / denominator) * relevance);
  }
}

/** Something that relevance arrives at. */
interface Relevant {
  receive(relevance: number): void;
}

/** A value that collects relevance until it is complete. */
class Collected implements Relevant {
  readonly value: number;
  relevance = 0;

  constructor(value: number) {
    this.value = value;
  }

  receive(relevance: number): void {
    this.relevance += relevance;
  }
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/** Relevance of one sample, from that of the hidden state behind every step. */
export function slowRelevance(
  cell: SlowCell, rule: SlowRule, xs: readonly (readonly number[])[],
  first: { h: readonly number[]; c: readonly number[] }, arriving: readonly (readonly number[])[],
): SlowRelevance {
  const H = cell.recurrent.shape[1]!;
  const units = Array.from({ length: H }, (_, j) => j);
  const inputs = xs.map((x) => x.map((value) => new Collected(value)));
  const start = { h: first.h.map((value) => new Collected(value)), c: first.c.map((value) => new Collected(value)) };
  let state: { h: readonly Collected[]; c: readonly Collected[] } = start;
  const backwards: (() => void)[] = [];
  inputs.forEach((x, t) => {
    const step = cell.kind === "LSTM" ? lstmStep : cell.kind === "GRU" ? gruStep : rnnStep;
    const { next, back } = step(cell, rule, units, x, state);
    backwards.push(() => {
      next.h.forEach((h, j) => h.receive(arriving[t]![j]!));
      back();
    });
    state = next;
  });
  for (const back of backwards.reverse()) back();
  const collected = (all: readonly Collected[]): number[] => all.map(({ relevance }) => relevance);
  return { x: inputs.map(collected), h: collected(start.h), c: collected(start.c) };
}

type States = { readonly h: readonly Collected[]; readonly c: readonly Collected[] };
type Stepped = { next: States; back: () => void };

/** The terms of row `gate` of `W x`, of `U h` scaled by what stands before it, and the biases. */
function terms(
  { weight, recurrent, bias, recurrentBias }: SlowCell, gate: number, j: number, H: number, x: readonly Collected[],
  h: readonly Collected[], scale: { input: number; state: number },
): (readonly [number, Collected | undefined])[] {
  const row = gate * H + j;
  return [
    ...x.map((value, i) => [scale.input * weight.data[row * x.length + i]! * value.value, value] as const),
    ...h.map((value, i) => [scale.state * recurrent.data[row * H + i]! * value.value, value] as const),
    [scale.input * bias.data[row]! + scale.state * recurrentBias.data[row]!, undefined] as const,
  ];
}

const PLAIN = { input: 1, state: 1 };
const SUM = 1e-9;

function lstmStep(
  cell: SlowCell, { gates, epsilon }: SlowRule, units: number[], x: readonly Collected[], before: States,
): Stepped {
  const H = units.length;
  const p = (gate: number, j: number): number => cell.peepholes?.data[gate * H + j] ?? 0;
  const part = gates === "half" ? 0.5 : 0;
  const made = units.map((j) => {
    const seesCell = (gate: number, by: number, from: Collected): Neuron =>
      new Neuron([...terms(cell, gate, j, H, x, before.h, PLAIN), [p(by, j) * from.value, from]], epsilon);
    const zi = seesCell(0, 0, before.c[j]!);
    const zf = seesCell(2, 2, before.c[j]!);
    const zg = new Neuron(terms(cell, 3, j, H, x, before.h, PLAIN), epsilon);
    const i = logistic(zi.value);
    const f = cell.coupled === true ? 1 - i : logistic(zf.value);
    const kept: Relevant = {
      receive: (R) => {
        before.c[j]!.receive((1 - part) * R);
        (cell.coupled === true ? zi : zf).send(part * R);
      },
    };
    const added: Relevant = {
      receive: (R) => {
        zg.send((1 - part) * R);
        zi.send(part * R);
      },
    };
    const sum = new Neuron([[f * before.c[j]!.value, kept], [i * Math.tanh(zg.value), added]], SUM);
    const c = new Collected(sum.value);
    const zo = seesCell(1, 1, c);
    return { sum, c, zo, h: new Collected(logistic(zo.value) * Math.tanh(c.value)) };
  });
  return {
    next: { h: made.map(({ h }) => h), c: made.map(({ c }) => c) },
    back: () => {
      for (const { sum, c, zo, h } of made) {
        zo.send(part * h.relevance);
        c.receive((1 - part) * h.relevance);
        sum.send(c.relevance);
      }
    },
  };
}

function gruStep(
  cell: SlowCell, { gates, epsilon }: SlowRule, units: number[], x: readonly Collected[], before: States,
): Stepped {
  const H = units.length;
  const part = gates === "half" ? 0.5 : 0;
  const reset = units.map((j) => new Neuron(terms(cell, 1, j, H, x, before.h, PLAIN), epsilon));
  const r = reset.map(({ value }) => logistic(value));
  /** `r ⊙ h`, whose relevance goes on. */
  const held = before.h.map((h, j) => new Collected(r[j]! * h.value));
  const made = units.map((j) => {
    const zu = new Neuron(terms(cell, 0, j, H, x, before.h, PLAIN), epsilon);
    const u = logistic(zu.value);
    const all = cell.resetAfter === true
      ? terms(cell, 2, j, H, x, before.h, { input: 1, state: r[j]! })
      : terms(cell, 2, j, H, x, held, PLAIN);
    const split = cell.resetAfter === true ? all.flatMap(([amount, from], i): [number, Relevant | undefined][] => {
      // What the reset gate multiplies: the states, and b′ of the last term.
      const isInput = i < x.length;
      const isBias = i === all.length - 1;
      const bias2 = r[j]! * cell.recurrentBias.data[2 * H + j]!;
      const gate = { receive: (R: number) => reset[j]!.send(part * R) };
      const signal = { receive: (R: number) => from?.receive((1 - part) * R) };
      if (isInput) return [[amount, from]];
      if (isBias) return [[amount - bias2, undefined], [bias2, gate]];
      return [[amount, { receive: (R) => { gate.receive(R); signal.receive(R); } }]];
    }) : all;
    const zn = new Neuron(split, epsilon);
    const n = Math.tanh(zn.value);
    const fresh: Relevant = { receive: (R) => { zn.send((1 - part) * R); zu.send(part * R); } };
    const kept: Relevant = { receive: (R) => { before.h[j]!.receive((1 - part) * R); zu.send(part * R); } };
    const sum = new Neuron([[(1 - u) * n, fresh], [u * before.h[j]!.value, kept]], SUM);
    return { sum, h: new Collected(sum.value) };
  });
  return {
    next: { h: made.map(({ h }) => h), c: [] },
    back: () => {
      for (const { sum, h } of made) sum.send(h.relevance);
      held.forEach(({ relevance }, j) => {
        before.h[j]!.receive((1 - part) * relevance);
        reset[j]!.send(part * relevance);
      });
    },
  };
}

function rnnStep(
  cell: SlowCell, { epsilon }: SlowRule, units: number[], x: readonly Collected[], before: States,
): Stepped {
  const made = units.map((j) => {
    const z = new Neuron(terms(cell, 0, j, units.length, x, before.h, PLAIN), epsilon);
    return { z, h: new Collected(Math.tanh(z.value)) };
  });
  return {
    next: { h: made.map(({ h }) => h), c: [] },
    back: () => {
      for (const { z, h } of made) z.send(h.relevance);
    },
  };
}
