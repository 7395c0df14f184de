/** Comparing, tuning and writing down explanations of rows of tables and of texts. */
import { readFileSync } from "node:fs";
import { writeNpy } from "@relprop/models";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { run, runWith, type Run } from "./memory-terminal.ts";

const reviews = new URL("../../../examples/reviews/", import.meta.url);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const tokenizerFile = readFileSync(new URL("tokenizer.json", reviews), "utf8");
const { model: { vocab } } = JSON.parse(tokenizerFile) as { readonly model: { vocab: Record<string, number> } };

/** Stands for the library: words between blanks. */
class Tokenizer {
  encode(text: string): { readonly ids: readonly number[]; readonly tokens: readonly string[] } {
    const tokens = ["[CLS]", ...text.split(" "), "[SEP]"];
    return { ids: tokens.map((token) => vocab[token]!), tokens };
  }
}

const load = async (name: string): Promise<unknown> =>
  (name === "@huggingface/tokenizers" ? { Tokenizer } : undefined);
const rows = ["a,b,c", "1,2,0.5", "-1,0.5,2", "2,-1,1", "0.3,0.1,-2", "1,1,-1", "-2,1,3"];
const files = {
  "rows.csv": bytes(`${rows.join("\n")}\n`),
  "rows.onnx": onnx({
    nodes: [node("MatMul", ["x", "w"], "h"), node("Relu", ["h"], "r"), node("MatMul", ["r", "v"], "y")],
    inputs: { x: ["N", 3] }, outputs: ["y"],
    constants: {
      w: { shape: [3, 2], values: [1, -1, 0.5, 2, -1, 1] }, v: { shape: [2, 2], values: [2, -1, -1, 2] },
    },
  }),
  "labels.txt": bytes("no\nyes\n"),
  "reviews.onnx": new Uint8Array(readFileSync(new URL("clever-hans.onnx", reviews))),
  "tokenizer.json": bytes(tokenizerFile),
  "texts.txt": bytes("the soup was wonderful .\nwe came on thursday .\nthe waiter was rude and the soup cold .\n"),
  "other.png": new Uint8Array(8),
};
const relprop = (...words: readonly string[]): Promise<Run> => runWith(load, files, ...words);
const meanOf = (name: string, table: string): number =>
  Number(new RegExp(`^\\| ${name} \\| (-?\\d\\.\\d+)`, "m").exec(table)![1]);

test("every row of a table is a sample, and occlusion covers one feature at a time", async () => {
  const { code, err, out } = await relprop("compare", "rows.onnx", "rows.csv", "--methods", "occlusion,kernel-shap");
  expect([code, err]).toEqual([0, ""]);
  expect(meanOf("occlusion", out)).toBeGreaterThan(0.1);
  const json = await relprop("compare", "rows.onnx", "rows.csv", "--steps", "2", "--json");
  const { methods } = JSON.parse(json.out) as { methods: Record<string, { settings: string; samples: unknown[] }> };
  for (const { settings, samples } of Object.values(methods)) {
    expect([samples.length, settings]).toEqual([6, expect.stringMatching(/^features by constant 0/)]);
  }
});

test("of composites that give a network the same rules one is tried, the usual one first", async () => {
  const { code, out } = await relprop("tune", "rows.onnx", "rows.csv", "--steps", "2");
  expect(code).toBe(0);
  expect(Number(/^(\d+) composites on 3 of 6 inputs/.exec(out)![1])).toBeLessThan(10);
});

test("words of texts are hidden by the word that is not known, marks of the tokeniser are not", async () => {
  const words = ["--tokenizer", "tokenizer.json", "--methods", "kernel-shap,random", "--composites", "attn-lrp"];
  const { code, err, out } = await relprop("compare", "reviews.onnx", "texts.txt", ...words, "--json");
  expect([code, err.replaceAll(/^\d+ of \d+ .*\n/gm, "")]).toEqual([0, ""]); // progress shows where it takes long
  const { methods } = JSON.parse(out) as {
    methods: Record<string, { settings: string; samples: { shares: number[] }[] }>;
  };
  expect(Object.keys(methods)).toEqual(["attn-lrp", "kernel-shap", "random"]);
  const { settings, samples } = methods["attn-lrp"]!;
  expect(settings).toContain(`tokens by constant ${vocab["[UNK]"]},`);
  // A step for each word, and none for the two marks.
  expect(samples.map(({ shares }) => shares.length - 1)).toEqual([5, 5, 9]);
  const tuned = await relprop("tune", "reviews.onnx", "texts.txt", ...words.slice(0, 2), "--steps", "2");
  expect(tuned.out).toContain("cp-lrp");
}, 60_000);

test("what a method does not take is said without a word of faults in the program", async () => {
  const words = ["--tokenizer", "tokenizer.json", "--methods", "occlusion"];
  const { code, err } = await relprop("compare", "reviews.onnx", "texts.txt", ...words);
  expect([code, err]).toEqual([1, expect.stringMatching(/occlusion: takes models with an input of floats/)]);
  expect(err).not.toContain("report");
});

test.each([
  [["rows.onnx", "rows.csv", "--tokenizer", "tokenizer.json"], "--tokenizer takes a .txt or .jsonl file, got rows.csv"],
  [["reviews.onnx", "texts.txt", "rows.csv"], "takes one file of texts, got texts.txt, rows.csv"],
  [["rows.onnx", "texts.txt", "--tokenizer", "tokenizer.json"], "texts.txt: line 1: takes a model with input_ids"],
  [["reviews.onnx", "texts.txt"], "texts.txt: line 1: takes token ids without --tokenizer"],
])("%j is refused: %s", async (words, sentence) => {
  const { code, err } = await relprop("compare", ...words);
  expect(code).toBeGreaterThan(0);
  expect(err).toContain(sentence);
});

test.each(["compare", "tune", "audit"])("%s names the row that holds what is no number", async (command) => {
  const broken = writeNpy(tensor([[1, 2, 3], [1, NaN, 3], [2, 2, 2]]));
  const { code, err } = await run({ ...files, "broken.npy": broken }, command, "rows.onnx", "broken.npy");
  const row = command === "audit" ? "row 1 of broken.npy" : "broken.npy, row 1";
  expect([code, err]).toEqual([1, `relprop ${command}: ${row}: takes finite numbers, got NaN at 1\n`]);
});

test("one of a kind is told in the singular", async () => {
  const { out } = await run({ ...files, "one.npy": writeNpy(tensor([[1, 2, 3]])) }, "audit", "rows.onnx", "one.npy");
  expect(out).toBe("1 sample of 1 class in 1 group, 0 suspicious\n");
});

test("an array of a single sample needs no axis for it, and one of another shape is told what is taken", async () => {
  const arrays = { "sample.npy": writeNpy(tensor([1, 2, 3])), "wide.npy": writeNpy(tensor([[1, 2, 3, 4]])) };
  const audited = (name: string): Promise<Run> => run({ ...files, ...arrays }, "audit", "rows.onnx", name);
  expect((await audited("sample.npy")).out).toBe("1 sample of 1 class in 1 group, 0 suspicious\n");
  expect((await audited("wide.npy")).err).toBe(
    "relprop audit: wide.npy: takes samples [N, 3], with the first axis counting them, got [1, 4]\n",
  );
});

test("an explanation with labels is made again; other labels are told", async () => {
  const words = ["rows.onnx", "rows.csv", "--labels", "labels.txt", "--manifest", "m.json"];
  const { written } = await run(files, "explain", ...words);
  const with_ = { ...files, "m.json": bytes(written.get("m.json") as string) };
  expect(await run(with_, "verify", "m.json")).toMatchObject({ code: 0, err: "" });
  const changed = await run({ ...with_, "labels.txt": bytes("yes\nno\n") }, "verify", "m.json");
  expect([changed.code, changed.err]).toEqual([1, expect.stringContaining("labels.txt is not the file that it was")]);
});

test("other methods than LRP say what they add up to, and no more", async () => {
  const { out } = await run(files, "explain", "rows.onnx", "rows.csv", "--method", "occlusion");
  expect(out).toMatch(/relevance adds up to -?\d+\.\d+ \(occlusion\)/);
  expect(out).not.toContain("in biases");
  const json = await run(files, "explain", "rows.onnx", "rows.csv", "--method", "occlusion", "--json");
  expect(JSON.parse(json.out)).not.toHaveProperty("conservation");
});
