import { ConvTranspose, type Layer, type Model } from "@relprop/layers";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;

/** A network of one input x and one output y. */
function network(
  shape: readonly (number | string)[], nodes: readonly TestNode[], constants: Readonly<Record<string, TestTensor>> = {},
  opset = 17,
): Model {
  return loadOnnx(onnx({ nodes, constants, inputs: { x: shape }, outputs: ["y"] }, opset));
}

const kinds = (model: Model): readonly string[] => model.nodes.map(({ layer }) => layer.kind);
const only = (model: Model): Layer => model.nodes[0]!.layer as Layer;
const close = (values: readonly number[]): unknown => values.map((value): unknown => expect.closeTo(value, 5));
const outputs = (model: Model, x: readonly unknown[]): readonly number[] =>
  [...model.predict(tensor(x as number[][])).data];

test("Gemm is a dense layer: factors, transposition and a bias of its own shape are worked in", () => {
  const constants = { w: float([1, 2, 3, 4, 5, 6], [2, 3]), c: float([10], [1, 1]) };
  const attributes = { alpha: { float: 2 }, beta: { float: 0.5 }, transB: 0 };
  const model = network(["N", 2], [node("Gemm", ["x", "w", "c"], "y", attributes)], constants);
  expect(kinds(model)).toEqual(["Dense", "Scale"]);
  expect(outputs(model, [[1, -1]])).toEqual([-1, -1, -1]);
});

test("a product and the sum behind it are one dense layer, on either side of the plus sign", () => {
  const constants = { w: float([1, 2, 3, 4], [2, 2]), b: float([10, 20]) };
  for (const inputs of [["h", "b"], ["b", "h"]]) {
    const model = network(["N", 2], [node("MatMul", ["x", "w"], "h"), node("Add", inputs, "y")], constants);
    expect(kinds(model)).toEqual(["Dense"]);
    expect(outputs(model, [[1, 1]])).toEqual([14, 26]);
  }
});

test("a constant before the product is a dense layer of the rows turned over", () => {
  const model = network(["N", 2, 1], [node("MatMul", ["m", "x"], "y")], { m: float([1, 2, 3, 4, 5, 6], [3, 2]) });
  expect(kinds(model)).toEqual(["Transpose", "Dense", "Transpose"]);
  expect(outputs(model, [[[1], [1]]])).toEqual([3, 7, 11]);
});

test("padding by zeros becomes the padding of the convolution behind it", () => {
  const constants = { p: int64(0, 0, 1, 0, 0, 2), w: float([1, 1, 1], [1, 1, 3]) };
  const model = network(["N", 1, 3], [node("Pad", ["x", "p"], "h"), node("Conv", ["h", "w"], "y")], constants);
  expect(kinds(model)).toEqual(["Conv"]);
  expect(outputs(model, [[[1, 2, 3]]])).toEqual([3, 6, 5, 3]);
});

test("zeros laid around the input of an average pool count as its elements", () => {
  const nodes = [node("Pad", ["x", "p"], "h"), node("AveragePool", ["h"], "y", { kernel_shape: [2] })];
  const model = network(["N", 1, 2], nodes, { p: int64(0, 0, 1, 0, 0, 0) });
  expect(kinds(model)).toEqual(["AvgPool"]);
  expect(outputs(model, [[[2, 4]]])).toEqual([1, 3]);
});

test("a constant becomes the bias of a convolution only if it is one number per channel", () => {
  const constants = { w: float([1, 1], [2, 1, 1]), row: float([10, 20]), column: float([10, 20], [2, 1]) };
  const behind = (name: string): Model =>
    network(["N", 1, 2], [node("Conv", ["x", "w"], "h"), node("Add", ["h", name], "y")], constants);
  expect(kinds(behind("column"))).toEqual(["Conv"]);
  expect(outputs(behind("column"), [[[1, 2]]])).toEqual([11, 12, 21, 22]);
  expect(kinds(behind("row"))).toEqual(["Conv", "Scale"]);
  expect(outputs(behind("row"), [[[1, 2]]])).toEqual([11, 22, 11, 22]);
});

test("a single output takes a single number as its bias", () => {
  const nodes = [node("MatMul", ["x", "w"], "h"), node("Add", ["h", "b"], "y")];
  const model = network(["N", 2], nodes, { w: float([1, 2], [2, 1]), b: float([5], [1]) });
  expect(kinds(model)).toEqual(["Dense"]);
  expect(outputs(model, [[1, 1]])).toEqual([8]);
});

test.each([
  ["SAME_UPPER", [3, 5, 7, 4]],
  ["SAME_LOWER", [1, 3, 5, 7]],
  ["VALID", [3, 5, 7]],
])("automatic padding %s is worked out from the extents", (mode, expected) => {
  const model = network(
    ["N", 1, 4], [node("Conv", ["x", "w"], "y", { auto_pad: mode })], { w: float([1, 1], [1, 1, 2]) },
  );
  expect(outputs(model, [[[1, 2, 3, 4]]])).toEqual(expected);
});

test("ConvTranspose makes the output it is asked for", () => {
  const attributes = { strides: [2], output_shape: [6] };
  const model = network(
    ["N", 1, 2], [node("ConvTranspose", ["x", "w"], "y", attributes)], { w: float([1, 1, 1], [1, 1, 3]) },
  );
  expect(outputs(model, [[[1, 2]]])).toEqual([1, 1, 3, 2, 2, 0]);
  // It has weights, which rules take, since the file decides the extents of what it reads.
  expect(model.nodes[0]!.layer).toBeInstanceOf(ConvTranspose);
});

test.each<readonly [string, Attributes, readonly number[]]>([
  ["the padding not counted", { pads: [1, 1] }, [1, 1.5, 2.5, 3]],
  ["the padding counted", { pads: [1, 1], count_include_pad: 1 }, [0.5, 1.5, 2.5, 1.5]],
  ["windows rounded up", { ceil_mode: 1, strides: [2] }, [1.5, 3]],
])("AveragePool averages, %s", (_, attributes, expected) => {
  const model = network(["N", 1, 3], [node("AveragePool", ["x"], "y", { kernel_shape: [2], ...attributes })]);
  expect(outputs(model, [[[1, 2, 3]]])).toEqual(expected);
});

test("softmax of old operator sets runs over all axes from its own on", () => {
  const before = network(["N", 2, 2], [node("Softmax", ["x"], "y")], {}, 12);
  expect(outputs(before, [[[0, 0], [0, 0]]])).toEqual([0.25, 0.25, 0.25, 0.25]);
  const since = network(["N", 2, 2], [node("Softmax", ["x"], "y")], {}, 13);
  expect(outputs(since, [[[0, 0], [0, 0]]])).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test("constants that multiply and add are one scale per channel", () => {
  const constants = { g: float([2, 3], [2, 1]), b: float([10, 20], [1, 2, 1]) };
  const model = network(["N", 2, 2], [node("Mul", ["g", "x"], "h"), node("Add", ["h", "b"], "y")], constants);
  expect(kinds(model)).toEqual(["Scale"]);
  expect(outputs(model, [[[1, 2], [3, 4]]])).toEqual([12, 14, 29, 32]);
});

test.each<readonly [string, readonly string[], readonly number[]]>([
  ["Sub", ["x", "c"], [-3, -8]],
  ["Sub", ["c", "x"], [3, 8]],
  ["Div", ["x", "c"], [0.25, Math.fround(0.2)]],
  ["Div", ["c", "x"], [4, 5]],
  ["Pow", ["x", "two"], [1, 4]],
  ["Max", ["x", "two"], [2, 2]],
  ["Min", ["two", "x"], [1, 2]],
  ["Sum", ["x", "c", "x"], [6, 14]],
])("%s of %j is calculated", (op, inputs, expected) => {
  const model = network(["N", 2], [node(op, inputs, "y")], { c: float([4, 10]), two: float([2], []) });
  expect(outputs(model, [[1, 2]])).toEqual(expected);
});

test("the larger of two flows is chosen element by element", () => {
  const nodes = [node("Neg", ["x"], "m"), node("Max", ["x", "m"], "y")];
  expect(outputs(network(["N", 3], nodes), [[1, -2, 0]])).toEqual([1, 2, 0]);
});

const half = { half: float([0.5], []), root: float([Math.SQRT2], []), one: float([1], []), three: float([3], []) };
const six = { zero: float([0], []), six: float([6], []), sixth: float([1 / 6], []) };
const tanhGelu = { rate: float([Math.sqrt(2 / Math.PI)], []), small: float([0.044715], []) };

test.each<readonly [string, readonly TestNode[]]>([
  ["Silu", [node("Sigmoid", ["x"], "g"), node("Mul", ["g", "x"], "y")]],
  ["HardSwish", [node("HardSigmoid", ["x"], "g", { alpha: { float: 1 / 6 } }), node("Mul", ["x", "g"], "y")]],
  ["HardSwish", [
    node("Add", ["x", "three"], "a"), node("Clip", ["a", "zero", "six"], "c"), node("Mul", ["x", "c"], "m"),
    node("Div", ["m", "six"], "y"),
  ]],
  ["HardSigmoid", [
    node("Add", ["three", "x"], "a"), node("Clip", ["a", "zero", "six"], "c"), node("Mul", ["c", "sixth"], "y"),
  ]],
  ["Mish", [node("Softplus", ["x"], "s"), node("Tanh", ["s"], "t"), node("Mul", ["x", "t"], "y")]],
  ["Gelu", [
    node("Div", ["x", "root"], "d"), node("Erf", ["d"], "e"), node("Add", ["e", "one"], "a"),
    node("Mul", ["x", "a"], "m"),
    node("Mul", ["m", "half"], "y"),
  ]],
  ["Gelu", [
    node("Div", ["x", "root"], "d"), node("Erf", ["d"], "e"), node("Add", ["one", "e"], "a"),
    node("Mul", ["x", "half"], "h"),
    node("Mul", ["h", "a"], "y"),
  ]],
  ["GeluTanh", [
    node("Mul", ["x", "x"], "x2"), node("Mul", ["x", "x2"], "x3"), node("Mul", ["small", "x3"], "s"),
    node("Add", ["x", "s"], "i"), node("Mul", ["rate", "i"], "r"), node("Tanh", ["r"], "t"),
    node("Add", ["one", "t"], "o"),
    node("Mul", ["half", "o"], "h"), node("Mul", ["x", "h"], "y"),
  ]],
  ["Relu6", [node("Clip", ["x", "zero", "six"], "y")]],
  ["Relu", [node("Clip", ["x", "zero"], "y")]],
])("%s is recognised", (kind, nodes) => {
  const model = network(["N", 2], nodes, { ...half, ...six, ...tanhGelu });
  expect(kinds(model)).toEqual([kind]);
  expect(only(model).role).toBe("activation");
});

test("a gate of something else stays a product", () => {
  const nodes = [node("Relu", ["x"], "r"), node("Sigmoid", ["r"], "g"), node("Mul", ["x", "g"], "y")];
  expect(kinds(network(["N", 2], nodes))).toEqual(["Relu", "Sigmoid", "Multiply"]);
});

test("layer normalisation is recognised in its arithmetic, with scale and shift", () => {
  const nodes = [
    node("ReduceMean", ["x"], "m", { axes: [-1] }), node("Sub", ["x", "m"], "c"), node("Pow", ["c", "two"], "s"),
    node("ReduceMean", ["s"], "v", { axes: [-1] }), node("Add", ["v", "eps"], "e"), node("Sqrt", ["e"], "d"),
    node("Div", ["c", "d"], "n"), node("Mul", ["n", "ln.weight"], "w"), node("Add", ["w", "ln.bias"], "y"),
  ];
  const constants = { two: float([2], []), eps: float([1], []), "ln.weight": float([1, 2]), "ln.bias": float([0, 10]) };
  const model = network(["N", 3, 2], nodes, constants);
  expect(model.nodes.map(({ name, layer }) => [name, layer.kind])).toEqual([["ln", "LayerNorm"]]);
  const root = Math.sqrt(2); // deviation 1, epsilon 1
  expect(outputs(model, [[[1, 3], [5, 5], [0, 2]]])).toEqual(
    close([-1 / root, 10 + 2 / root, 0, 10, -1 / root, 10 + 2 / root]),
  );
});

test("group normalisation is recognised in instance normalisation between reshapes", () => {
  const nodes = [
    node("Reshape", ["x", "split"], "r"), node("InstanceNormalization", ["r", "ones", "zeros"], "i"),
    node("Shape", ["x"], "s"), node("Reshape", ["i", "s"], "b"), node("Mul", ["b", "gn.weight"], "m"),
    node("Add", ["m", "gn.bias"], "y"),
  ];
  const model = network(["N", 4, 5], nodes, {
    split: int64(0, 2, -1), ones: float([1, 1]), zeros: float([0, 0]),
    "gn.weight": float([1, 2, 3, 4], [4, 1]), "gn.bias": float([0, 0, 0, 1], [4, 1]),
  });
  expect(kinds(model)).toEqual(["GroupNorm"]);
  expect(model.nodes[0]!.name).toBe("gn");
});

test.each<readonly [string, TestNode, Readonly<Record<string, TestTensor>>, readonly number[]]>([
  ["Transpose", node("Transpose", ["x"], "y", { perm: [0, 2, 1] }), {}, [1, 4, 2, 5, 3, 6]],
  ["Slice", node("Slice", ["x", "a", "b", "c"], "y"), { a: int64(-2), b: int64(99), c: int64(2) }, [2, 3, 5, 6]],
  ["Slice", node("Slice", ["x", "a", "b", "c", "d"], "y"), { a: int64(-1), b: int64(-99), c: int64(2), d: int64(-1) },
    [3, 2, 1, 6, 5, 4]],
  ["Gather", node("Gather", ["x", "i"], "y", { axis: 1 }), { i: { shape: [], values: [-1], type: "int64" } },
    [4, 5, 6]],
  ["Expand", node("Expand", ["x", "s"], "y"), { s: int64(1, 2, 3) }, [1, 2, 3, 4, 5, 6]],
  ["Tile", node("Tile", ["x", "r"], "y"), { r: int64(1, 1, 2) }, [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]],
  ["Constant", node("Concat", ["x", "c"], "y", { axis: 1 }), { c: float([7, 8, 9], [1, 1, 3]) },
    [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ["ReduceSum", node("ReduceSum", ["x", "a"], "y"), { a: int64(1) }, [5, 7, 9]],
  ["ReduceMax", node("ReduceMax", ["x"], "y", { axes: [1], keepdims: 0 }), {}, [4, 5, 6]],
  ["GlobalAvgPool", node("ReduceMean", ["x"], "y", { axes: [2], keepdims: 0 }), {}, [2, 5]],
  ["Pow", node("ReduceL2", ["x"], "y", { axes: [1, 2] }), {}, [Math.sqrt(91)]],
  ["Pad", node("Pad", ["x", "p"], "y", { mode: "edge" }), { p: int64(0, 0, 1, 0, 0, 0) }, [1, 1, 2, 3, 4, 4, 5, 6]],
])("%s takes its elements from where it should", (kind, one, constants, expected) => {
  const model = network(["N", 2, 3], [one], constants);
  expect(kinds(model)).toContain(kind);
  expect(outputs(model, [[[1, 2, 3], [4, 5, 6]]])).toEqual(close(expected));
});

test("Split has as many outputs as it names", () => {
  const split: TestNode = { op: "Split", inputs: ["x", "s"], outputs: ["a", "b"], attributes: { axis: 1 } };
  const model = network(["N", 3], [split, node("Concat", ["b", "a"], "y", { axis: -1 })], { s: int64(2, 1) });
  expect(outputs(model, [[1, 2, 3]])).toEqual([3, 1, 2]);
});

test.each<readonly [string, Attributes, readonly number[]]>([
  ["nearest", { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }, [1, 1, 2, 2]],
  ["linear", { mode: "linear" }, [1, 1.25, 1.75, 2]],
  ["linear", { mode: "linear", coordinate_transformation_mode: "align_corners" }, [1, 4 / 3, 5 / 3, 2]],
])("Resize interpolates: %s %j", (_, attributes, expected) => {
  for (const inputs of [["x", "", "scales"], ["x", "", "", "sizes"]]) {
    const constants = { scales: float([1, 1, 2]), sizes: int64(1, 1, 4) };
    expect(outputs(network([1, 1, 2], [node("Resize", inputs, "y", attributes)], constants), [[[1, 2]]])).toEqual(
      close(expected),
    );
  }
});

test("blocks move between channels and space, and back", () => {
  const [there, back] = ["DepthToSpace", "SpaceToDepth"] as const;
  const nodes = [node(there, ["x"], "h", { blocksize: 2 }), node(back, ["h"], "y", { blocksize: 2 })];
  const x = [[[[1]], [[2]], [[3]], [[4]]]];
  expect(outputs(network(["N", 4, 1, 1], nodes.slice(0, 1).map((one) => ({ ...one, outputs: ["y"] }))), x)).toEqual(
    [1, 2, 3, 4],
  );
  expect(outputs(network(["N", 4, 1, 1], nodes), x)).toEqual([1, 2, 3, 4]);
});

test("ArgMax at the end gives its choice, and beside it the scores it chooses from", () => {
  const nodes = [node("Relu", ["x"], "h"), node("ArgMax", ["h"], "y", { axis: 1 })];
  const model = network(["N", 3], nodes);
  const [choice, scores] = model.run(tensor([[1, -1, 5]]));
  expect(choice).toMatchObject({ type: "int64", shape: [1, 1], data: Float64Array.of(2) });
  expect([...scores!.data]).toEqual([1, 0, 5]);
  expect(model.carriers.map(({ name }) => name)).toEqual(["Relu_0"]);
});

test("a condition that is known chooses its branch", () => {
  const branch = (op: string, output: string) => ({ nodes: [node(op, ["x"], output)], outputs: [output] });
  const attributes = { then_branch: branch("Relu", "t"), else_branch: branch("Neg", "e") };
  const model = network(
    ["N", 1], [node("If", ["c"], "y", attributes)], { c: { shape: [], values: [0], type: "bool" } },
  );
  expect(outputs(model, [[3]])).toEqual([-3]);
});

test("a bias added behind a convolution leaves its automatic padding", () => {
  const constants = { w: float([1, 1, 1], [1, 1, 3]), b: float([10], [1, 1]) };
  const nodes = [node("Conv", ["x", "w"], "h", { auto_pad: "SAME_UPPER" }), node("Add", ["h", "b"], "y")];
  const model = network(["N", 1, "L"], nodes, constants);
  expect(kinds(model)).toEqual(["Conv"]);
  expect(outputs(model, [[[1, 2, 3]]])).toEqual([13, 16, 15]);
});
