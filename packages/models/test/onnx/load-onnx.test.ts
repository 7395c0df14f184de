import { Scale, type Model } from "@relprop/layers";
import { full, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadOnnx, ModelFormatError } from "../../src/index.ts";
import { float, int64, node, onnx, type TestGraph, type TestTensor } from "./write-onnx.ts";

const relu = [node("Relu", ["x"], "y")];
const simple: TestGraph = { nodes: relu, inputs: { x: ["N", 4] }, outputs: ["y"] };

/** A network that reads a constant w. */
function withConstant(op: string, w: TestTensor): Uint8Array {
  return onnx({ ...simple, nodes: [node(op, ["x", "w"], "y")], constants: { w } });
}

test("a chain of shapes is calculated with the batch left open", () => {
  const nodes = [
    node("Shape", ["x"], "s"), node("Gather", ["s", "zero"], "n"), node("Unsqueeze", ["n", "first"], "n1"),
    node("Gather", ["s", "one"], "c"), node("Div", ["c", "two"], "half"), node("Unsqueeze", ["half", "first"], "h1"),
    node("Concat", ["n1", "h1", "rest"], "t", { axis: 0 }), node("Reshape", ["x", "t"], "y"),
  ];
  const scalar = (value: number): TestTensor => ({ shape: [], values: [value], type: "int64" });
  const constants = { zero: scalar(0), one: scalar(1), two: scalar(2), first: int64(0), rest: int64(-1) };
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: ["N", 4, 3] }, outputs: ["y"] }));
  expect(model.carriers.map(({ layer }) => layer.kind)).toEqual(["Reshape"]);
  expect(model.lower(tensor([new Array<number>(12).fill(0)]).reshape([1, 4, 3])).steps).toHaveLength(1);
  expect(model.shapes([7, 4, 3]).get("Reshape_0")).toEqual([7, 2, 6]);
});

test("a batch that the file fixes is freed, also where reshapes write it down", () => {
  const nodes = [node("Reshape", ["x", "t"], "r"), node("Relu", ["r"], "y")];
  const model = loadOnnx(onnx({ nodes, constants: { t: int64(1, -1) }, inputs: { x: [1, 2, 3] }, outputs: ["y"] }));
  expect(model.inputs).toEqual([{ name: "x", shape: [undefined, 2, 3] }]);
  expect(model.shapes([5, 2, 3]).get("Relu_0")).toEqual([5, 6]);
});

test("a batch that the graph insists on stays fixed", () => {
  const graph = { nodes: [node("Expand", ["x", "t"], "e"), node("Slice", ["e", "a", "b"], "y")], outputs: ["y"] };
  const constants = { t: int64(4, 3), a: int64(0), b: int64(4) };
  const model = loadOnnx(onnx({ ...graph, constants, inputs: { x: [4, 3] } }));
  expect(model.inputs).toEqual([{ name: "x", shape: [4, 3] }]);
});

test("extents that the file leaves free can be given", () => {
  const nodes = [node("Flatten", ["x"], "f"), node("MatMul", ["f", "w"], "y")];
  const file = onnx(
    { nodes, constants: { w: float([1, 2, 3, 4], [4, 1]) }, inputs: { x: ["N", 1, "L"] }, outputs: ["y"] },
  );
  const free = loadOnnx(file);
  expect([...free.predict(tensor([[[1, 1, 1, 1]]])).data]).toEqual([10]);
  expect(() => free.predict(tensor([[[1, 1, 1]]]))).toThrow('node "MatMul_0": Dense: takes [N, …, 4], got [1, 3]');
  const model = loadOnnx(file, { shapes: { x: [undefined, 1, 4] } });
  expect(model.inputs[0]!.shape).toEqual([undefined, 1, 4]);
  expect([...model.predict(tensor([[[1, 1, 1, 1]]])).data]).toEqual([10]);
  expect(() => loadOnnx(file, { shapes: { z: [1] } })).toThrow('takes shapes of inputs "x", got one of "z"');
  expect(() => loadOnnx(file, { shapes: { x: [1, 2, 4] } })).toThrow(
    'takes a shape for "x" that fits [?, 1, ?], got [1, 2, 4]',
  );
});

test.each<readonly [string, TestTensor]>([
  ["raw floats", { shape: [2], values: [1.5, -2] }],
  ["listed floats", { shape: [2], values: [1.5, -2], asList: true }],
  ["raw halves", { shape: [2], values: [0x3e00, 0xc000], type: "half" }],
  ["listed halves", { shape: [2], values: [0x3e00, 0xc000], type: "half", asList: true }],
  ["raw doubles", { shape: [2], values: [1.5, -2], type: "double" }],
  ["listed doubles", { shape: [2], values: [1.5, -2], type: "double", asList: true }],
])("initialisers may be %s", (_, tensorOfFile) => {
  const nodes = [node("Cast", ["c"], "f", { to: 1 }), node("Add", ["x", "f"], "y")];
  const model = loadOnnx(onnx({ nodes, constants: { c: tensorOfFile }, inputs: { x: ["N", 2] }, outputs: ["y"] }));
  expect([...model.predict(tensor([[0, 0]])).data]).toEqual([1.5, -2]);
});

test("quantised weights are dequantised, per axis too", () => {
  const constants = {
    q: { shape: [2, 2], values: [1, 2, -3, 4], type: "int8" }, s: float([0.5, 2]),
    z: { shape: [2], values: [1, 0], type: "int8" },
  } as const;
  const dequantize = node("DequantizeLinear", ["q", "s", "z"], "w", { axis: 0 });
  const nodes = [dequantize, node("Gemm", ["x", "w"], "y", { transB: 1 })];
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: ["N", 2] }, outputs: ["y"] }));
  expect([...model.predict(tensor([[1, 10]])).data]).toEqual([5, 74]);
});

test("weights may lie in other files, which the caller finds by plain relative paths", () => {
  const files = new Map([["data/w.bin", new Uint8Array(Float32Array.of(9, 1, 2).buffer)]]);
  const graph = (location: string, offset = "4"): Uint8Array => onnx({
    nodes: [node("Add", ["x", "w"], "y")], inputs: { x: ["N", 2] }, outputs: ["y"],
    constants: { w: { shape: [2], values: [], external: { location, offset, length: "8" } } },
  });
  const external = (path: string): Uint8Array | undefined => files.get(path);
  for (const path of ["data/w.bin", "./data/w.bin", "data/.//w.bin"]) {
    expect([...loadOnnx(graph(path), { external }).predict(tensor([[0, 0]])).data]).toEqual([1, 2]);
  }
  expect(() => loadOnnx(graph("data/w.bin"))).toThrow("takes the option external: (path) => bytes");
  expect(() => loadOnnx(graph("other.bin"), { external })).toThrow('"other.bin" was not found');
  expect(() => loadOnnx(graph("data/w.bin", "8"), { external })).toThrow('takes 8 bytes from 8 in "data/w.bin"');
  for (const path of [
    "../w.bin", "/etc/passwd", "a/../../b", "C:\\w.bin", "..\\w", "", "http://example.org/w", "file:w", "file:///etc/w",
    "//host/w", "\\\\host\\w", "%2e%2e/w", "a%2fb", " ", ".. /w", "w ", "...", "a./b", ".", "a/", "w?x", "w#x",
    "w:stream", "a\0b", "a\nb", "\u009bw", "NUL", "a/con", "com1.bin/w", "Aux .bin", "LPT³", "conin$", ".\u200c./w",
    "w\u202enib", "a\ufeffw", "a\u2028b", "w\u00ad", "w\ufff9",
    "/./w", "./", "a//", "a/.", ".//../w",
  ]) {
    expect(() => loadOnnx(graph(path), { external })).toThrow("takes a plain relative path, got ");
  }
  const plain = ["./data/my weights.bin", "onnx__MatMul_1.weight", "100%.bin", "a/b\\c", "größe", "null", "com10"];
  for (const path of plain) {
    expect(() => loadOnnx(graph(path), { external })).toThrow("was not found");
  }
});

test("a node has as many inputs as functions take arguments on every host", () => {
  const read = (operator: string, count: number): Model => {
    const nodes = [node(operator, new Array<string>(count).fill("x"), "y")];
    return loadOnnx(onnx({ nodes, inputs: { x: ["N", 1] }, outputs: ["y"] }));
  };
  expect(read("Sum", 2 ** 14).predict(tensor([[0.5]])).data[0]).toBe(2 ** 13);
  expect(() => read("Max", 2 ** 14 + 1)).toThrow(
    'loadOnnx: the Max node that makes "y" (Max): takes at most 16384 inputs, got 16385 (at byte ',
  );
});

test("several inputs and outputs keep their order", () => {
  const nodes = [node("Sub", ["a", "b"], "d"), node("Neg", ["d"], "n")];
  const model = loadOnnx(onnx({ nodes, inputs: { a: ["N", 1], b: ["N", 1] }, outputs: ["n", "d"] }));
  expect(model.forward(tensor([[5]]), tensor([[3]])).map(({ data }) => data[0])).toEqual([-2, 2]);
});

test("nodes in any order are put in one that works", () => {
  const nodes = [node("Neg", ["h"], "y"), node("Relu", ["x"], "h")];
  expect(loadOnnx(onnx({ ...simple, nodes })).nodes.map(({ name }) => name)).toEqual(["Relu_0", "Neg_0"]);
});

test("what no output needs is left out, even if it is not supported", () => {
  const nodes = [node("LSTM", ["x"], "unused"), ...relu];
  expect(loadOnnx(onnx({ ...simple, nodes })).nodes).toHaveLength(1);
});

test.each<readonly [string, Uint8Array, RegExp]>([
  ["text", Uint8Array.from("hello, this is not a model", (c) => c.charCodeAt(0)), /^loadOnnx: .*\(at byte \d+\)$/],
  ["nothing", new Uint8Array(0), /takes an ONNX file, got an empty file/],
  ["no graph", Uint8Array.of(8, 8), /takes an ONNX file, got bytes without a graph/],
  ["an operator set of the future", onnx(simple, 29), /takes operator sets 1 to 28, got 29/],
  ["an unknown operator", onnx({ ...simple, nodes: [{ ...node("Fold", ["x"], "y"), name: "deep" }] }),
    /^loadOnnx: node "deep" uses operator Fold, which is not known: export with .* \(at byte \d+\)$/],
  ["an operator of another domain", onnx({ ...simple, nodes: [{ ...node("Relu", ["x"], "y"), domain: "mine" }] }),
    /the Relu node that makes "y" uses operator mine.Relu/],
  ["a cycle", onnx({ ...simple, nodes: [node("Add", ["x", "z"], "y"), node("Neg", ["y"], "z")] }),
    /takes graphs without cycles, got one through node "" \(Neg\), which reads "y"/],
  ["a name made twice", onnx({ ...simple, nodes: [...relu, ...relu] }), /takes every name once, got "y" twice/],
  ["a name nobody makes", onnx({ ...simple, nodes: [node("Relu", ["z"], "y")] }), /reads "z", which nothing makes/],
  ["an output nobody makes", onnx({ ...simple, outputs: ["z"] }), /takes values that something makes, got "z"/],
  ["a constant output", onnx({ ...simple, nodes: [node("Neg", ["c"], "y")], constants: { c: float([1]) } }),
    /takes outputs that depend on the input, got "y", a constant/],
  ["no inputs", onnx({ ...simple, inputs: {} }), /takes graphs with an input, got none/],
  ["a shape that does not fit", withConstant("MatMul", float([1], [1, 1])),
    /node "MatMul_0": Dense: takes \[N, …, 1\], got \[1, 4\]/],
  ["a tensor without its numbers", withConstant("Add", float([1], [4])),
    /tensor "w" has 4 bytes, takes 16 for F32 \[4\]/],
  ["a tensor of a giant shape", withConstant("Add", float([1], [2 ** 40, 2 ** 40])),
    /tensor "w" has 4 bytes/],
  ["a giant fill", onnx({
    ...simple, constants: { s: int64(2 ** 20, 2 ** 20) },
    nodes: [node("ConstantOfShape", ["s"], "c"), node("Add", ["x", "c"], "y")],
  }), /takes work on at most \d+ elements/],
])("loadOnnx refuses %s", (_, bytes, message) => {
  expect(() => loadOnnx(bytes)).toThrow(ModelFormatError);
  expect(() => loadOnnx(bytes)).toThrow(message);
});

test("all operators that nobody knows are named at once, with what to do", () => {
  const nodes = [node("Fold", ["x"], "a"), node("Fold", ["a"], "b"), { ...node("Knit", ["x"], "c"), name: "k" }];
  const graph = { ...simple, nodes: [...nodes, node("Add", ["b", "c"], "y")] };
  expect(() => loadOnnx(onnx(graph))).toThrow(
    /got 3 nodes of others: Fold \(.* makes "a" and 1 more\), Knit \(node "k"\): export with .* option operators;/,
  );
});

test("operators of one's own make layers of attributes and constants", () => {
  const nodes = [{ ...node("Times", ["x", "w"], "y", { by: 3 }), domain: "mine" }];
  const model = loadOnnx(onnx({ ...simple, nodes, constants: { w: float([2]) } }), {
    operators: {
      "mine.Times": ({ attributes, constants }) =>
        new Scale(tensor([constants[1]!.data[0]! * (attributes.get("by") as number)], []), {}),
    },
  });
  const x = full([1, ...model.inputs[0]!.shape!.slice(1).map((extent) => extent ?? 1)], 1);
  expect(model.predict(x).data[0]).toBe(6);
});

describe("an output that cannot be read", () => {
  const file = (outputs: readonly string[]): Uint8Array => onnx({
    nodes: [node("Relu", ["x"], "scores"), node("Mystery", ["scores"], "label")],
    inputs: { x: ["N", 2] }, outputs, integers: ["label"], typed: true,
  });

  test("is left out beside one that can, and the model says so", () => {
    for (const outputs of [["scores", "label"], ["label", "scores"]]) {
      const model = loadOnnx(file(outputs));
      expect(model.outputs).toEqual(["Relu_0"]);
      expect(model.remarks).toHaveLength(1);
      expect(model.remarks[0]).toMatch(/^output "label" is left out: loadOnnx: .*Mystery/);
    }
  });

  test("refuses the file where it is the first of floats", () => {
    const floats = onnx({
      nodes: [node("Mystery", ["x"], "scores"), node("Relu", ["x"], "features")],
      inputs: { x: ["N", 2] }, outputs: ["scores", "features"], typed: true,
    });
    expect(() => loadOnnx(floats)).toThrow("Mystery");
    expect(() => loadOnnx(file(["label"]))).toThrow("Mystery");
  });
});

test("a file of small messages is refused before it is read to its end", () => {
  const imports = new Uint8Array(400_000).map((_, i) => (i % 2 === 0 ? 0x42 : 0));
  expect(() => loadOnnx(imports)).toThrow("takes fewer and larger messages, got many small ones");
});

test.each(["Sub", "Mul", "Div"])("%s takes two inputs", (op) => {
  const read = (inputs: readonly string[]): Model => loadOnnx(onnx({ ...simple, nodes: [node(op, inputs, "y")] }));
  expect(() => read(["x"])).toThrow("takes 2 inputs, got 1");
  expect(() => read(["x", "x", "x"])).toThrow("takes 2 inputs, got 3");
});
