import { Integers, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import {
  float, int64, node, onnx, type TestFunction, type TestGraph, type TestNode,
  type TestTensor,
} from "./write-onnx.ts";

type Numbers = readonly number[];
const truth = (value: boolean): Readonly<Record<string, TestTensor>> =>
  ({ yes: { shape: [], values: [Number(value)], type: "bool" } });
const scalar = (value: number): ReturnType<typeof int64> => ({ shape: [], values: [value], type: "int64" });
const many = (op: string, inputs: readonly string[], outputs: readonly string[], attributes = {}): TestNode =>
  ({ op, inputs, outputs, attributes });

/** s ← s · w + turn, and what each turn made. */
const body: TestGraph = {
  nodes: [
    node("Identity", ["go"], "going"),
    node("Cast", ["turn"], "turned", { to: 1 }),
    node("Mul", ["s", "w"], "product"),
    node("Add", ["product", "turned"], "next"),
    node("Identity", ["next"], "made"),
  ],
  constants: { w: float([2], [1]) },
  inputs: { turn: [], go: [], s: [1, 2] },
  outputs: ["going", "next", "made"],
};

test("a loop is its body once for every turn, and what turns make is laid side by side", () => {
  const model = loadOnnx(onnx({
    nodes: [many("Loop", ["three", "yes", "x"], ["y", "all"], { body })],
    constants: { three: scalar(3), ...truth(true) }, inputs: { x: [1, 2] }, outputs: ["y", "all"],
  }));
  const [y, all] = model.forward(tensor([[1, 5]]));
  // 2 (2 (2 x + 0) + 1) + 2
  expect([...y!.data]).toEqual([12, 44]);
  expect(all!.shape).toEqual([3, 1, 2]);
  expect([...all!.data]).toEqual([2, 10, 5, 21, 12, 44]);
  expect(model.carriers.map(({ layer }) => layer.kind).filter((kind) => kind === "Scale")).toHaveLength(3);
});

test("a loop ends with its condition, and one whose turns nobody can know is refused", () => {
  const until: TestGraph = {
    ...body,
    nodes: [node("Less", ["turn", "two"], "going"), ...body.nodes.slice(1)],
    constants: { ...body.constants, two: scalar(1) },
  };
  const loop = many("Loop", ["", "yes", "x"], ["y", "all"], { body: until });
  const graph: TestGraph = { nodes: [loop], constants: truth(true), inputs: { x: [1, 2] }, outputs: ["y"] };
  expect([...loadOnnx(onnx(graph)).predict(tensor([[1, 5]])).data]).toEqual([5, 21]);
  const computed = [node("ReduceMax", ["s"], "m", { keepdims: 0 }), node("Cast", ["m"], "going", { to: 9 })];
  const depends = { ...until, nodes: [...computed, ...body.nodes.slice(1)] };
  const open = { ...graph, nodes: [{ ...loop, attributes: { body: depends } }] };
  expect(() => loadOnnx(onnx(open))).toThrow(/Loop.*: takes a number that the file decides, .* computed/);
  const endless = { ...graph, nodes: [many("Loop", ["", "yes", "x"], ["y", "all"], { body })] };
  expect(() => loadOnnx(onnx(endless), { limits: { elements: 50_000 } })).toThrow(/takes work on at most/);
});

const counted: TestGraph = {
  nodes: [
    node("Shape", ["x"], "shape"),
    node("Gather", ["shape", "axis"], "length", { axis: 0 }),
    node("ReduceSum", ["x", "axes"], "start", { keepdims: 0 }),
    many("Loop", ["length", "yes", "start"], ["y", "all"], { body }),
  ],
  constants: { axis: scalar(1), axes: int64(1), ...truth(true) }, inputs: { x: [1, "T", 2] }, outputs: ["y"],
};

test("turns counted by an extent are taken where the shape is known, and other lengths are refused", () => {
  expect(() => loadOnnx(onnx(counted))).toThrow(/Loop.*takes what the file and the shapes .*x \[\?, \?, 2\]/);
  const model = loadOnnx(onnx({ ...counted, inputs: { x: ["N", "T", 2] } }), { shapes: { x: [undefined, 2, 2] } });
  expect([...model.predict(tensor([[[1, 2], [3, 4]]])).data]).toEqual([17, 25]);
  // Batches are free all the same.
  expect([...model.predict(tensor([[[1, 2], [3, 4]], [[0, 0], [0, 1]]])).data]).toEqual([17, 25, 1, 5]);
  // The count is of the batch: what the file was read for holds, and nothing else is believed.
  const batched = { ...counted, constants: { ...counted.constants, axis: scalar(0) }, inputs: { x: [3, 1, 2] } };
  const three = loadOnnx(onnx(batched)).predict(tensor([[[1, 2]], [[0, 0]], [[0, 0]]]));
  expect([...three.data].slice(0, 2)).toEqual([12, 20]);
  expect(() => loadOnnx(onnx({ ...batched, inputs: { x: ["N", 1, 2] } }))).toThrow(/takes what the file/);
});

test("turns counted by the batch that a file fixes are taken", () => {
  const graph: TestGraph = {
    ...counted,
    nodes: [...counted.nodes.slice(0, 2), many("Loop", ["length", "yes", "x"], ["y", "all"], { body })],
    constants: { axis: scalar(0), ...truth(true) }, inputs: { x: [1, 2] },
  };
  expect([...loadOnnx(onnx(graph)).predict(tensor([[1, 5]])).data]).toEqual([2, 10]);
  expect(() => loadOnnx(onnx({ ...graph, inputs: { x: ["N", 2] } }))).toThrow(/Loop.*takes what the file and/);
});

test("a scan goes along its axis, in either direction, and stacks what it makes", () => {
  const step: TestGraph = {
    nodes: [node("Add", ["s", "part"], "next"), node("Identity", ["next"], "made")],
    inputs: { s: [2], part: [2] }, outputs: ["next", "made"],
  };
  const made = (attributes: object): readonly Numbers[] => {
    const nodes = [many("Scan", ["start", "x"], ["y", "all"], { body: step, num_scan_inputs: 1, ...attributes })];
    const constants = { start: float([0, 10]) };
    const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [3, 2] }, outputs: ["y", "all"] }));
    return model.forward(tensor([[1, 2], [3, 4], [5, 6]])).map(({ data }) => [...data]);
  };
  expect(made({})).toEqual([[9, 22], [1, 12, 4, 16, 9, 22]]);
  expect(made({ scan_input_directions: [1] })).toEqual([[9, 22], [5, 16, 8, 20, 9, 22]]);
  expect(made({ scan_output_directions: [1] })).toEqual([[9, 22], [9, 22, 4, 16, 1, 12]]);
  expect(made({ scan_output_axes: [1] })).toEqual([[9, 22], [1, 4, 9, 12, 16, 22]]);
  const free: TestGraph = {
    nodes: [many("Scan", ["start", "x"], ["y", "all"], { body: step, num_scan_inputs: 1 })],
    constants: { start: float([0, 10]) }, inputs: { x: ["T", 2] }, outputs: ["y"],
  };
  const model = loadOnnx(onnx(free), { shapes: { x: [2, 2] } });
  expect([...model.predict(tensor([[1, 2], [3, 4]])).data]).toEqual([4, 16]);
  expect(() => model.predict(tensor([[1, 2]]))).toThrow(/takes \[2, 2\], got \[1, 2\]/);
});

test("a scan of operator set 8 takes every sample by itself, all of one length", () => {
  const step: TestGraph = {
    nodes: [node("Add", ["s", "part"], "next"), node("Mul", ["s", "part"], "made")],
    inputs: { s: [1], part: [1] }, outputs: ["next", "made"],
  };
  const made = (lengths: string, attributes: object = {}): readonly Numbers[] => {
    const settings = { body: step, num_scan_inputs: 1, ...attributes };
    const nodes = [many("Scan", [lengths, "start", "x"], ["y", "all"], settings)];
    const constants = { start: float([0, 10], [2, 1]), same: int64(3, 3), others: int64(3, 2) };
    const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [2, 3, 1] }, outputs: ["y", "all"] }, 8));
    return model.forward(tensor([[[1], [2], [3]], [[4], [5], [6]]])).map(({ data }) => [...data]);
  };
  expect(made("")).toEqual([[6, 25], [0, 2, 9, 40, 70, 114]]);
  expect(made("same")).toEqual(made(""));
  expect(made("", { directions: [1] })).toEqual([[6, 25], [0, 6, 5, 60, 80, 84]]);
  expect(() => made("others")).toThrow(/takes samples of one length, got others/);
});

/** What sequences are made into, and what comes out for x = [[1, 2, 3]]. */
test.each<[string, readonly TestNode[], Numbers]>([
  ["built and read", [
    node("SequenceConstruct", ["x", "b"], "s"), node("SequenceAt", ["s", "minus"], "e"), node("Add", ["x", "e"], "y"),
  ], [11, 22, 33]],
  ["inserted, erased and put together", [
    node("SequenceEmpty", [], "none"), node("SequenceInsert", ["none", "x"], "one"),
    node("SequenceInsert", ["one", "b", "zero"], "second"), node("SequenceInsert", ["second", "b"], "three"),
    node("SequenceErase", ["three", "zero"], "s"), node("ConcatFromSequence", ["s"], "y", { axis: 1 }),
  ], [1, 2, 3, 10, 20, 30]],
  ["stacked", [
    node("SequenceConstruct", ["x", "b"], "s"), node("ConcatFromSequence", ["s"], "y", { axis: 0, new_axis: 1 }),
  ], [1, 2, 3, 10, 20, 30]],
  ["counted", [
    node("SequenceConstruct", ["x", "b", "x"], "s"), node("SequenceLength", ["s"], "n"),
    node("Cast", ["n"], "f", { to: 1 }), node("Mul", ["x", "f"], "y"),
  ], [3, 6, 9]],
  ["cut into pieces of one extent", [
    node("SplitToSequence", ["x", "two"], "s", { axis: 1 }), node("SequenceAt", ["s", "minus"], "y"),
  ], [3]],
  ["cut into pieces as said", [
    node("SplitToSequence", ["x", "sizes"], "s", { axis: 1 }), node("SequenceAt", ["s", "minus"], "y"),
  ], [2, 3]],
  ["cut into slices without the axis", [
    node("SplitToSequence", ["x"], "s", { axis: 1, keepdims: 0 }), node("SequenceAt", ["s", "zero"], "e"),
    node("Add", ["x", "e"], "y"),
  ], [2, 3, 4]],
  ["mapped", [
    node("SequenceConstruct", ["x", "b"], "s"),
    node("SequenceMap", ["s", "b"], "t", { body: {
      nodes: [node("Sub", ["other", "each"], "out")], inputs: { each: [], other: [] }, outputs: ["out"],
    } }),
    node("ConcatFromSequence", ["t"], "y", { axis: 1 }),
  ], [9, 18, 27, 0, 0, 0]],
  ["grown by a loop", [
    node("SequenceEmpty", [], "none"),
    node("Loop", ["two", "yes", "none"], "s", { body: {
      nodes: [
        node("Identity", ["go"], "going"), node("Identity", ["given"], "same"),
        node("SequenceInsert", ["same", "x"], "grown"),
      ],
      inputs: { turn: [], go: [], given: [] }, outputs: ["going", "grown"],
    } }),
    node("ConcatFromSequence", ["s"], "y", { axis: 1 }),
  ], [1, 2, 3, 1, 2, 3]],
  ["optional and there", [
    node("Optional", ["x"], "o"), node("OptionalHasElement", ["o"], "has"),
    node("If", ["has"], "y", {
      then_branch: { nodes: [node("OptionalGetElement", ["o"], "v"), node("Neg", ["v"], "out")], outputs: ["out"] },
      else_branch: { nodes: [node("Abs", ["x"], "out")], outputs: ["out"] },
    }),
  ], [-1, -2, -3]],
  ["optional and not there", [
    node("Optional", [], "o"), node("OptionalHasElement", ["o"], "has"), node("Cast", ["has"], "f", { to: 1 }),
    node("Add", ["x", "f"], "y"),
  ], [1, 2, 3]],
])("a sequence that is %s is taken apart when the file is read", (_, nodes, want) => {
  const constants = {
    b: float([10, 20, 30], [1, 3]), zero: scalar(0), minus: scalar(-1), two: scalar(2), sizes: int64(1, 2),
    ...truth(true),
  };
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [1, 3] }, outputs: ["y"] }));
  expect([...model.predict(tensor([[1, 2, 3]])).data]).toEqual(want);
});

test("how long something is may be asked behind a value of any size", () => {
  const nodes = [
    node("Expand", ["x", "size"], "wide"), node("ReduceMax", ["wide"], "r", { axes: [0, 1], keepdims: 0 }),
    node("SplitToSequence", ["r"], "s", { axis: 0, keepdims: 0 }), node("SequenceAt", ["s", "two"], "y"),
  ];
  const constants = { size: int64(1000, 1000, 3), two: scalar(2) };
  expect([...loadOnnx(onnx({ nodes, constants, inputs: { x: [3] }, outputs: ["y"] })).predict(tensor([1, 2, 3])).data])
    .toEqual([3]);
});

test("the elements of a sequence that a file gives out are its outputs", () => {
  const nodes = [node("Neg", ["x"], "n"), node("SequenceConstruct", ["n", "x"], "s")];
  const model = loadOnnx(onnx({ nodes, inputs: { x: [1, 2] }, outputs: ["s"] }));
  expect(model.forward(tensor([[1, 2]])).map(({ data }) => [...data])).toEqual([[-1, -2], [1, 2]]);
});

const scaled: TestFunction = {
  domain: "mine", name: "Scaled", inputs: ["a", "shift"], outputs: ["b"], opset: 13,
  nodes: [
    node("Constant", [], "factor", { value_float: { reference: "factor" } }),
    node("Mul", ["a", "factor"], "h"), node("LeakyRelu", ["h"], "r", { alpha: { reference: "alpha" } }),
    node("Add", ["r", "shift"], "b"),
  ],
  defaults: { alpha: { float: 0.5 } },
};
const twice: TestFunction = {
  domain: "mine", name: "Twice", inputs: ["a"], outputs: ["b", "h"],
  nodes: [
    { ...node("Scaled", ["a", "a"], "h", { factor: { float: 2 } }), domain: "mine" },
    { ...node("Scaled", ["h", "a"], "b", { factor: { float: -1 }, alpha: { float: 0 } }), domain: "mine" },
  ],
};

test("functions of a file are what they are made of, with the attributes of their calls", () => {
  const call = { ...many("Twice", ["x"], ["y", "h"]), domain: "mine" };
  const bytes = onnx({ nodes: [call], inputs: { x: [1, 2] }, outputs: ["y", "h"] }, 17, 1, [scaled, twice]);
  // h = leaky(2 x) + x, y = relu(−h) + x
  const [y, h] = loadOnnx(bytes).forward(tensor([[1, -2]]));
  expect([...h!.data]).toEqual([3, -4]);
  expect([...y!.data]).toEqual([1, 2]);
});

test("a function may leave inputs out, comes before what is known, and may not call itself", () => {
  const clipped: TestFunction = {
    domain: "", name: "Relu", inputs: ["a", "low"], outputs: ["b"], nodes: [node("Clip", ["a", "low", "high"], "b")],
  };
  const high = { ...clipped, nodes: [node("Constant", [], "high", { value_float: { float: 1 } }), ...clipped.nodes] };
  const graph: TestGraph = { nodes: [node("Relu", ["x"], "y")], inputs: { x: [1, 2] }, outputs: ["y"] };
  expect([...loadOnnx(onnx(graph, 17, 1, [high])).predict(tensor([[-3, 3]])).data]).toEqual([-3, 1]);
  const circle = { ...clipped, nodes: [node("Relu", ["a"], "b")] };
  expect(() => loadOnnx(onnx(graph, 17, 1, [circle]))).toThrow(/functions within functions 64 deep/);
});

test("both branches may call values by one name", () => {
  const inner = (op: string): TestGraph =>
    ({ nodes: [node(op, ["x"], "h"), node("Neg", ["h"], "out")], outputs: ["out"] });
  const nodes = [node("If", ["c"], "y", { then_branch: inner("Relu"), else_branch: inner("Abs") })];
  const model = loadOnnx(onnx({ nodes, inputs: { x: [1, 2], c: [] }, integers: ["c"], outputs: ["y"] }));
  const condition = (value: number): Integers => new Integers([], Float64Array.of(value), "int64");
  expect([...model.predict(tensor([[-1, 2]]), condition(1)).data].map((value) => value + 0)).toEqual([0, -2]);
  expect([...model.predict(tensor([[-1, 2]]), condition(0)).data]).toEqual([-1, -2]);
});

test.each<[string, readonly TestNode[]]>([
  ["as a size", [node("Shape", ["x"], "s"), node("Size", ["s"], "rank")]],
  ["as a shape of a shape", [
    node("Shape", ["x"], "s"), node("Shape", ["s"], "l"), node("Squeeze", ["l"], "rank"),
  ]],
])("a branch that hangs on the number of axes, %s, is the only one, whatever the extents", (_, count) => {
  const branch = (op: string): TestGraph => ({ nodes: [node(op, ["x"], "out")], outputs: ["out"] });
  const nodes = [
    ...count, node("Equal", ["rank", "two"], "c"),
    node("If", ["c"], "y", { then_branch: branch("Relu"), else_branch: branch("Abs") }),
  ];
  const constants = { two: scalar(2) };
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: ["N", "F"] }, outputs: ["y"] }));
  expect(model.nodes.map(({ layer }) => layer.kind)).toEqual(["Relu"]);
  expect([...model.predict(tensor([[-1, 2]])).data]).toEqual([0, 2]);
});

test("a part of a shape is no count of axes", () => {
  const nodes = [
    node("Shape", ["x"], "s", { start: 1 }), node("Size", ["s"], "n"), node("Cast", ["n"], "f", { to: 1 }),
    node("Mul", ["x", "f"], "y"),
  ];
  const model = loadOnnx(onnx({ nodes, inputs: { x: ["N", "F"] }, outputs: ["y"] }));
  expect([...model.predict(tensor([[3, 2]])).data]).toEqual([3, 2]);
});

test("sparse constants are zeros but for what is stored", () => {
  const nodes = [node("MatMul", ["x", "w"], "y")];
  const made = (at: ReturnType<typeof int64>, values = [3, 4]): Numbers => {
    const sparse = { w: { shape: [2, 3], values, at } };
    const model = loadOnnx(onnx({ nodes, sparse, inputs: { x: ["N", 2] }, outputs: ["y"] }));
    return [...model.predict(tensor([[1, 10]])).data];
  };
  expect(made(int64(0, 5))).toEqual([3, 0, 40]);
  expect(made({ shape: [2, 2], values: [0, 1, 1, 0], type: "int64" })).toEqual([40, 3, 0]);
  expect(() => made(int64(0, 6))).toThrow('sparse tensor "w" has a number beyond its shape [2, 3]');
  expect(() => made(int64(0), [3, 4])).toThrow('sparse tensor "w" has positions [1] for 2 numbers of [2, 3]');
});
