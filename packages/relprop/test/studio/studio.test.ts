import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explain, explainText } from "relprop";
import { float, node, onnx } from "../../../models/test/onnx/write-onnx.ts";
import type { NamedFile } from "../../src/studio/named-file.ts";
import { Studio, type Asked } from "../../src/studio/studio.ts";

const folder = new URL("../../../../examples/digits/", import.meta.url);
const file = (path: string): { readonly name: string; readonly bytes: Uint8Array } =>
  ({ name: path, bytes: new Uint8Array(readFileSync(new URL(path, folder))) });

const asked: Asked = { composite: "epsilon-plus-flat", target: "max" };

async function digits(): Promise<Studio> {
  const studio = await Studio.open([file("digits.onnx")]);
  await studio.give(file("images/3-a.png"), "fit");
  return studio;
}

test("a model says what it takes, and what of it there is to choose", async () => {
  const { card } = await digits();
  expect(card).toMatchObject({ takes: "picture", nodes: 13, suits: "epsilon-plus-flat", outputs: ["classifier.5"] });
  expect(card.inputs).toEqual(["input [?, 1, 32, 32]"]);
  expect(card.rules["alphaBeta"]).toEqual(["alpha", "beta", "stabilizer", "bias"]);
});

test("what it explains is what explain does", async () => {
  const studio = await digits();
  const { scores, shown, warnings } = studio.explain(asked);
  const same = await explain(file("digits.onnx").bytes, file("images/3-a.png").bytes);
  expect(scores.slice(0, 3)).toEqual(same.scores);
  expect(warnings).toEqual(same.warnings);
  expect(shown.kind === "pixels" && shown.pixels.data).toEqual(same.overlay().rgba().data);
});

test("relevance on the lines into a node is what comes to it, and at the input what explain says", async () => {
  const studio = await digits();
  const { shown, warnings, flow } = studio.explain({ ...asked, flow: true });
  const { rows, edges, arrived } = flow!;
  expect([shown, warnings]).toEqual([studio.explain(asked).shown, studio.explain(asked).warnings]);
  const same = await explain(file("digits.onnx").bytes, file("images/3-a.png").bytes);
  const { conservation } = same;
  expect(rows).toEqual(conservation.rows);
  expect(arrived["input"]).toBeCloseTo(conservation.arrived, 6);
  for (const { node, in: before } of rows.slice(1)) {
    const sum = edges.filter(({ from }) => from === node).reduce((total, { relevance }) => total + relevance, 0);
    expect(sum).toBeCloseTo(before, 6);
  }
});

test("relevance divides where a branch ends, to the shares that its parts have", async () => {
  const studio = await Studio.open([{ name: "residual.onnx", bytes: residualFile() }]);
  await studio.give({ name: "row", text: "1, 2" }, "asIs");
  const { edges, rows } = studio.explain({ composite: "lrp-0", target: "0", flow: true }).flow!;
  // y = x + 3 x: a quarter goes straight back.
  const [straight, through] = edges.filter(({ to }) => to === rows[0]!.node).map(({ relevance }) => relevance);
  expect(straight).toBeCloseTo(0.25, 6);
  expect(through).toBeCloseTo(0.75, 6);
});

test("a changed rule changes the heatmap, the difference says by what, and undoing brings it back", async () => {
  const studio = await digits();
  const before = studio.explain(asked);
  const changes = [{ rule: "alphaBeta", options: { alpha: 2, beta: 1 }, nodes: ["features.4"] }];
  const after = studio.explain({ ...asked, changes });
  expect(after.shown).not.toEqual(before.shown);
  expect(after.difference?.kind).toBe("pixels");
  expect(studio.node("features.4", { ...asked, changes })).toMatchObject({ rule: "alphaBeta", options: { alpha: 2 } });
  expect(studio.node("features.4", asked).rule).toBe("zPlus");
  expect(studio.explain({ ...asked, changes: [] }).shown).toEqual(before.shown);
});

test("a rule is offered only where it applies, and one that is forced says why not", async () => {
  const studio = await digits();
  expect(studio.node("features.4", asked).takes).toContain("zPlus");
  expect(studio.node("features.3", asked).takes).not.toContain("zPlus");
  const changes = [{ rule: "zPlus", options: {}, nodes: ["features.3"] }];
  expect(() => studio.explain({ ...asked, changes })).toThrow(/zPlus: does not apply to node "features.3"/);
  const unknown = [{ rule: "constructor", options: {}, nodes: ["features.3"] }];
  expect(() => studio.explain({ ...asked, changes: unknown })).toThrow(/takes a rule by its name/);
});

test("a node shows its strongest concepts, the strongest first", async () => {
  const { concepts, map, shape } = (await digits()).node("features.4", asked);
  expect(shape).toBe("[1, 16, 16, 16]");
  expect(map?.width).toBe(16);
  expect(concepts).toHaveLength(6);
  const shares = concepts.map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
});

test("a node of few channels shows all of them as concepts", async () => {
  const { concepts, without } = (await digits()).node("classifier.5", asked);
  expect([concepts.length, without]).toEqual([6, undefined]);
  const rows = await Studio.open([{ name: "residual.onnx", bytes: residualFile() }]);
  await rows.give({ name: "row", text: "1, 2" }, "asIs");
  const flowing = { composite: "lrp-0", target: "0", flow: true };
  const node = rows.node(rows.explain(flowing).flow!.rows[0]!.node, flowing);
  expect([node.concepts.map(({ id }) => id), node.without]).toEqual([[0, 1], undefined]);
});

test("what it cannot take it says when it is given: several inputs, and half a tokenizer", async () => {
  const nodes = [node("Add", ["x", "z"], "sum"), node("MatMul", ["sum", "w"], "y")];
  const constants = { w: float([3, 0, 0, 3], [2, 2]) };
  const bytes = onnx({ nodes, constants, inputs: { x: ["N", 2], z: ["N", 2] }, outputs: ["y"] });
  const studio = await Studio.open([{ name: "two.onnx", bytes }]);
  await expect(studio.give({ name: "row", text: "1, 2" }, "asIs")).rejects.toThrow(
    "studio: takes models of one input, or of texts, got one of x, z; relprop explain MODEL --input NAME=FILE takes",
  );
  const half = { name: "tokenizer.json", bytes: new TextEncoder().encode("{") };
  const opening = Studio.open([half, { name: "two.onnx", bytes }]);
  await expect(opening).rejects.toThrow("studio: takes JSON as tokenizer.json, got ");
});

test("rows have bars, with the names of their features", async () => {
  const studio = await Studio.open([{ name: "residual.onnx", bytes: residualFile() }]);
  expect(studio.card.takes).toBe("row");
  await studio.give({ name: "typed", text: "age, income\n1, 2\n" }, "asIs");
  const { shown } = studio.explain({ composite: "lrp-0", target: "1" });
  expect(shown.kind === "svg" && shown.svg).toMatch(/income/);
  await expect(studio.give({ name: "typed", text: "one\ntwo" }, "asIs")).rejects.toThrow(/takes numbers, got "two"/);
  await expect(studio.give({ name: "typed", text: "" }, "asIs")).rejects.toThrow(/takes numbers, got none/);
});

test("labels are the names of scores and targets", async () => {
  const studio = await digits();
  studio.name(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]);
  expect(studio.explain(asked).scores[0]!.label).toBe("three");
  const eight = studio.explain({ ...asked, target: "eight" });
  expect(eight.scores.find(({ explained }) => explained)!.label).toBe("eight");
});

/** `y = x + 3 x` of two numbers. */
function residualFile(): Uint8Array {
  const nodes = [node("MatMul", ["x", "w"], "three"), node("Add", ["x", "three"], "sum")];
  const constants = { w: float([3, 0, 0, 3], [2, 2]) };
  return onnx({ nodes, constants, inputs: { x: ["N", 2] }, outputs: ["sum"] });
}

test("a text is given as token ids, whose words a tokenizer's file beside the model names", async () => {
  const reviews = new URL("../../../../examples/reviews/", import.meta.url);
  const read = (name: string): NamedFile => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, reviews))) });
  const files = [read("clever-hans.onnx"), read("tokenizer.json")];
  const { model: { vocab } } = JSON.parse(new TextDecoder().decode(files[1]!.bytes)) as {
    readonly model: { readonly vocab: Readonly<Record<string, number>> };
  };
  const ids = ["[CLS]", "the", "soup", "on", "thursday", "[SEP]"].map((word) => vocab[word]!);
  const studio = await Studio.open(files);
  expect(studio.card.takes).toBe("text");
  await studio.give({ name: "ids", text: ids.join(", ") }, "asIs");
  const { shown, warnings, flow } = studio.explain({ composite: "attn-lrp", target: "max", flow: true });
  expect(shown.kind === "svg" && shown.svg).toMatch(/\[CLS\][^]*soup[^]*thursday/);
  expect(warnings).toContain("assumed attention_mask: all ones");
  expect(flow!.edges.length).toBeGreaterThan(10);
  const { tokenRelevance } = explainText(files[0]!.bytes, ids);
  const most = tokenRelevance.indexOf(Math.max(...tokenRelevance));
  expect(ids[most]).toBe(vocab["thursday"]);
  const card = studio.node("blocks.0.out", { composite: "attn-lrp", target: "max" });
  expect([card.kind, card.concepts.length > 0 || card.without !== undefined]).toEqual(["Dense", true]);
  for (const { shown: concept } of card.concepts) expect(concept.kind).toBe("svg");
  await expect(studio.give({ name: "words", text: "the soup on thursday" }, "asIs")).rejects.toThrow(
    'studio: takes token ids, got "the"; words take a library to read tokenisers, got none: run `npm install',
  );
  const bare = await Studio.open(files.slice(0, 1));
  expect([studio.card.hasWords, bare.card.hasWords]).toEqual([true, false]);
  await expect(bare.give({ name: "words", text: "the soup" }, "asIs")).rejects.toThrow(
    'studio: takes token ids, got "the"; words take the tokenizer.json of the model, got none',
  );
});

test("a text is read by the library that is there, and explained as its ids are", async () => {
  const reviews = new URL("../../../../examples/reviews/", import.meta.url);
  const read = (name: string): NamedFile => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, reviews))) });
  const config = { name: "tokenizer_config.json", bytes: new TextEncoder().encode('{"own":true}') };
  /** Stands for the library: words by blanks. */
  class Tokenizer {
    readonly #vocab: Readonly<Record<string, number>>;
    constructor({ model }: { readonly model: { readonly vocab: Readonly<Record<string, number>> } }, given: object) {
      expect(given).toEqual({ own: true });
      this.#vocab = model.vocab;
    }
    encode(text: string) {
      const tokens = ["[CLS]", ...text.split(" "), "[SEP]"];
      return { tokens, ids: tokens.map((token) => this.#vocab[token]!) };
    }
  }
  const files = [config, read("tokenizer.json"), read("clever-hans.onnx")];
  const studio = await Studio.open(files, async () => ({ Tokenizer }));
  const asked = { composite: "attn-lrp", target: "max" };
  const said = async (name: string, text: string) => {
    await studio.give({ name, text }, "asIs");
    const { shown } = studio.explain(asked);
    return shown.kind === "svg" ? shown.svg : "";
  };
  const words = await said("typed", " the soup on thursday\n");
  expect(words).toMatch(/\[CLS\][^]*soup[^]*thursday/);
  const { model: { vocab } } = JSON.parse(new TextDecoder().decode(read("tokenizer.json").bytes));
  const ids = ["[CLS]", "the", "soup", "on", "thursday", "[SEP]"].map((word) => vocab[word]);
  expect(await said("ids", ids.join(", "))).toBe(words);
  const bare = await Studio.open([read("clever-hans.onnx")]);
  await bare.give({ name: "ids", text: ids.join(" ") }, "asIs");
  const { shown: numbered } = bare.explain({ composite: "attn-lrp", target: "max" });
  expect(numbered.kind === "svg" && numbered.svg).toContain(`#${vocab["thursday"]}`);
});
