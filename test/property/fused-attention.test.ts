/** Attention as onnxruntime fuses it, against the formula written out in double precision: attributes, masks, forms. */
import { attnLRP, LRP } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { relativeError, sum, type Tensor, type Value } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { randomTensor } from "../../packages/layers/test/random.ts";
import { float, onnx, type TestNode, type TestTensor } from "../../packages/models/test/onnx/write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;
type Constants = Readonly<Record<string, TestTensor>>;

/** Samples, queries, heads, features of one. */
const [N, T, h, d] = [2, 5, 2, 4] as const;
const D = h * d;

interface Given {
  readonly op: string;
  readonly domain?: string;
  readonly opset?: number;
  /** The inputs of the node, `""` for those left out. */
  readonly slots: readonly string[];
  /** Shapes of inputs of floats; those of whole numbers are constants. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: Constants;
  readonly attributes?: Attributes;
  readonly outputs?: readonly string[];
}

function run({ op, domain = "com.microsoft", opset = 17, slots, inputs, ...rest }: Given): {
  readonly outputs: readonly Tensor[]; readonly values: Readonly<Record<string, Tensor>>;
} {
  const { constants = {}, attributes = {}, outputs = ["y"] } = rest;
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, shape], i) => [name, randomTensor(shape, i + 1)]),
  );
  const nodes = [{ op, domain, inputs: slots, outputs, attributes }];
  const model = loadOnnx(onnx({ nodes, constants, inputs, outputs: outputs.filter((name) => name !== "") }, opset));
  return { outputs: model.forward(...Object.values(values)), values };
}

/** Numbers by sample, head, token, feature. */
type At = (n: number, j: number, t: number, i: number) => number;

interface Formula {
  readonly keys?: number;
  readonly scale?: number;
  readonly cap?: number;
  /** What is added to a score. */
  readonly bias?: (n: number, j: number, t: number, s: number) => number;
  readonly sink?: (j: number) => number;
  readonly heads?: number;
}

/** `softmax(scale · Q Kᵀ + bias) V` as `[N, T, h·d]`, row by row. */
function formula(q: At, k: At, v: At, { keys = T, scale = 1 / Math.sqrt(d), heads = h, ...rest }: Formula): number[] {
  const { cap, bias = () => 0, sink } = rest;
  const out: number[] = [];
  for (let n = 0; n < N; n++) for (let t = 0; t < T; t++) for (let j = 0; j < heads; j++) {
    const weights = Array.from({ length: keys }, (_, s) => {
      let score = 0;
      for (let i = 0; i < d; i++) score += scale * q(n, j, t, i) * k(n, j, s, i);
      return Math.exp((cap === undefined ? score : cap * Math.tanh(score / cap)) + bias(n, j, t, s));
    });
    const total = weights.reduce((all, weight) => all + weight, sink === undefined ? 0 : Math.exp(sink(j)));
    for (let i = 0; i < d; i++) out.push(weights.reduce((all, weight, s) => all + (weight / total) * v(n, j, s, i), 0));
  }
  return out;
}

/** A tensor `[N, T, heads · d]`, maybe one whose heads stand behind others, read by head. */
function byHead({ shape, data }: Tensor, { from = 0, groups = 1 } = {}): At {
  return (n, j, t, i) => data[(n * shape[1]! + t) * shape[2]! + (from + Math.floor(j / groups)) * d + i]!;
}

const whole = (values: readonly number[], shape: readonly number[] = [values.length]): TestTensor =>
  ({ shape, values, type: "int32" });
const drawn = (shape: readonly number[], seed: number): TestTensor => float([...randomTensor(shape, seed).data], shape);
const open = (is: boolean): number => (is ? 0 : -10000);
const three = { q: [N, T, D], k: [N, T, D], v: [N, T, D] };
const kept = [1, 1, 1, 0, 0, 0, 1, 1, 1, 1];
const pairs = Array.from({ length: N * T * T }, (_, i) => ((i * 7) % 3 === 0 ? 0 : 1));

/** Keys that count, by every form of a mask. */
const masks: Readonly<Record<string, readonly [TestTensor, (n: number, t: number, s: number) => boolean]>> = {
  "a mask of keys": [whole(kept, [N, T]), (n, _, s) => kept[n * T + s] === 1],
  "a mask of keys per query": [whole(pairs, [N, T, T]), (n, t, s) => pairs[(n * T + t) * T + s] === 1],
  "the number of keys": [whole([3, 5]), (n, _, s) => s < [3, 5][n]!],
  "where keys end and begin": [whole([4, 5, 1, 2]), (n, _, s) => s >= [1, 2][n]! && s < [4, 5][n]!],
};

describe("MultiHeadAttention", () => {
  const attend = (more: Partial<Given> & { readonly extra?: readonly string[] } = {}): ReturnType<typeof run> => run({
    op: "MultiHeadAttention", slots: ["q", "k", "v", ...(more.extra ?? [])], inputs: three, ...more,
    attributes: { num_heads: h, ...more.attributes },
  });
  const expected = ({ q, k, v }: Readonly<Record<string, Tensor>>, options: Formula = {}): number[] =>
    formula(byHead(q!), byHead(k!), byHead(v!), options);

  test.each(Object.entries(masks))("%s", (_, [mask, counts]) => {
    const { outputs: [y], values } = attend({ extra: ["", "mask"], constants: { mask } });
    const want = expected(values, { bias: (n, __, t, s) => open(counts(n, t, s)) });
    expect(relativeError(y!.data, Float32Array.from(want))).toBeLessThan(1e-6);
  });

  test("a mask that belongs to no batch is refused", () => {
    expect(() => attend({ extra: ["", "mask"], constants: { mask: whole([3, 5, 1]) } })).toThrow(
      "takes a mask of 2, 2 · 2 or 3 · 2 + 2 numbers, got 3",
    );
  });

  test("scale, the value of masks, and causal attention", () => {
    const attributes = { scale: { float: 0.3 }, mask_filter_value: { float: -2 }, unidirectional: 1 };
    const { outputs: [y], values } = attend({ extra: ["", "mask"], constants: { mask: whole([3, 5]) }, attributes });
    const bias: Formula["bias"] = (n, _, t, s) => (s > t ? -Infinity : s < [3, 5][n]! ? 0 : -2);
    expect(relativeError(y!.data, Float32Array.from(expected(values, { scale: 0.3, bias })))).toBeLessThan(1e-6);
  });

  test("biases of other widths, where a layer says them", () => {
    const bias = drawn([2 * D + h], 9);
    const constants = { bias, w: drawn([D, D], 8) };
    const nodes = [
      { op: "MatMul", inputs: ["x", "w"], outputs: ["q"] },
      { op: "MultiHeadAttention", domain: "com.microsoft", inputs: ["q", "k", "v", "bias"], outputs: ["y"],
        attributes: { num_heads: h } },
    ];
    const inputs = { x: [N, T, D], k: [N, T, D], v: [N, T, h] };
    const [x, k, v] = [randomTensor(inputs.x, 1), randomTensor(inputs.k, 2), randomTensor(inputs.v, 3)];
    const y = loadOnnx(onnx({ nodes, constants, inputs, outputs: ["y"] })).predict(x, k, v);
    // Attention weights add up to 1, so that a shift of all values shifts what comes out.
    const shifted = loadOnnx(onnx({
      nodes, inputs, outputs: ["y"], constants: {
        ...constants, bias: float(bias.values.map((value, i) => (i < 2 * D ? value : value + 1)), [2 * D + h]),
      },
    })).predict(x, k, v);
    expect(y.shape).toEqual([N, T, h]);
    shifted.data.forEach((value, i) => expect(value).toBeCloseTo(y.data[i]! + 1, 5));
    expect(() => attend({ extra: ["bias"], constants: { bias: drawn([20], 9) } })).toThrow("takes a bias of twice");
  });

  test("queries, keys and values in one, or the latter two", () => {
    const one = run({
      op: "MultiHeadAttention", slots: ["x"], inputs: { x: [N, T, h, 3, d] }, attributes: { num_heads: h },
    });
    const part = (index: number): At => (n, j, t, i) =>
      one.values["x"]!.data[(((n * T + t) * h + j) * 3 + index) * d + i]!;
    const want = formula(part(0), part(1), part(2), {});
    expect(relativeError(one.outputs[0]!.data, Float32Array.from(want))).toBeLessThan(1e-6);
    const two = run({
      op: "MultiHeadAttention", slots: ["q", "x"], attributes: { num_heads: h },
      inputs: { q: [N, T, D], x: [N, 7, h, 2, d] },
    });
    const half = (index: number): At => (n, j, t, i) =>
      two.values["x"]!.data[(((n * 7 + t) * h + j) * 2 + index) * d + i]!;
    const cross = formula(byHead(two.values["q"]!), half(0), half(1), { keys: 7 });
    expect(relativeError(two.outputs[0]!.data, Float32Array.from(cross))).toBeLessThan(1e-6);
  });
});

describe("Attention of com.microsoft", () => {
  const constants = { w: drawn([D, 3 * D], 5), b: drawn([3 * D], 6) };
  const slots = ["x", "w", "b", "", "past"];
  const attributes = { num_heads: h, unidirectional: 1 };

  test("goes on where a cache ends, and gives out the longer one", () => {
    const all = run({ op: "Attention", slots: slots.slice(0, 3), inputs: { x: [N, T, D] }, constants, attributes,
      outputs: ["y", "present"] });
    const [y, present] = all.outputs as [Tensor, Tensor];
    expect(present.shape).toEqual([2, N, h, T, d]);
    const inputs = { x: [N, 2, D], past: [2, N, h, 3, d] };
    const nodes = [{ op: "Attention", domain: "com.microsoft", inputs: slots, outputs: ["y", "present"], attributes }];
    const model = loadOnnx(onnx({ nodes, constants, inputs, outputs: ["y", "present"] }));
    const last = randomTensor([N, 2, D], 1);
    const past = randomTensor([2, N, h, 3, d], 1);
    for (let n = 0; n < N; n++) {
      last.data.set(all.values["x"]!.data.subarray((n * T + 3) * D, (n + 1) * T * D), n * 2 * D);
    }
    for (let row = 0; row < 2 * N * h; row++) {
      past.data.set(present.data.subarray(row * T * d, (row * T + 3) * d), row * 3 * d);
    }
    const [end, longer] = model.forward(last, past);
    expect(relativeError(longer!.data, present.data)).toBeLessThan(1e-6);
    expect(relativeError(end!.data.subarray(0, 2 * D), y.data.subarray(3 * D, T * D))).toBeLessThan(1e-6);
  });
});

describe("GroupQueryAttention", () => {
  const heads = 2 * h;
  const inputs = { q: [N, T, heads * d], k: [N, T, D], v: [N, T, D] };
  const lengths = { last: whole([T - 1, T - 1]), total: whole([T]) };
  type Slots = readonly string[];
  const attend = (attributes: Attributes, more: Constants = {}, slots: Slots = []): ReturnType<typeof run> => run({
    op: "GroupQueryAttention", slots: ["q", "k", "v", "", "", "last", "total", ...slots], inputs,
    constants: { ...lengths, ...more }, attributes: { num_heads: heads, kv_num_heads: h, ...attributes },
  });
  const expected = ({ q, k, v }: Readonly<Record<string, Tensor>>, options: Formula): number[] =>
    formula(byHead(q!), byHead(k!, { groups: 2 }), byHead(v!, { groups: 2 }), { heads, ...options });
  const causal: Formula["bias"] = (_, __, t, s) => (s > t ? -Infinity : 0);
  const sinks = [0.5, -1, 0, 2];

  test.each<readonly [string, Attributes, Constants, readonly string[], Formula]>([
    ["scale and softcap", { scale: { float: 0.7 }, softcap: { float: 0.5 } }, {}, [], { scale: 0.7, cap: 0.5 }],
    ["a smooth softmax", { smooth_softmax: 1 }, {}, [], { sink: () => 0 }],
    ["a sink per head", {}, { sink: float(sinks) }, ["", "", "", "", "sink"], { sink: (j) => sinks[j]! }],
    ["a window", { local_window_size: 2 }, {}, [], { bias: (_, __, t, s) => (s > t || s < t - 1 ? -Infinity : 0) }],
    ["not causal", { causal: 0 }, {}, [], { bias: () => 0 }],
  ])("%s", (_, attributes, constants, slots, options) => {
    const { outputs: [y], values } = attend(attributes, constants, slots);
    const want = expected(values, { bias: causal, ...options });
    expect(relativeError(y!.data, Float32Array.from(want))).toBeLessThan(1e-6);
  });

  test("samples of other lengths, padded behind", () => {
    const { outputs: [y], values } = attend({}, { last: whole([2, T - 1]) });
    const want = expected(values, { bias: (n, _, t, s) => (s > t || (n === 0 && s > 2) ? -Infinity : 0) });
    expect(relativeError(y!.data, Float32Array.from(want))).toBeLessThan(1e-6);
  });

  test("turns as many features as there are angles for", () => {
    const [cos, sin] = [0, 1].map((value) => float(new Array<number>(T).fill(value), [T, 1]));
    const angles = { cos: cos!, sin: sin! };
    const turned = attend({ do_rotary: 1 }, angles, ["cos", "sin"]);
    // A quarter turn of the first two features, of queries and keys alike, leaves all scores as they are.
    const want = expected(turned.values, { bias: causal });
    expect(relativeError(turned.outputs[0]!.data, Float32Array.from(want))).toBeLessThan(1e-6);
  });

  test("relevance ends at a sink, and in softmax, and nowhere else", () => {
    const nodes = [{
      op: "GroupQueryAttention", domain: "com.microsoft", outputs: ["y"],
      inputs: ["q", "k", "v", "", "", "last", "total", "", "", "", "", "sink"],
      attributes: { num_heads: heads, kv_num_heads: h },
    }];
    const constants = { ...lengths, sink: float(sinks) };
    const lrp = new LRP(loadOnnx(onnx({ nodes, constants, inputs, outputs: ["y"] })), attnLRP());
    const values: readonly Value[] = Object.values(inputs).map((shape, i) => randomTensor(shape, i + 1));
    const { inputs: relevance, conservation } = lrp.analyze(values, { target: { at: [4, 1] } });
    const arrived = [...relevance.values()].reduce((all, each) => all + sum(each), 0);
    const lost = conservation.rows.filter(({ rule }) => rule === "taylor").reduce((all, row) => all + row.other, 0);
    const sunk = conservation.rows.reduce((all, row) => all + row.ended, 0);
    expect(sunk).not.toBe(0);
    expect(arrived + lost + sunk).toBeCloseTo(conservation.started, 4);
  });
});

test("Attention counts keys per sample, the last query standing at the last of them", () => {
  const counts = [5, 7];
  const { outputs: [y], values: { q, k, v } } = run({
    op: "Attention", domain: "", opset: 24, slots: ["q", "k", "v", "", "", "", "counts"],
    inputs: { q: [N, T, D], k: [N, 7, D], v: [N, 7, D] }, attributes: { is_causal: 1, q_num_heads: h, kv_num_heads: h },
    constants: { counts: { shape: [N], values: counts, type: "int64" } },
  });
  const want = formula(byHead(q!), byHead(k!), byHead(v!), {
    keys: 7, bias: (n, _, t, s) => (s > t + counts[n]! - T ? -Infinity : 0),
  });
  expect(relativeError(y!.data, Float32Array.from(want))).toBeLessThan(1e-6);
});
