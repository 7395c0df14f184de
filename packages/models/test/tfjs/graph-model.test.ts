/**
 * `graph.json` holds a graph made by hand, with what TensorFlow.js 4.22 gave for each of its outputs on `sin(1.7 i)`:
 * convolutions with scales behind them, windows of all kinds, resizing to computed sizes, slices with masks.
 */
import { readFileSync } from "node:fs";
import { relativeError, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadTfjs, ModelFormatError } from "../../src/index.ts";

interface Case {
  readonly model: { readonly signature: { readonly outputs: Readonly<Record<string, unknown>> } };
  readonly weights: string;
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(decode(base64), (character) => character.charCodeAt(0));
const { model: json, weights, outputs } = JSON.parse(
  readFileSync(new URL("graph.json", import.meta.url), "utf8"),
) as Case;
const load = (): ReturnType<typeof loadTfjs> => loadTfjs(JSON.stringify(json), [bytesOf(weights)]);
const input = (batch = 1): Tensor =>
  new Tensor([batch, 9, 10, 3], Float32Array.from({ length: 270 * batch }, (_, i) => Math.sin((i % 270) * 1.7)));

describe("every output of a graph is what TensorFlow.js gave", () => {
  const got = load().forward(input());
  test.each(Object.keys(json.signature.outputs).map((name, i) => [name, i] as const))("%s", (_, i) => {
    expect(got[i]!.shape).toEqual(outputs[i]!.shape);
    expect(relativeError(got[i]!.data, outputs[i]!.data)).toBeLessThan(2e-6);
  });
});

test("nodes have the names of the graph; channels are turned once, whatever lies between convolutions", () => {
  const model = load();
  const names = new Set(model.nodes.map(({ name }) => name));
  for (const name of ["block/conv", "block/relu6", "dw", "dil", "soft", "gated", "x/transpose"]) {
    expect(names).toContain(name);
  }
  const turnedBefore = model.nodes.filter(({ name, layer }) =>
    layer.kind === "Transpose" && ["block/conv/transpose", "block/relu6/transpose", "dw/transpose"].includes(name));
  expect(turnedBefore).toEqual([]);
});

test("the input says that its channels stand last, and takes any number of samples", () => {
  const model = load();
  expect(model.inputs).toEqual([{ name: "x", shape: [undefined, 9, 10, 3], layout: "channelsLast" }]);
  expect(model.layout("dil")).toBe("channelsFirst");
});

/** A graph of these nodes with weights of these values. */
function graph(
  nodes: readonly unknown[],
  constants: Readonly<Record<string, readonly [shape: readonly number[], values: Float32Array]>>,
): ReturnType<typeof loadTfjs> {
  const all = Object.entries(constants);
  const bytes = new Uint8Array(all.reduce((sum, [, [, values]]) => sum + values.byteLength, 0));
  let at = 0;
  for (const [, [, values]] of all) {
    bytes.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  const dtype = { dtype: { type: "DT_FLOAT" } };
  const shape = { shape: { dim: [-1, 4, 5, 2].map((size) => ({ size })) } };
  return loadTfjs(JSON.stringify({
    format: "graph-model",
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { ...dtype, shape: { shape: shape.shape } } },
      ...all.map(([name]) => ({ name, op: "Const", attr: dtype })), ...nodes,
    ] },
    weightsManifest: [{ paths: ["w"], weights: all.map(([name, [shape]]) => ({ name, shape, dtype: "float32" })) }],
  }), [bytes]);
}

test("nodes that read less than they need, and parts that there are not, are refused in a sentence", () => {
  expect(() => graph([{ name: "y", op: "ScatterNd", input: ["x"] }], {})).toThrow(
    'loadTfjs: node "y" (ScatterNd): takes more inputs than there are');
  const split = { name: "y", op: "Split", input: ["c", "x"], attr: { num_split: { i: "0" } } };
  expect(() => graph([split], { c: [[], Float32Array.of(1)] })).toThrow("takes at least one part, got 0");
  expect(() => graph([{ name: "y", op: "Cast", input: ["x"] }], {})).toThrow(/takes casts to .*, got none/);
});

test("many nodes that nobody knows cost little", () => {
  const spent = (): number => process.cpuUsage().user / 1000;
  const unknown = Array.from({ length: 20_000 }, (_, i) => ({ name: `n${i}`, op: "Nonesuch", input: ["x"] }));
  const begun = spent();
  expect(() => graph(unknown, {})).toThrow('Nonesuch (node "n0" and 19999 more)');
  expect(spent() - begun).toBeLessThan(3000);
});

const SAME = { s: "U0FNRQ==" };
const strides = { list: { i: ["1", "1", "1", "1"] } };

test("slices go backwards, and by masks, as in TensorFlow", () => {
  const integers = (list: readonly number[]): Float32Array => new Float32Array(Int32Array.from(list).buffer);
  const whole = { dtype: { type: "DT_INT32" } };
  const lists: readonly (readonly [string, readonly number[]])[] = [
    ["b", [0, 1, -2, 0]], ["e", [0, 4, 0, 1]], ["s", [1, 2, -3, 1]],
  ];
  const bytes = new Uint8Array(lists.flatMap(([, list]) => [...new Uint8Array(integers(list).buffer)]));
  const model = loadTfjs(JSON.stringify({
    format: "graph-model",
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { shape: { shape: { dim: [1, 4, 5, 2].map((size) => ({ size })) } } } },
      ...lists.map(([name]) => ({ name, op: "Const", attr: whole })),
      { name: "y", op: "StridedSlice", input: ["x", "b", "e", "s"], attr: {
        begin_mask: { i: "1" }, end_mask: { i: "5" }, shrink_axis_mask: { i: "8" },
      } },
    ] },
    weightsManifest: [{ paths: ["w"], weights: lists.map(([name]) => ({ name, shape: [4], dtype: "int32" })) }],
  }), [bytes]);
  const y = model.predict(new Tensor([1, 4, 5, 2], Float32Array.from({ length: 40 }, (_, i) => i)));
  // x[:, 1:4:2, -2::-3, 0]: rows 1 and 3, columns 3 and 0, the first channel.
  expect(y.shape).toEqual([1, 2, 2]);
  expect([...y.data]).toEqual([16, 10, 36, 30]);
});

test.each([
  ["loops", [{ name: "m", op: "Merge", input: ["x"] }],
    'loadTfjs: node "m" (Merge): takes two ways that a condition tells apart'],
  ["operators that are not known", [{ name: "n", op: "StringToHashBucketFast", input: ["x"] }, {
    name: "r", op: "Relu", input: ["n"],
  }], 'loadTfjs: takes operators that it knows, got StringToHashBucketFast (node "n"): convert a network that ends'],
  ["weights that are computed", [{ name: "c", op: "Conv2D", input: ["x", "x"], attr: { padding: SAME, strides } }],
    'loadTfjs: node "c" (Conv2D): takes a constant as input 1, got the output of a node'],
  ["values that nothing makes", [{ name: "r", op: "Relu", input: ["nowhere"] }],
    'loadTfjs: node "r" reads "nowhere", which nothing makes'],
  ["cycles", [{ name: "a", op: "Relu", input: ["b"] }, { name: "b", op: "Relu", input: ["a"] }],
    "loadTfjs: takes graphs without cycles, got one through"],
])("a graph model refuses %s", (_, nodes, message) => {
  expect(() => graph(nodes, {})).toThrow(ModelFormatError);
  expect(() => graph(nodes, {})).toThrow(message);
});

test("an output that cannot be read is left out, and the model says why", () => {
  const model = graph([{ name: "n", op: "StringSplit", input: ["x"] }, { name: "r", op: "Relu", input: ["x"] }], {});
  expect(model.outputs).toEqual(["r"]);
  expect(model.remarks).toEqual([
    'output "n" is left out: node "n" (StringSplit): is of an operator that is not known here',
  ]);
});

test("all operators that are not known are named at once", () => {
  const nodes = ["a", "b"].map((name) => ({ name, op: "StringSplit", input: ["x"] }));
  expect(() => graph([...nodes, { name: "c", op: "Bincount", input: ["x"] }], {})).toThrow(
    'got StringSplit (node "a" and 1 more), Bincount (node "c")',
  );
});

test("a bias that a file adds along channels in front stands there", () => {
  const nchw = { data_format: { s: "TkNIVw==" } };
  const bias = Float32Array.of(1, 2, 3, 4);
  const model = graph([{ name: "y", op: "BiasAdd", input: ["x", "b"], attr: nchw }], { b: [[4], bias] });
  const { data } = model.predict(new Tensor([1, 4, 5, 2], new Float32Array(40)));
  expect([...data]).toEqual(Array.from({ length: 40 }, (_, i) => 1 + Math.floor(i / 10)));
});

test("an input can be made a constant", () => {
  const dtype = { type: "DT_FLOAT" };
  const json = JSON.stringify({
    format: "graph-model", weightsManifest: [],
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { dtype, shape: { shape: { dim: [{ size: -1 }] } } } },
      { name: "rate", op: "Placeholder", attr: { dtype, shape: { shape: {} } } },
      { name: "y", op: "Mul", input: ["x", "rate"] },
    ] },
  });
  const model = loadTfjs(json, [], { bind: { rate: 0.5 } });
  expect(model.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect([...model.predict(new Tensor([2], Float32Array.of(4, 6))).data]).toEqual([2, 3]);
  expect(() => loadTfjs(json, [], { bind: { ratio: 1 } })).toThrow(
    'loadTfjs: takes bindings of inputs "x", "rate", got one of "ratio"',
  );
});

test("texts among the weights are passed over", () => {
  const shard = Uint8Array.of(2, 0, 0, 0, 104, 105, 1, 0, 0, 0, 33, 0, 0, 0, 64);
  const model = loadTfjs(JSON.stringify({
    format: "graph-model",
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { shape: { shape: { dim: [{ size: -1 }, { size: 1 }] } } } },
      { name: "w", op: "Const", attr: { dtype: { type: "DT_FLOAT" } } },
      { name: "t", op: "Const", attr: { dtype: { type: "DT_STRING" } } },
      { name: "y", op: "Mul", input: ["x", "w"] }, { name: "z", op: "Identity", input: ["t"] },
    ] },
    weightsManifest: [{ paths: ["a"], weights: [
      { name: "t", shape: [2], dtype: "string" }, { name: "w", shape: [], dtype: "float32" },
    ] }],
  }), [shard]);
  expect([...model.predict(new Tensor([1, 1], Float32Array.of(3))).data]).toEqual([6]);
  expect(model.remarks[0]).toMatch(/^output "z" is left out: node "t" \(Const\): takes constants of .* got DT_STRING$/);
});
