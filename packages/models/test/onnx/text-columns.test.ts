/** Columns of texts are read by the numbers of the texts that a file speaks of. */
import type { Model } from "@relprop/layers";
import { Integers, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx, textColumn } from "../../src/index.ts";
import { float, int64, node, onnx, type TestGraph, type TestNode, type TestTensor } from "./write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;
const ml = (op: string, inputs: readonly string[], output: string, attributes: Attributes = {}): TestNode =>
  ({ ...node(op, inputs, output, attributes), domain: "ai.onnx.ml" });
const words = (...texts: readonly string[]): TestTensor => ({ shape: [texts.length], values: [], texts });

/** A file of the columns city and colour, texts, and size, a number. */
function read(nodes: readonly TestNode[], outputs = ["y"], more: Partial<TestGraph> = {}): Model {
  const inputs = { city: ["N", 1], colour: ["N", 1], size: ["N", 1] };
  return loadOnnx(onnx({ nodes, inputs, texts: ["city", "colour"], outputs, ...more }));
}

const size = tensor([[1], [2], [3]]);

function predicted(model: Model): readonly number[] {
  const city = textColumn(model, "city", ["Zürich", "Rome", "Oslo"]);
  const colour = textColumn(model, "colour", ["red", "blue", "red"]);
  return [...model.predict({ city, colour, size }).data];
}

const hot = (input: string, output: string, cats: readonly string[]): TestNode =>
  ml("OneHotEncoder", [input], output, { cats_strings: cats, zeros: 1 });

test("columns are put together, taken apart, and have a one where their category stands", () => {
  const constants = { first: int64(0), second: int64(1), flat: int64(0, -1) };
  const model = read([
    node("Concat", ["colour", "city"], "both", { axis: 1 }),
    ml("ArrayFeatureExtractor", ["both", "second"], "a"), ml("ArrayFeatureExtractor", ["both", "first"], "b"),
    hot("a", "ha", ["Rome", "Zürich"]), hot("b", "hb", ["blue", "red"]),
    node("Concat", ["ha", "hb"], "h", { axis: 2 }), node("Reshape", ["h", "flat"], "flat h"),
    node("Concat", ["size", "flat h"], "y", { axis: 1 }),
  ], ["y"], { constants });
  expect(predicted(model)).toEqual([1, 0, 1, 0, 1, 2, 1, 0, 1, 0, 3, 0, 0, 0, 1]);
  expect(model.inputs[0]!.texts).toEqual(["Rome", "Zürich", "blue", "red"]);
  expect(model.remarks[0]).toBe('input "city" takes numbers of texts: textColumn(model, "city", texts)');
});

test.each<readonly [string, readonly TestNode[], readonly number[]]>([
  ["whole numbers", [ml("LabelEncoder", ["city"], "n", {
    keys_strings: ["Rome", "Oslo"], values_int64s: [5, 7], default_int64: 9, default_string: "Rome",
  })], [9, 5, 7]],
  ["floats", [ml("LabelEncoder", ["city"], "n", {
    keys_strings: ["Rome", "Oslo"], values_floats: { floats: [0.5, 0.25] }, default_float: { float: 4 },
  })], [4, 0.5, 0.25]],
  ["lists in tensors", [ml("LabelEncoder", ["city"], "n", {
    keys_tensor: words("Zürich", "Rome"), values_tensor: float([1, 2]), default_float: { float: 3 },
  })], [1, 2, 3]],
  ["their place among classes", [ml("LabelEncoder", ["city"], "n", {
    classes_strings: ["Oslo", "Rome"], default_int64: 8,
  })], [8, 1, 0]],
  ["numbers of categories", [ml("CategoryMapper", ["city"], "n", {
    cats_strings: ["Oslo", "Rome"], cats_int64s: [30, 20], default_int64: 8,
  })], [8, 20, 30]],
  ["texts, which have a number too", [
    ml("LabelEncoder", ["city"], "t", { keys_strings: ["Rome"], values_strings: ["south"], default_string: "north" }),
    ml("LabelEncoder", ["t"], "n", { keys_strings: ["north", "south"], values_int64s: [1, 2] }),
  ], [1, 2, 1]],
  ["texts of texts, whose nodes stand the other way round", [
    ml("LabelEncoder", ["u"], "n", { keys_strings: ["cold", "warm"], values_int64s: [1, 2] }),
    ml("LabelEncoder", ["t"], "u", { keys_strings: ["south"], values_strings: ["warm"], default_string: "cold" }),
    ml("LabelEncoder", ["city"], "t", { keys_strings: ["Rome"], values_strings: ["south"], default_string: "north" }),
  ], [1, 2, 1]],
  ["what is not missing", [
    node("Constant", [], "none", { value: words("Oslo") }), node("Constant", [], "usual", { value_strings: ["Rome"] }),
    node("Equal", ["city", "none"], "is none"), node("Where", ["is none", "usual", "city"], "t"),
    ml("LabelEncoder", ["t"], "n", { keys_strings: ["Rome"], values_int64s: [1], default_int64: 0 }),
  ], [0, 1, 1]],
  ["texts of another type", [
    node("Cast", ["city"], "t", { to: 8 }),
    ml("LabelEncoder", ["t"], "n", { keys_strings: ["Rome"], values_int64s: [1], default_int64: 0 }),
  ], [0, 1, 0]],
])("texts become %s", (_, nodes, want) => {
  const model = read([...nodes, node("Cast", ["n"], "f", { to: 1 }), node("Add", ["f", "size"], "y")]);
  expect(predicted(model)).toEqual(want.map((value, i) => value + size.data[i]!));
});

test.each<readonly [string, TestNode, string]>([
  ["numbers that texts spell", node("Cast", ["city"], "f", { to: 1 }), "text.Cast"],
  ["texts in other letters", ml("StringNormalizer", ["city"], "f"), "text.ai.onnx.ml.StringNormalizer"],
])("%s are refused", (_, one, operator) => {
  expect(() => read([one, node("Add", ["f", "size"], "y")])).toThrow(`uses operator ${operator}, which is not known`);
});

test("outputs of texts are left out", () => {
  const model = read([node("Identity", ["city"], "name"), node("Neg", ["size"], "y")], ["name", "y"]);
  expect(model.outputs).toHaveLength(1);
  expect(model.remarks.at(-1)).toBe('output "name" is left out: its values are texts');
});

test("a graph within a node that reads texts is refused", () => {
  const body: TestGraph = { nodes: [node("Cast", ["city"], "out", { to: 1 })], outputs: ["out"] };
  const chosen = node("If", ["c"], "f", { then_branch: body, else_branch: body });
  const constants: TestGraph["constants"] = { c: { shape: [], values: [1], type: "bool" } };
  expect(() => read([chosen, node("Add", ["f", "size"], "y")], ["y"], { constants })).toThrow(/text\.If/);
});

test("textColumn takes texts for inputs of texts, a sample each", () => {
  const model = read([hot("city", "h", ["Rome"]), node("Mul", ["h", "size"], "y")]);
  expect(textColumn(model, "city", ["Rome", "?"])).toEqual(new Integers([2, 1], Float64Array.of(0, -1), "int64"));
  expect(() => textColumn(model, "size", ["1"]))
    .toThrow('textColumn: takes inputs of texts, which are "city", "colour", got "size"');
  expect(() => textColumn(model, "city", [1 as unknown as string])).toThrow("takes texts, got 1");
  const pairs = loadOnnx(onnx({
    nodes: [hot("t", "y", ["a"])], inputs: { t: ["N", 2] }, texts: ["t"], outputs: ["y"],
  }));
  expect(textColumn(pairs, "t", ["a", "b", "c", "a"]).shape).toEqual([2, 2]);
  expect(() => textColumn(pairs, "t", ["a"])).toThrow('takes 2 texts a sample for "t", got 1');
});

test("texts that the reader would cut are refused", () => {
  expect(() => read([hot("city", "h", ["x".repeat(1000)]), node("Mul", ["h", "size"], "y")]))
    .toThrow("takes texts of less than 1000 bytes");
});
