/** `relprop explain` on tables whose columns are inputs of their own. */
import { expect, test } from "vitest";
import { node, onnx, type TestNode } from "../../models/test/onnx/write-onnx.ts";
import { run } from "./memory-terminal.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hot = (input: string, output: string, cats: readonly string[]): TestNode =>
  ({ ...node("OneHotEncoder", [input], output, { cats_strings: cats, zeros: 1 }), domain: "ai.onnx.ml" });
const flat = { flat: { shape: [2], values: [0, -1], type: "int64" } } as const;

const files = {
  // y = 2 age + 3 [Rome] + 5 [Oslo] + 7 [red], which are the relevances of a linear network.
  "people.onnx": onnx({
    nodes: [
      hot("city", "h", ["Rome", "Oslo"]), hot("colour", "g", ["red"]), node("Reshape", ["h", "flat"], "hf"),
      node("Reshape", ["g", "flat"], "gf"), node("Concat", ["age", "hf", "gf"], "row", { axis: 1 }),
      node("MatMul", ["row", "w"], "y"),
    ],
    inputs: { colour: ["N", 1], age: ["N", 1], city: ["N", 1] }, texts: ["city", "colour"], outputs: ["y"],
    constants: { ...flat, w: { shape: [4, 1], values: [2, 3, 5, 7] } },
  }),
  "pairs.onnx": onnx({
    nodes: [
      hot("t", "h", ["a", "b"]), node("Reshape", ["h", "flat"], "f"), node("MatMul", ["f", "w"], "y"),
    ],
    inputs: { t: ["N", 2] }, texts: ["t"], outputs: ["y"],
    constants: { ...flat, w: { shape: [4, 1], values: [1, 2, 3, 4] } },
  }),
  // y = 2 width + 3 height + 5 age
  "sizes.onnx": onnx({
    nodes: [node("Concat", ["size", "age"], "row", { axis: 1 }), node("MatMul", ["row", "w"], "y")],
    inputs: { size: ["N", 2], age: ["N", 1] }, outputs: ["y"], constants: { w: { shape: [3, 1], values: [2, 3, 5] } },
  }),
  "sizes.csv": bytes("age,width,height\n1,2,3\n4,1,0\n"),
  "people.csv": bytes("city,id,age,colour\nRome,1,4,red\n\"Oslo\",2,1,blue\n"),
  "tint.csv": bytes("age,tint,city\n4,red,Rome\n"),
  "nameless.csv": bytes("red,4,Rome\n"),
  "wrong.csv": bytes("city,age,colour\nRome,old,red\n"), "few.csv": bytes("city,age\nRome,1\n"),
  "pairs.csv": bytes("b,a\n"), "named-pairs.csv": bytes("left,right\nb,a\n"),
};

const explained = async (model: string, table: string): Promise<Record<string, unknown>> => {
  const { out, err } = await run(files, "explain", model, table, "--composite", "lrp-0", "--json");
  expect(err).toBe("");
  return JSON.parse(out) as Record<string, unknown>;
};

test("columns are read by name, and each has the relevance of what its text became", async () => {
  const { features, relevance, warnings } = await explained("people.onnx", "people.csv");
  expect(features).toEqual(["colour", "age", "city"]);
  expect(relevance).toEqual({
    shape: [2, 3], data: [7 / 18, 8 / 18, 3 / 18, 0, 2 / 7, 5 / 7].map((share) => expect.closeTo(share, 6)),
  });
  expect(warnings).toEqual(["the model reads no column id", "the model knows no colour blue"]);
});

test.each(["nameless.csv", "tint.csv"])("columns of %s without an input's name are read in order", async (file) => {
  const { features, relevance } = await explained("people.onnx", file);
  expect(features).toEqual([file === "tint.csv" ? "tint" : "colour", "age", "city"]);
  expect(relevance).toMatchObject({ data: [7 / 18, 8 / 18, 3 / 18].map((share) => expect.closeTo(share, 6)) });
});

test.each(["pairs.csv", "named-pairs.csv"])("an input of several columns of texts reads %s as one", async (file) => {
  const { features, relevance } = await explained("pairs.onnx", file);
  expect(features).toEqual([file === "pairs.csv" ? "column 1, column 2" : "left, right"]);
  expect(relevance).toMatchObject({ shape: [1, 1], data: [1] });
});

test("an input of several columns of numbers has a relevance for each", async () => {
  const { features, relevance } = await explained("sizes.onnx", "sizes.csv");
  expect(features).toEqual(["width", "height", "age"]);
  expect(relevance).toEqual({
    shape: [2, 3], data: [4 / 18, 9 / 18, 5 / 18, 2 / 22, 0, 20 / 22].map((share) => expect.closeTo(share, 6)),
  });
});

test("rows show what each column is, on the terminal, in pages and in pictures", async () => {
  const { out } = await run(files, "explain", "people.onnx", "people.csv", "--composite", "lrp-0");
  expect(out).toMatch(/sample 1 of 2\n.*\ncity = Oslo +\+0\.714.*\nage = 1 +\+0\.286.*\ncolour = blue +0 /);
  const { written } = await run(
    files, "explain", "people.onnx", "people.csv", "--composite", "lrp-0", "--output", "o.html");
  expect(written.get("o.html")).toContain("city = Oslo");
  const drawn = await run(files, "explain", "people.onnx", "nameless.csv", "--composite", "lrp-0", "--output", "o.svg");
  expect(drawn.written.get("o.svg")).toContain("city = Rome");
});

test.each<readonly [file: string, message: string, more: readonly string[]]>([
  ["wrong.csv", 'wrong.csv: takes numbers for age, got "old" in line 2', []],
  ["few.csv", "few.csv: takes columns for colour, age, city, got city, age", []],
  ["people.csv", "--compare takes models of one input", ["--compare", "lrp-0,epsilon-plus"]],
  ["people.csv", "--manifest takes models of one input", ["--manifest", "m.json"]],
])("%s is refused: %s", async (file, message, more) => {
  const { code, err } = await run(files, "explain", "people.onnx", file, ...more);
  expect(code).toBe(more.length > 0 ? 2 : 1);
  expect(err).toContain(message);
});

test("gradient methods explain columns too", async () => {
  const asked = ["explain", "people.onnx", "nameless.csv", "--method", "input-x-gradient", "--json"];
  const { out, err } = await run(files, ...asked);
  expect(err).toBe("");
  expect(JSON.parse(out)).toMatchObject({ features: ["colour", "age", "city"], relevance: { data: [7, 8, 3] } });
});
