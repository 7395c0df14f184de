/** LSTM, GRU and RNN of ONNX, against what the definitions say. */
import type { Model } from "@relprop/layers";
import { integers, relativeError, tensor, Tensor, type Value } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { naiveRun, naiveStep, type NaiveOptions } from "../../../layers/test/naive-recurrent.ts";
import { at, randomTensor } from "../../../layers/test/random.ts";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;

const GATES = { LSTM: 4, GRU: 3, RNN: 1 };
type Kind = keyof typeof GATES;
const [T, N, I, H] = [4, 2, 3, 2];

const stored = (x: Tensor): TestTensor => float([...x.data], x.shape);

function parameters(kind: Kind, D: number): Readonly<Record<"w" | "r" | "b" | "p", Tensor>> {
  const rows = GATES[kind] * H;
  return {
    w: randomTensor([D, rows, I], 1), r: randomTensor([D, rows, H], 2), b: randomTensor([D, 2 * rows], 3),
    p: randomTensor([D, 3 * H], 4),
  };
}

interface Setting {
  readonly kind: Kind;
  readonly attributes?: Attributes;
  /** The inputs behind the weights: which names, `""` for one that is left out. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** Constants and inputs of the graph besides. */
  readonly constants?: Readonly<Record<string, TestTensor>>;
  readonly given?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly nodes?: readonly TestNode[];
  readonly shape?: readonly (number | string)[];
}

function network({ kind, attributes = {}, inputs = ["b"], outputs = ["y"], ...rest }: Setting): Model {
  const D = attributes["direction"] === "bidirectional" ? 2 : 1;
  const { w, r, b, p } = parameters(kind, D);
  const names = outputs.filter((name) => name !== "" && !name.startsWith("unused"));
  return loadOnnx(onnx({
    nodes: [
      ...(rest.nodes ?? []),
      { op: kind, inputs: ["x", "w", "r", ...inputs], outputs, attributes: { hidden_size: H, ...attributes } },
    ],
    constants: { w: stored(w), r: stored(r), b: stored(b), p: stored(p), ...rest.constants },
    inputs: { x: rest.shape ?? ["T", "N", I], ...rest.given },
    integers: ["lengths"],
    outputs: names,
  }));
}

interface Expected extends NaiveOptions {
  readonly peepholes?: boolean;
  readonly lengths?: readonly number[];
  readonly first?: (which: "h" | "c", d: number, n: number) => readonly number[];
  readonly biases?: boolean;
}

/** States by direction, sample and step. */
function expected(kind: Kind, reverse: readonly boolean[], x: Tensor, options: Expected = {}): ReturnType<
  typeof naiveRun>[][] {
  const { w, r, b, p } = parameters(kind, reverse.length);
  const row = (matrix: Tensor, d: number, from = 0, to = matrix.size / reverse.length): Tensor => {
    const size = matrix.size / reverse.length;
    return new Tensor([to - from], matrix.data.slice(d * size + from, d * size + to));
  };
  const rows = GATES[kind] * H;
  return reverse.map((isReverse, d) => {
    const step = naiveStep(kind, {
      weight: row(w, d).reshape([rows, I]), recurrent: row(r, d).reshape([rows, H]),
      ...(options.biases === false ? {} : { bias: row(b, d, 0, rows), recurrentBias: row(b, d, rows) }),
      ...(options.peepholes === true ? { peepholes: row(p, d) } : {}),
    }, options);
    return Array.from({ length: N }, (_, n) => {
      const xs = Array.from({ length: T }, (_, t) => Array.from({ length: I }, (_, i) => at(x, [t, n, i])));
      const zero = new Array<number>(H).fill(0);
      const first = { h: options.first?.("h", d, n) ?? zero, c: options.first?.("c", d, n) ?? zero };
      const present = xs.map((_, t) => t < (options.lengths?.[n] ?? T));
      return naiveRun(step, xs, first, isReverse, present);
    });
  });
}

/** `Y`, 0 behind the ends. */
function sequence(states: ReturnType<typeof expected>, lengths?: readonly number[]): number[] {
  return Array.from({ length: T }, (_, t) => states.map((samples) => samples.map((steps, n) =>
    steps[t]!.h.map((value) => (t < (lengths?.[n] ?? T) ? value : 0))))).flat(3);
}

/** `Y_h` or `Y_c`. */
function last(states: ReturnType<typeof expected>, which: "h" | "c", reverse: readonly boolean[]): number[] {
  return states.map((samples, d) => samples.map((steps) => steps[reverse[d]! ? 0 : T - 1]![which])).flat(2);
}

const x = randomTensor([T, N, I], 9);

function expectOutputs(model: Model, inputs: readonly Value[], want: readonly (readonly number[])[]): void {
  const got = model.run(...inputs);
  expect(got.length).toBe(want.length);
  got.forEach(({ data }, i) => expect(relativeError(data, want[i]!)).toBeLessThan(1e-6));
}

describe.each<Kind>(["LSTM", "GRU", "RNN"])("%s", (kind) => {
  test.each([
    ["forward", [false]], ["reverse", [true]], ["bidirectional", [false, true]],
  ] as const)("gives all its outputs, %s", (direction, reverse) => {
    const outputs = kind === "LSTM" ? ["y", "h", "c"] : ["y", "h"];
    const model = network({ kind, attributes: { direction }, outputs });
    const states = expected(kind, reverse, x);
    const want = [sequence(states), last(states, "h", reverse), last(states, "c", reverse)];
    expectOutputs(model, [x], want.slice(0, outputs.length));
    const shapes = model.run(x).map(({ shape }) => shape);
    expect(shapes).toEqual([[T, reverse.length, N, H], ...new Array(outputs.length - 1).fill([reverse.length, N, H])]);
  });

  test("takes lengths, known or not, and has zeros behind them", () => {
    const lengths = [4, 2];
    const states = expected(kind, [false, true], x, { lengths });
    const want = [sequence(states, lengths), last(states, "h", [false, true])];
    const setting = { kind, attributes: { direction: "bidirectional" }, outputs: ["y", "h"], inputs: ["b", "lengths"] };
    expectOutputs(network({ ...setting, constants: { lengths: int64(...lengths) } }), [x], want);
    const model = network({ ...setting, given: { lengths: ["N"] } });
    expectOutputs(model, [x, integers(lengths)], want);
    expectOutputs(model, [x, integers([4, 4])], [sequence(expected(kind, [false, true], x))]
      .concat([last(expected(kind, [false, true], x), "h", [false, true])]));
    expect(() => model.run(x, integers([5, 1]))).toThrow(`${kind}: takes 2 lengths from 0 to 4, got [5, 1]`);
  });

  test("begins with what it is given, and with 0 where that is 0", () => {
    const h = randomTensor([1, N, H], 5);
    const first = (which: "h" | "c", _: number, n: number): readonly number[] =>
      (which === "h" ? [at(h, [0, n, 0]), at(h, [0, n, 1])] : [0, 0]);
    const want = [sequence(expected(kind, [false], x, { first }))];
    const inputs = ["b", "", "h"];
    expectOutputs(network({ kind, inputs, given: { h: [1, "N", H] } }), [x, h], want);
    expectOutputs(network({ kind, inputs, constants: { h: stored(h) } }), [x], want);
    const zeros = network({ kind, inputs, constants: { h: float(new Array<number>(N * H).fill(0), [1, N, H]) } });
    expect(zeros.nodes.map(({ layer }) => layer.kind)).toEqual([kind]);
  });

  test("takes states whose shape follows from that of the input", () => {
    const nodes = [
      node("Shape", ["x"], "shape"), node("Gather", ["shape", "one"], "n"),
      node("Concat", ["front", "n", "back"], "s", { axis: 0 }),
      node("ConstantOfShape", ["s"], "h", {}),
    ];
    const constants = { one: int64(1), front: int64(1), back: int64(H) };
    const model = network({ kind, inputs: ["b", "", "h"], nodes, constants });
    expectOutputs(model, [x], [sequence(expected(kind, [false], x))]);
    expect(model.carriers.map(({ layer }) => layer.kind)).toEqual([kind]);
  });

  test("takes the batch first", () => {
    const turned = new Tensor([N, T, I], Float32Array.from({ length: N * T * I }, (_, i) =>
      at(x, [Math.floor(i / I) % T, Math.floor(i / (T * I)), i % I])));
    const reverse = [false, true];
    const model = network({
      kind, attributes: { direction: "bidirectional", layout: 1 }, outputs: ["y", "h"], shape: ["N", "T", I],
    });
    const states = expected(kind, reverse, x);
    const y = Array.from({ length: N }, (_, n) => Array.from({ length: T }, (_, t) =>
      states.map((samples) => samples[n]![t]!.h))).flat(3);
    const h = Array.from({ length: N }, (_, n) =>
      states.map((samples, d) => samples[n]![reverse[d]! ? 0 : T - 1]!.h)).flat(2);
    expectOutputs(model, [turned], [y, h]);
  });

  test("keeps what activations see within a clip, and works without biases", () => {
    const clip = 0.25;
    const model = network({ kind, attributes: { clip: { float: clip } }, inputs: [] });
    expectOutputs(model, [x], [sequence(expected(kind, [false], x, { clip, biases: false }))]);
  });
});

test("LSTM takes peepholes, coupled gates and an unread cell", () => {
  const want = [sequence(expected("LSTM", [false], x, { peepholes: true, coupled: true }))];
  const model = network({
    kind: "LSTM", attributes: { input_forget: 1 }, inputs: ["b", "", "", "", "p"], outputs: ["y", "", "unused"],
  });
  expectOutputs(model, [x], want);
  expect(model.nodes.map(({ layer }) => layer.kind)).toEqual(["LSTM"]);
});

test("GRU resets before or behind the product", () => {
  for (const linear of [0, 1]) {
    const model = network({ kind: "GRU", attributes: { linear_before_reset: linear } });
    expectOutputs(model, [x], [sequence(expected("GRU", [false], x, { resetAfter: linear === 1 }))]);
  }
});

test("activations are named per direction, and use up their numbers in order", () => {
  const attributes = {
    activations: ["HardSigmoid", "ScaledTanh", "Affine"], activation_alpha: [0.3, 1.5, 0.75],
    activation_beta: [0.4, 0.5, 0.125],
  };
  const model = network({ kind: "LSTM", attributes });
  const activations = [
    (z: number) => Math.min(Math.max(0.3 * z + 0.4, 0), 1), (z: number) => 1.5 * Math.tanh(0.5 * z),
    (z: number) => 0.75 * z + 0.125,
  ];
  expectOutputs(model, [x], [sequence(expected("LSTM", [false], x, { activations }))]);
  const relu = network({ kind: "RNN", attributes: { activations: ["relu"] } });
  expectOutputs(relu, [x], [sequence(expected("RNN", [false], x, { activations: [(z) => Math.max(z, 0)] }))]);
});

test.each<readonly [Partial<Setting>, string]>([
  [{ attributes: { direction: "sideways" } }, "takes directions forward, reverse, bidirectional, got sideways"],
  [{ attributes: { activations: ["Tanh"] } }, "takes 3 activations, got 1"],
  [{ attributes: { activations: ["Tanh", "Tanh", "Swish"] } }, "takes activations affine, elu,"],
  [{ attributes: { hidden_size: 3 } }, "takes [1, 12, 3] as weight, got [1, 8, 3]"],
  [{ inputs: ["p"] }, "takes [1, 16] as bias, got [1, 6]"],
  [{ inputs: ["b", "", "", "", "b"] }, "takes [1, 6] as peepholes, got [1, 16]"],
  [{ inputs: ["x"] }, "takes a constant as input 3"],
])("what does not fit is refused: %j", (setting, message) => {
  expect(() => network({ kind: "LSTM", ...setting })).toThrow(message);
});

test("a number that stands for the batch of one sample stands for every batch", () => {
  const h = tensor([0.5, -0.5], [1, 1, H]);
  const model = network({ kind: "RNN", attributes: { layout: 1 }, shape: [1, T, I], inputs: ["b", "", "h"], constants: {
    h: stored(h),
  } });
  const turned = randomTensor([N, T, I], 9);
  const both = model.predict(turned);
  expect([...both.data.slice(T * H)]).toEqual([...model.predict(turned.rows(1, 2)).data]);
});
