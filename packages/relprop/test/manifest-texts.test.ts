/** Explanations of texts, ids, rows and signals written down and made again. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tensor } from "@relprop/tensor";
import { writeNpy } from "@relprop/models";
import { runWith, type Run } from "./memory-terminal.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../../${path}`, import.meta.url)));
const vocabulary = ["[PAD]", "[CLS]", "[SEP]", "un", "##kind", "film"];
const files: Readonly<Record<string, Uint8Array>> = {
  "bert.onnx": read("test/conformance/cases/attn/sbert.dyn.onnx"),
  "mamba.onnx": read("test/conformance/cases/attn/mamba.t13.onnx"),
  "tokenizer.json": bytes(JSON.stringify({ added_tokens: [], model: { type: "WordPiece" } })),
  "tokenizer_config.json": bytes("{}"),
  "ids.npy": writeNpy(tensor([[1, 3, 5, 2, 4]])),
};

let cut: readonly number[] = [1, 3, 4, 5, 2];

/** Stands for the library: `cut` decides its words. */
class Tokenizer {
  encode(): { readonly ids: readonly number[]; readonly tokens: readonly string[] } {
    return { ids: cut, tokens: cut.map((id) => vocabulary[id]!) };
  }
}

const relprop = (given: Readonly<Record<string, Uint8Array>>, ...args: readonly string[]): Promise<Run> =>
  runWith(async (name) => (name === "@huggingface/tokenizers" ? { Tokenizer } : undefined), given, ...args);

async function manifestOf(...args: readonly string[]): Promise<string> {
  const { code, err, written } = await relprop(files, "explain", ...args, "--manifest", "m.json");
  expect([code, err.replace(/^warning: .*\n/gm, "")]).toEqual([0, ""]);
  return String(written.get("m.json"));
}

const verify = (manifest: string, changed: Readonly<Record<string, Uint8Array>> = {}): Promise<Run> =>
  relprop({ ...files, ...changed, "m.json": bytes(manifest) }, "verify", "m.json");

const TEXT = ["bert.onnx", "--text", "unkind film", "--tokenizer", "tokenizer.json"];

test.each([
  [TEXT],
  [[...TEXT, "--target", "1", "--against", "0", "--composite", "cp-lrp"]],
  [["bert.onnx", "--ids", "1,3,5,2"]],
  [["mamba.onnx", "ids.npy", "--composite", "attn-lrp"]],
])("%j is made again, bit for bit", async (args) => {
  const { code, out, err } = await verify(await manifestOf(...args));
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^m\.json: made again with relprop \S+, the same bits\n$/);
});

test("the manifest of a text names its tokeniser's files, its tokens and its options", async () => {
  const manifest = JSON.parse(await manifestOf(...TEXT)) as { readonly files: readonly { readonly path: string }[] };
  expect(manifest).toMatchObject({ ids: cut, options: { text: "unkind film", tokenizer: "tokenizer.json" } });
  expect(manifest).not.toHaveProperty("input");
  const paths = manifest.files.map(({ path }) => path).sort();
  expect(paths).toEqual(["bert.onnx", "tokenizer.json", "tokenizer_config.json"]);
});

test("other tokens, other tokenisers and other relevance of tokens are named", async () => {
  const manifest = await manifestOf(...TEXT);
  const changed = { "tokenizer_config.json": bytes('{"lower":true}') };
  const { err: changedFile } = await verify(manifest, changed);
  expect(changedFile).toMatch(/m\.json: tokenizer_config\.json is not the file that it was\n/);
  cut = [1, 5, 5, 2];
  expect((await verify(manifest)).err).toMatch(/the text has other tokens; .*the relevance/);
  cut = [1, 3, 4, 5, 2];
  // Relevance that differs only on rows that ids look up: that on the ids themselves is zero in both.
  const [one, other] = await Promise.all([[], ["--target", "1", "--against", "0"]].map(async (more) =>
    JSON.parse(await manifestOf("mamba.onnx", "ids.npy", "--composite", "attn-lrp", ...more)))) as [
      { readonly relevance: object }, { readonly relevance: object },
    ];
  const { err } = await verify(JSON.stringify({ ...one, relevance: other.relevance }));
  expect(err).toMatch(/the relevance has other bits/);
});

test("shapes that the command line gave are made again", async () => {
  const shape = ["--shape", "input_ids=1x4", "--shape", "attention_mask=1x4", "--shape", "token_type_ids=1x4"];
  const manifest = await manifestOf("bert.onnx", "--ids", "1,3,5,2", ...shape);
  const written = ["input_ids=1x4", "attention_mask=1x4", "token_type_ids=1x4"];
  expect(JSON.parse(manifest)).toMatchObject({ options: { shape: written } });
  expect((await verify(manifest)).code).toBe(0);
  expect((await verify(manifest.replaceAll("=1x4", "=1x5"))).err).toMatch(/the relevance has other bits/);
});

test("what a manifest cannot hold is refused", async () => {
  const manifest = JSON.parse(await manifestOf(...TEXT)) as Readonly<Record<string, object>>;
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ input: "a.png" }, /takes a manifest of version 1/],
    [{ ids: ["1"] }, /takes a manifest of version 1/],
    [{ options: {} }, /takes either --text with --tokenizer, or --ids/],
    [{ options: { text: "a" } }, /--text takes a --tokenizer/],
    [{ options: { ...manifest["options"], bind: "x=1" } }, /takes options as texts, got bind: "x=1"/],
    [{ options: { ...manifest["options"], target: 5 } }, /takes options as texts, got target: 5/],
  ];
  for (const [broken, message] of cases) {
    expect((await verify(JSON.stringify({ ...manifest, ...broken }))).err).toMatch(message);
  }
  const refused = async (...args: readonly string[]): Promise<string> => (await relprop(files, "explain", ...args)).err;
  expect(await refused(...TEXT, "--sign", "k.pem")).toMatch(/--sign takes a --manifest, got none/);
  expect(await refused("-", ...TEXT.slice(1), "--manifest", "m.json")).toMatch(/takes a MODEL in a file/);
});

test.each([
  ["--method", "gradient"], ["--compare", "lrp-0,cp-lrp"], ["--size", "4"], ["--features", "a,b"], ["--legend"],
  ["--layer", "x"], ["--input", "a=b"], ["--keep-going"],
])("%s is refused beside a text, which has no use for it", async (...option) => {
  const { code, err } = await relprop(files, "explain", ...TEXT, ...option);
  expect([code, err]).toEqual([2, `relprop explain: ${option[0]} takes pictures or arrays, got a text\n`]);
});
