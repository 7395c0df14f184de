import {
  FinalStates, GRUCell, hardSigmoid, isRecurrent, LSTMCell, Recurrent, relu, RNNCell, sigmoid, softsign, tanh,
  ValidSteps, type RecurrentCell,
} from "@relprop/layers";
import { integers, relativeError, tensor, zeros, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { naiveRun, naiveStep, type NaiveOptions, type NaiveParameters } from "./naive-recurrent.ts";
import { at, randomTensor, seeds, tensorOf } from "./random.ts";

interface Drawn {
  readonly kind: "LSTM" | "GRU" | "RNN";
  readonly directions: readonly ("forward" | "reverse")[];
  readonly T: number;
  readonly N: number;
  readonly I: number;
  readonly H: number;
  readonly batchFirst: boolean;
  readonly withCells: boolean;
  readonly initial: readonly ("h" | "c")[];
  readonly lengths: boolean;
  readonly mask: boolean;
  readonly biases: boolean;
  readonly extras: boolean;
  readonly variant: boolean;
  readonly seed: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom("LSTM", "GRU", "RNN"),
  directions: fc.constantFrom<readonly ("forward" | "reverse")[]>(["forward"], ["reverse"], ["forward", "reverse"]),
  T: fc.integer({ min: 1, max: 4 }),
  N: fc.integer({ min: 1, max: 3 }),
  I: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 1, max: 3 }),
  batchFirst: fc.boolean(),
  withCells: fc.boolean(),
  initial: fc.constantFrom<readonly ("h" | "c")[]>([], ["h"], ["c"], ["h", "c"]),
  lengths: fc.boolean(),
  mask: fc.boolean(),
  biases: fc.boolean(),
  extras: fc.boolean(),
  variant: fc.boolean(),
  seed: seeds,
});

const GATES = { LSTM: 4, GRU: 3, RNN: 1 };

/** A layer, its inputs, and what defines it. */
function made(d: Drawn): {
  layer: Recurrent; inputs: readonly Tensor[]; parameters: readonly NaiveParameters[]; present: readonly boolean[][];
} {
  const rows = GATES[d.kind] * d.H;
  const parameters = d.directions.map((_, i): NaiveParameters => {
    const seed = d.seed + 10 * i;
    return {
      weight: randomTensor([rows, d.I], seed), recurrent: randomTensor([rows, d.H], seed + 1),
      ...(d.biases ? { bias: randomTensor([rows], seed + 2), recurrentBias: randomTensor([rows], seed + 3) } : {}),
      ...(d.extras && d.kind === "LSTM" ? { peepholes: randomTensor([3 * d.H], seed + 4) } : {}),
    };
  });
  const cells = parameters.map((each): RecurrentCell =>
    d.kind === "LSTM" ? new LSTMCell({ ...each, coupled: d.variant })
      : d.kind === "GRU" ? new GRUCell({ ...each, resetAfter: d.variant }) : new RNNCell(each));
  const hasCells = d.kind === "LSTM";
  const initial = d.initial.filter((which) => hasCells || which === "h");
  const lengths = Array.from({ length: d.N }, (_, n) => (d.seed + 7 * n) % (d.T + 1));
  const mask = integers(Array.from({ length: d.N * d.T }, (_, i) => Math.floor(d.seed / (i + 2)) % 2), [d.N, d.T]);
  const layer = new Recurrent(cells, {
    directions: d.directions, batchFirst: d.batchFirst, withCells: d.withCells && hasCells, initial,
    ...(d.lengths ? { lengths } : {}), ...(d.mask ? { mask } : {}),
  });
  const D = d.directions.length;
  const inputs = [
    randomTensor(d.batchFirst ? [d.N, d.T, d.I] : [d.T, d.N, d.I], d.seed + 5),
    ...initial.map((_, i) => randomTensor(d.batchFirst ? [d.N, D, d.H] : [D, d.N, d.H], d.seed + 6 + i)),
  ];
  const present = Array.from({ length: d.N }, (_, n) => Array.from({ length: d.T }, (_, t) =>
    (!d.lengths || t < lengths[n]!) && (!d.mask || mask.data[n * d.T + t] !== 0)));
  return { layer, inputs, parameters, present };
}

/** What the definitions say the layer's output is. */
function expected(d: Drawn, { layer, inputs, parameters, present }: ReturnType<typeof made>): Tensor {
  const options: NaiveOptions = d.kind === "LSTM" ? { coupled: d.variant } : { resetAfter: d.variant };
  const [x] = inputs;
  const runs = d.directions.map((direction, k) => Array.from({ length: d.N }, (_, n) => {
    const xs = Array.from({ length: d.T }, (_, t) =>
      Array.from({ length: d.I }, (_, i) => at(x!, d.batchFirst ? [n, t, i] : [t, n, i])));
    const first = (which: "h" | "c"): number[] => Array.from({ length: d.H }, (_, j) => {
      const state = inputs[layer.initial.indexOf(which) + 1];
      const isGiven = layer.initial.includes(which);
      return isGiven ? at(state!, d.batchFirst ? [n, k, j] : [k, n, j]) : 0;
    });
    const step = naiveStep(d.kind, parameters[k]!, options);
    return naiveRun(step, xs, { h: first("h"), c: first("c") }, direction === "reverse", present[n]!);
  }));
  return tensorOf(layer.outputShape(...inputs.map(({ shape }) => shape)), ([a, b, c, j]) => {
    const [t, k, n] = d.batchFirst ? [b!, c!, a!] : [a!, b!, c!];
    const { h, c: cell } = runs[k]![n]![t]!;
    return j! < d.H ? h[j!]! : cell[j! - d.H]!;
  });
}

describe("recurrent layers", () => {
  test("follow their definitions, and so do their pullbacks", () => {
    fc.assert(fc.property(drawn, (d) => {
      const all = made(d);
      const want = expected(d, all);
      const got = all.layer.forward(...all.inputs);
      expect(got.shape).toEqual(want.shape);
      expect(relativeError(got.data, want.data)).toBeLessThan(1e-6);
      expectAdjoint(all.layer, all.inputs, { step: 1 / 64, tolerance: 1e-5 });
    }), { numRuns: 150 });
  });

  test("take other activations, and keep what these see within bounds", () => {
    const parameters = { weight: randomTensor([8, 2], 1, -3, 3), recurrent: randomTensor([8, 2], 2, -3, 3) };
    const x = randomTensor([5, 1, 2], 3, -2, 2);
    const xs = Array.from({ length: 5 }, (_, t) => [at(x, [t, 0, 0]), at(x, [t, 0, 1])]);
    const cell = new LSTMCell({
      ...parameters, gate: hardSigmoid(0.2, 0.5), candidate: softsign, output: relu, clip: 0.75,
    });
    const activations = [
      (z: number) => Math.min(Math.max(0.2 * z + 0.5, 0), 1), (z: number) => z / (1 + Math.abs(z)),
      (z: number) => Math.max(z, 0),
    ];
    const step = naiveStep("LSTM", parameters, { activations, clip: 0.75 });
    const want = naiveRun(step, xs, { h: [0, 0], c: [0, 0] }, false, xs.map(() => true)).flatMap(({ h }) => h);
    expect(relativeError(new Recurrent([cell]).forward(x).data, want)).toBeLessThan(1e-6);
    const one = (clip: number): number[] => {
      const rnn = new RNNCell({ weight: tensor([[2]]), recurrent: tensor([[0]]), activation: tanh, clip });
      return values(new Recurrent([rnn]).pullback(tensor([[[1]], [[0.25]]])).back(tensor([[[[1]]], [[[1]]]]))[0]!);
    };
    expect(one(1)[0]).toBe(0);
    expect(one(1)[1]).toBeCloseTo(2 * (1 - Math.tanh(0.5) ** 2), 6);
    expect(one(2)[0]).toBeCloseTo(2 * (1 - Math.tanh(2) ** 2), 6);
  });

  test("give a sample in a batch what it gets alone, cut to its length", () => {
    const cell = new GRUCell({ weight: randomTensor([9, 2], 1), recurrent: randomTensor([9, 3], 2) });
    const x = randomTensor([2, 5, 2], 3);
    const options = { directions: ["forward", "reverse"] as const, batchFirst: true };
    const both = new Recurrent([cell, cell], { ...options, lengths: [5, 2] }).forward(x);
    const alone = new Recurrent([cell, cell], options).forward(tensor([...x.data.subarray(10, 14)], [1, 2, 2]));
    const last = new FinalStates({ reverse: [false, true], batchFirst: true });
    expectClose(last.forward(both).rows(1, 2), last.forward(alone), 1e-7);
    const valid = new ValidSteps([5, 2], { batchFirst: true }).forward(both);
    expect(values(valid.rows(1, 2)).slice(0, 12)).toEqual(values(both.rows(1, 2)).slice(0, 12));
    expect(values(valid.rows(1, 2)).slice(12)).toEqual(new Array(18).fill(0));
  });

  test("broadcast a state of one sample, and add up what comes back to it", () => {
    const cell = new RNNCell({ weight: randomTensor([2, 1], 1), recurrent: randomTensor([2, 2], 2) });
    const [x, h] = [randomTensor([3, 4, 1], 3), randomTensor([1, 1, 2], 4)];
    const layer = new Recurrent([cell], { initial: ["h"] });
    const each = tensor([0, 1, 2, 3].flatMap(() => values(h)), [1, 4, 2]);
    expect(values(layer.forward(x, h))).toEqual(values(layer.forward(x, each)));
    expectAdjoint(layer, [x, h], { step: 1 / 64 });
  });

  test("take no steps, no samples", () => {
    const cell = new LSTMCell({ weight: randomTensor([8, 3], 1), recurrent: randomTensor([8, 2], 2) });
    for (const shape of [[0, 2, 3], [4, 0, 3]]) {
      const { output, back } = new Recurrent([cell]).pullback(zeros(shape));
      expect(output.shape).toEqual([shape[0], 1, shape[1], 2]);
      expect(back(output)[0]!.shape).toEqual(shape);
    }
    expect(() => new FinalStates({ reverse: [false] }).outputShape([0, 1, 2, 3])).toThrow(
      "FinalStates: takes [T, 1, N, S] of at least one step, got [0, 1, 2, 3]",
    );
  });

  test("are told from others", () => {
    const cell = new RNNCell({ weight: zeros([1, 1]), recurrent: zeros([1, 1]), activation: sigmoid });
    expect(isRecurrent(new Recurrent([cell]))).toBe(true);
    expect(isRecurrent(new FinalStates({ reverse: [false] }))).toBe(false);
  });

  test("say what they take", () => {
    const cell = new LSTMCell({ weight: zeros([8, 3]), recurrent: zeros([8, 2]) });
    const layer = new Recurrent([cell], { initial: ["h", "c"], lengths: [2, 3] });
    expect(() => layer.outputShape([4, 2, 3])).toThrow("LSTM: takes [T, N, 3] and h and c, got [4, 2, 3]");
    expect(() => layer.outputShape([4, 2, 3], [1, 2, 2], [1, 3, 2])).toThrow(
      "LSTM: takes states [1, 2, 2], got [1, 3, 2]",
    );
    expect(() => layer.outputShape([2, 2, 3], [1, 2, 2], [1, 2, 2])).toThrow(
      "LSTM: takes 2 lengths from 0 to 2, got [2, 3]",
    );
    expect(() => new Recurrent([cell], { mask: integers([1, 1], [1, 2]) }).outputShape([2, 2, 3])).toThrow(
      "LSTM: takes a mask [2, 2], got [1, 2]",
    );
    expect(() => new LSTMCell({ weight: zeros([6, 3]), recurrent: zeros([8, 2]) })).toThrow(
      "LSTM: takes a weight [4 · hidden, features] and a recurrent one [4 · hidden, hidden], got [6, 3] and [8, 2]",
    );
    expect(() => new LSTMCell({ weight: zeros([8, 3]), recurrent: zeros([8, 2]), bias: zeros([4]) })).toThrow(
      "LSTM: takes biases [8], got [4]",
    );
    expect(() => new LSTMCell({ weight: zeros([8, 3]), recurrent: zeros([8, 2]), peepholes: zeros([4]) })).toThrow(
      "LSTM: takes peepholes [6], got [4]",
    );
    expect(() => new RNNCell({ weight: zeros([2, 3]), recurrent: zeros([2, 2]), clip: -1 })).toThrow(
      "clip: takes a limit > 0, got -1",
    );
    const rnn = new RNNCell({ weight: zeros([2, 3]), recurrent: zeros([2, 2]) });
    expect(() => new Recurrent([rnn], { withCells: true })).toThrow("RNN: takes no cell states, which an LSTM has");
    expect(() => new Recurrent([rnn, cell])).toThrow("RNN: takes cells of one kind and size for all directions");
    expect(() => new Recurrent([rnn], { directions: ["forward", "reverse"] })).toThrow(
      "Recurrent: takes a direction for each of 1 cells, got 2",
    );
    expect(() => new ValidSteps([1, 2]).outputShape([3, 1, 1, 2])).toThrow(
      "ValidSteps: takes [T, D, 2, S], got [3, 1, 1, 2]",
    );
  });
});

test("final states are the last ones of each direction, forward and back", () => {
  const x = randomTensor([3, 2, 2, 4], 1);
  const layer = new FinalStates({ reverse: [false, true], part: [1, 3] });
  expectClose(layer.forward(x), tensorOf([2, 2, 2], ([d, n, s]) => at(x, [d === 0 ? 2 : 0, d!, n!, s! + 1])));
  expectAdjoint(layer, [x]);
  expectAdjoint(new ValidSteps([1, 3]), [x]);
});
