/** Damaged files: each ends in a model or a `ModelFormatError`, soon and without large memory. */
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import type { Dense } from "@relprop/layers";
import { full, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  loadOnnx, loadTfjs, ModelFormatError, readNpy, readSafetensors, writeNpy, writeSafetensors,
} from "../src/index.ts";
import { damaged } from "./damage.ts";
import { float, int64, node, onnx, type TestTensor } from "./onnx/write-onnx.ts";

/** A file with something of everything, small enough for every byte to matter. */
function everything(): Uint8Array {
  const scalar = (value: number): TestTensor => ({ shape: [], values: [value], type: "int64" });
  const nodes = [
    node("Conv", ["x", "c.weight", "c.bias"], "c", { pads: [1, 1, 1, 1], strides: [1, 1], group: 1 }),
    node("BatchNormalization", ["c", "c.bias", "c.bias", "c.bias", "ones"], "b", { epsilon: { float: 1e-3 } }),
    node("Sigmoid", ["b"], "g"), node("Mul", ["b", "g"], "s"),
    node("MaxPool", ["s"], "m", { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    node("AveragePool", ["m"], "a", { kernel_shape: [2, 2], pads: [1, 0, 0, 1] }),
    node("Pad", ["a", "pads"], "p", { mode: "reflect" }), node("Resize", ["p", "", "scales"], "r", { mode: "linear" }),
    node("Slice", ["r", "from", "to", "axes"], "sl"), node("Transpose", ["sl"], "t", { perm: [0, 1, 3, 2] }),
    node("Concat", ["sl", "t"], "cc", { axis: 1 }), node("ConstantOfShape", ["axes"], "f", { value: float([2]) }),
    node("Tile", ["f", "two"], "ft"), node("ReduceSum", ["ft"], "fs", { keepdims: 0 }), node("Mul", ["cc", "fs"], "cm"),
    node("Shape", ["cm"], "sh"), node("Gather", ["sh", "zero"], "n"), node("Unsqueeze", ["n", "first"], "n1"),
    node("Concat", ["n1", "rest"], "sp", { axis: 0 }), node("Reshape", ["cm", "sp"], "re"),
    node("MatMul", ["re", "d.weight"], "mm"), node("Add", ["mm", "d.bias"], "d"), node("Softmax", ["d"], "y"),
  ];
  const constants = {
    "c.weight": float(new Array<number>(18).fill(0.5), [2, 1, 3, 3]), "c.bias": float([0.1, 0.2]), ones: float([1, 1]),
    pads: int64(0, 0, 1, 0, 0, 0, 0, 1), scales: float([1, 1, 2, 2]),
    from: int64(0, 0), to: int64(3, 3), axes: int64(2, 3), two: int64(2, 2), zero: scalar(0), first: int64(0),
    rest: int64(-1), "d.bias": float([0, 1, 2]),
    "d.weight": float(new Array<number>(108).fill(0.1), [36, 3]),
  };
  return onnx({ nodes, constants, inputs: { x: ["N", 1, 5, 5] }, outputs: ["y"] });
}

test("the file that is damaged below is a good one", () => {
  expect(loadOnnx(everything()).nodes.map(({ layer }) => layer.kind)).toContain("Upsample");
});

/** Milliseconds that this process worked: what others do at the same time does not count. */
const spent = (): number => process.cpuUsage().user / 1000;

/** Reads every variant and holds the reader to its word. */
function survives(file: Uint8Array, read: (bytes: Uint8Array) => unknown, numRuns: number): void {
  let [slowest, models] = [0, 0];
  fc.assert(
    fc.property(damaged(file), (bytes) => {
      const start = spent();
      try {
        read(bytes);
        models++;
      } catch (error) {
        if (!(error instanceof ModelFormatError)) throw error;
        expect(error.message).toMatch(/^(loadOnnx|loadTfjs|readSafetensors|readNpy): ./);
      }
      slowest = Math.max(slowest, spent() - start);
    }),
    { numRuns, seed: 5 },
  );
  expect(slowest).toBeLessThan(1000);
  expect(models).toBeLessThan(numRuns); // some damage was noticed
}

test("loadOnnx reads or refuses a small file however it is damaged", () => survives(everything(), loadOnnx, 2500));

test("readSafetensors reads or refuses a file however it is damaged", () => {
  const file = writeSafetensors(
    [["a", { shape: [2, 2], data: new Float32Array(4) }],
      ["b", { shape: [3], data: new Int8Array(3) }]], [["key", "value"]],
  );
  survives(file, (bytes) => [...readSafetensors(bytes).tensors.values()].map((stored) => stored.tensor()), 2000);
});

test("readNpy reads or refuses a file however it is damaged", () => {
  const file = writeNpy({ shape: [2, 3], data: new Float64Array(6) });
  survives(file, (bytes) => readNpy(bytes).tensor(), 2000);
});

test("loadTfjs reads or refuses a description however it is damaged", () => {
  const { model, weights } = JSON.parse(readFileSync(new URL("./tfjs/nested.json", import.meta.url), "utf8")) as {
    model: object; weights: string;
  };
  const shard = new Uint8Array((weights.length / 4) * 3 - (weights.endsWith("==") ? 2 : weights.endsWith("=") ? 1 : 0));
  const file = Uint8Array.from(JSON.stringify(model), (character) => character.charCodeAt(0));
  survives(file, (bytes) => loadTfjs(bytes, [shard]), 1000);
});

test("loadTfjs reads or refuses a graph however it is damaged", () => {
  const { model, weights } = JSON.parse(
    readFileSync(new URL("./tfjs/operators.json", import.meta.url), "utf8"),
  ) as { model: object; weights: string };
  const decode = (globalThis as unknown as { atob(text: string): string }).atob;
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const shard = bytes(decode(weights));
  survives(bytes(JSON.stringify(model)), (file) => loadTfjs(file, [shard]), 300);
});

test.each<readonly [string, object]>([
  ["parts", { op: "Unpack", attr: { num: { i: "9007199254740991" } } }],
  ["splits", { op: "Split", attr: { num_split: { i: "9007199254740991" } }, input: ["axis", "x"] }],
  ["names", { op: "IdentityN", input: new Array(2 ** 13).fill("x") }],
])("many %s of a graph cannot make a small file slow", (_, node) => {
  const start = spent();
  const json = JSON.stringify({
    format: "graph-model",
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { shape: { shape: { dim: [{ size: 1 }] } } } },
      { name: "axis", op: "Const", attr: { dtype: { type: "DT_INT32" } } },
      ...Array.from({ length: 20 }, (__, i) => ({ name: `y${i}`, input: ["x"], ...node })),
    ] },
    weightsManifest: [{ paths: ["a"], weights: [{ name: "axis", shape: [], dtype: "int32" }] }],
  });
  try {
    loadTfjs(json, [new Uint8Array(4)]);
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
  }
  expect(spent() - start).toBeLessThan(3000);
});

const digits = new URL("../../../examples/digits/digits.onnx", import.meta.url);

test.runIf(existsSync(digits))("loadOnnx reads or refuses a trained network however it is damaged", () => {
  survives(readFileSync(digits), loadOnnx, 100);
});

const bomb = (...nodes: readonly ReturnType<typeof node>[]): Uint8Array => onnx({
  nodes: [...nodes, node("Add", ["x", "big"], "y")], inputs: { x: ["N", 4] }, outputs: ["y"],
  constants: {
    one: float([1], [1]), many: int64(2 ** 33), huge: int64(2 ** 52, 2 ** 52), zero: int64(0), step: int64(1),
  },
});

test.each<readonly [string, Uint8Array]>([
  ["ConstantOfShape", bomb(node("ConstantOfShape", ["many"], "big"))],
  ["ConstantOfShape of more than numbers count", bomb(node("ConstantOfShape", ["huge"], "big"))],
  ["Expand", bomb(node("Expand", ["one", "many"], "big"))],
  ["Tile", bomb(node("Tile", ["one", "many"], "big"))],
  ["Range", bomb(node("Range", ["zero", "many", "step"], "big"))],
  ["a constant that doubles again and again", bomb(
    ...Array.from({ length: 60 }, (_, i) => {
      const from = i === 0 ? "one" : `c${i - 1}`;
      return node("Concat", [from, from], i === 59 ? "big" : `c${i}`, { axis: 0 });
    }),
  )],
])("%s cannot make a small file large", (_, bytes) => {
  const start = spent();
  expect(() => loadOnnx(bytes)).toThrow(/takes work on at most \d+ elements in all/);
  expect(spent() - start).toBeLessThan(3000);
});

test.each<readonly [string, readonly (number | string)[], ReturnType<typeof node>, string]>([
  ["pools", ["N", 1, 8], node("MaxPool", ["x"], "y", { kernel_shape: [2], pads: [2 ** 31, 2 ** 31] }),
    "padding smaller than"],
  ["windows", ["N", 1, 2 ** 20], node("MaxPool", ["x"], "y", { kernel_shape: [2 ** 18] }),
    "pool: takes axes of at most"],
  ["pads", ["N", 8], node("Pad", ["x"], "y", { pads: [0, 2 ** 40, 0, 0] }), "Pad: takes axes of at most"],
  ["scales", ["N", 1, 8], node("Upsample", ["x"], "y", { scales: [1.5, 1, 1] }), "Resize: takes 1 axes"],
  ["scales of any axes", ["N", 1, 8], node("Upsample", ["x"], "y", { scales: [1.5, 1e9 + 0.5, 1.5] }),
    "Resize: takes axes of at most"],
  ["inputs", ["N", 2 ** 40], node("Relu", ["x"], "y"), "takes at most 64 axes of 2147483648 elements"],
])("%s out of proportion are refused before anything is allocated", (_, shape, one, message) => {
  const start = spent();
  expect(() => loadOnnx(onnx({ nodes: [one], inputs: { x: shape }, outputs: ["y"] }, 8))).toThrow(message);
  expect(spent() - start).toBeLessThan(3000);
});

/** A graph of the same node again and again. */
const repeated = (
  count: number, shape: readonly (number | string)[], constants: Readonly<Record<string, TestTensor>>,
  ...[opType, inputs, attributes]: readonly [string, readonly string[], Parameters<typeof node>[3]?]
): Uint8Array => {
  const name = (i: number): string => (i === 0 ? "x" : i === count ? "y" : `v${i}`);
  const nodes = Array.from({ length: count }, (_, i) =>
    node(opType, [name(i), ...inputs], name(i + 1), attributes));
  return onnx({ nodes, constants, inputs: { x: shape }, outputs: ["y"] });
};

const thousand = float(new Array<number>(1000).fill(1));
const picks = { from: int64(1), to: int64(2 ** 40), axis: int64(1), around: int64(0, 1, 0, 0), index: int64(0, 1) };

test.each<readonly [string, Uint8Array, RegExp]>([
  ["slices", repeated(300, ["N", 2 ** 17], picks, "Slice", ["from", "to", "axis"]), /takes work on at most/],
  ["pads", repeated(300, ["N", 2 ** 17], picks, "Pad", ["around"], { mode: "edge" }), /takes work on at most/],
  ["pools", repeated(300, ["N", 1, 2 ** 17], {}, "MaxPool", [], { kernel_shape: [3], pads: [1, 1] }), /takes work on/],
  ["transpositions", repeated(300, ["N", 2 ** 17, 1], {}, "Transpose", [], { perm: [0, 2, 1] }), /takes work on/],
  ["normalisations", repeated(5000, ["N", 1000], { thousand }, "BatchNormalization", new Array(4).fill("thousand")),
    /takes work on at most/],
  ["products", repeated(2000, ["N", 1], { one: float(new Array<number>(1000).fill(1), [1, 1000]) }, "Gemm", ["one"],
    { transB: 1, alpha: { float: 2 } }), /takes work on at most|Gemm/],
  ["channels of one group", repeated(1, ["N", 2 ** 30], { one: float([1]) }, "GroupNormalization", ["one", "one"],
    { num_groups: 1 }), /takes work on at most|too large/],
  ["triangles", repeated(20, ["N", 1024, 1024], {}, "Trilu", []), /takes work on at most/],
  ["frames", repeated(1, ["N", 2 ** 20, 1], { one: int64(1), count: int64(2 ** 10) }, "STFT", ["one", "", "count"]),
    /takes work on at most|takes a single number|takes extents/],
])("many %s cannot make a small file large or slow", (_, bytes, message) => {
  const start = spent();
  expect(() => loadOnnx(bytes)).toThrow(message);
  expect(spent() - start).toBeLessThan(6000);
});

test.each<readonly [string, Uint8Array]>([
  ["a sum of many constants", onnx({
    nodes: [node("Sum", ["x", ...new Array<string>(20_000).fill("one")], "y")], constants: { one: float([1]) },
    inputs: { x: ["N", 4] }, outputs: ["y"],
  })],
  ["gates that read the largest of many", onnx({
    nodes: [
      ...Array.from({ length: 40 }, (_, i) =>
        node("Max", new Array<string>(17).fill(i === 0 ? "x" : `m${i - 1}`), `m${i}`)),
      node("Mul", ["x", "m39"], "y"),
    ],
    inputs: { x: ["N", 4] }, outputs: ["y"],
  })],
])("%s is read in linear time", (_, bytes) => {
  const start = spent();
  loadOnnx(bytes);
  expect(spent() - start).toBeLessThan(6000);
});

test("axes of ReverseSequence count from either end, and others are refused in a sentence", () => {
  const file = (axes: Parameters<typeof node>[3]): Uint8Array => onnx({
    nodes: [node("ReverseSequence", ["x", "lengths"], "y", axes)], constants: { lengths: int64(2, 3) },
    inputs: { x: [2, 3] }, outputs: ["y"],
  });
  const reversed = loadOnnx(file({ batch_axis: -2, time_axis: -1 })).predict(tensor([[1, 2, 3], [4, 5, 6]]));
  expect([...reversed.data]).toEqual([2, 1, 3, 6, 5, 4]);
  expect(() => loadOnnx(file({ batch_axis: 0, time_axis: 8 }))).toThrow("takes an axis from -2 to 1, got 8");
});

test.each(["Add", "Div", "Mul", "Sub", "GatherElements", "GatherND", "MaxUnpool", "ReverseSequence"])(
  "%s of one input is refused in a sentence", (op) => {
    const file = onnx({ nodes: [node(op, ["x"], "y")], inputs: { x: ["N", 4] }, outputs: ["y"] });
    expect(() => loadOnnx(file)).toThrow(/^loadOnnx: .*takes (2 inputs, got 1|an input 1, got none)/);
  },
);

test("what reads more than there is, or nothing at all, is refused in a sentence", () => {
  for (const op of ["Sum", "Mean", "Max", "Concat", "Einsum", "Relu", "Conv", "Where", "DynamicQuantizeLinear"]) {
    const file = onnx({ nodes: [node(op, [], "y")], inputs: { x: ["N", 4] }, outputs: ["y"] });
    expect(() => loadOnnx(file)).toThrow(ModelFormatError);
  }
});

test("a graph whose outputs are lists with nothing in them is refused in a sentence", () => {
  const file = onnx({ nodes: [node("SequenceEmpty", [], "y")], inputs: { x: ["N", 4] }, outputs: ["y"] });
  expect(() => loadOnnx(file)).toThrow("loadOnnx: takes outputs that depend on the input, got none");
});

test("a constant that is out of all proportion is refused by name, wherever it goes", () => {
  const deep = float([1], new Array<number>(65).fill(1));
  const file = onnx({
    nodes: [node("Relu", ["x"], "y")], inputs: { x: ["N", 4] }, constants: { deep }, outputs: ["y", "deep"],
  });
  expect(() => loadOnnx(file)).toThrow('loadOnnx: constant "deep": takes constants of at most 64 axes, got 65');
});

test("shapes that are only spoken of allow little work, however large; inputs that are there allow theirs", () => {
  const model = loadOnnx(onnx({
    nodes: [node("Trilu", ["x"], "y")], inputs: { x: ["N", "H", "W"] }, outputs: ["y"],
  }));
  const start = spent();
  expect(() => model.shapes([1, 2 ** 15, 2 ** 15])).toThrow(/takes work on at most/);
  expect(() => model.shapes([1, 2 ** 15, 2 ** 17])).toThrow(
    'Model input "x": takes at most 64 axes of 2147483648 elements, got [1, 32768, 131072]');
  expect(spent() - start).toBeLessThan(500);
  expect(model.predict(full([1, 2200, 2200], 1)).data[2200]).toBe(0);
});

test("a description of many pools cannot be slow either", () => {
  const pool = (i: number): object => ({
    class_name: "MaxPooling1D",
    config: { name: `p${i}`, batch_input_shape: [null, 2 ** 18, 1], pool_size: [3], strides: [1], padding: "same" },
  });
  const layers = Array.from({ length: 200 }, (_, i) => pool(i));
  const model_config = { class_name: "Sequential", config: { layers } };
  const start = spent();
  expect(() => loadTfjs(JSON.stringify({ modelTopology: { model_config } }), [])).toThrow(/takes work on at most/);
  expect(spent() - start).toBeLessThan(6000);
});

test("nodes that share a matrix share what is made of it", () => {
  const square = float(new Array<number>(16).fill(1), [4, 4]);
  const { nodes } = loadOnnx(repeated(3, ["N", 4], { square }, "Gemm", ["square"]));
  expect(new Set(nodes.map(({ layer }) => (layer as Dense).weight.data)).size).toBe(1);
});

test("graphs nested without end are refused", () => {
  let graph = { nodes: [node("Relu", ["x"], "y")], outputs: ["y"] };
  for (let depth = 0; depth < 20; depth++) {
    graph = { nodes: [node("If", ["c"], "y", { then_branch: graph })], outputs: ["y"] };
  }
  expect(() => loadOnnx(onnx({ ...graph, inputs: { x: ["N"] } }))).toThrow("takes graphs nested at most 16 deep");
});
