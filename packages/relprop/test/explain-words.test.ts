/** `relprop explain` of texts, on a terminal that only exists in memory. */
import { readFileSync } from "node:fs";
import { decodePng } from "@relprop/heatmap";
import { writeNpy } from "@relprop/models";
import { tensor, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { run, runWith, type Run } from "./memory-terminal.ts";

const folder = new URL("../../../test/conformance/cases/attn/", import.meta.url);
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const vocabulary = ["[PAD]", "[CLS]", "[SEP]", "un", "##kind", "film"];
const file = {
  added_tokens: ["[PAD]", "[CLS]", "[SEP]"].map((content) => ({ content, special: true })),
  model: { type: "WordPiece", unk_token: "[UNK]" },
};
const files = {
  "bert.onnx": new Uint8Array(readFileSync(new URL("sbert.dyn.onnx", folder))),
  "llama.onnx": new Uint8Array(readFileSync(new URL("llama-causal.hf.onnx", folder))),
  "tokenizer.json": bytes(JSON.stringify(file)),
  "broken.json": bytes("["),
  "labels.txt": bytes("bad\ngood\n"),
};

/** Stands for the library: what it is given decides its words. */
class Tokenizer {
  encode(): { readonly ids: readonly number[]; readonly tokens: readonly string[] } {
    return { ids: [1, 3, 4, 5, 2], tokens: [1, 3, 4, 5, 2].map((id) => vocabulary[id]!) };
  }

  id_to_token(id: number): string | undefined {
    return vocabulary[id];
  }
}

const load = async (name: string): Promise<unknown> =>
  (name === "@huggingface/tokenizers" ? { default: { Tokenizer } } : undefined);
const relprop = (...args: readonly string[]): Promise<Run> => run(files, "explain", ...args);
const relpropWith = (...args: readonly string[]): Promise<Run> => runWith(load, files, "explain", ...args);

describe("relprop explain --text", () => {
  test("prints scores and words, and what was assumed", async () => {
    const { code, out, err } = await relpropWith(
      "bert.onnx", "--text", "unkind film", "--tokenizer", "tokenizer.json", "--labels", "labels.txt",
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/> (bad|good): score/);
    expect(out).toMatch(/\(\[CLS\]\)\S* unkind\S* film\S* \(\[SEP\]\)/);
    expect(out).toMatch(/relevance 1\.0000: -?\d\.\d{4} on tokens, -?\d\.\d{4} on positions and types/);
    expect(out).toContain("assumed attention_mask: all ones\n");
  });

  test("says what to install where there is no library, and takes ids without one", async () => {
    const none = await relprop("bert.onnx", "--text", "a film", "--tokenizer", "tokenizer.json");
    expect([none.code, none.err]).toEqual([1, "relprop explain: tokenizer.json: takes a library to read tokenisers, " +
      "got none: run `npm install @huggingface/tokenizers` in this folder, or give token ids by --ids\n"]);
    const { code, out } = await relprop("bert.onnx", "--ids", "1,3,2", "--target", "1", "--against", "0");
    expect(code).toBe(0);
    expect(out).toContain("output 1 rather than output 0\n");
    expect(out).toContain("#3");
  });

  test("writes a page with the text, its words, scores with labels, where relevance went, and the rules", async () => {
    const args = ["bert.onnx", "--text", "x", "--tokenizer", "tokenizer.json", "--labels", "labels.txt"];
    const { code, written } = await relpropWith(...args, "--target", "1", "--against", "0", "--output", "a.html");
    const page = String(written.get("a.html"));
    expect(code).toBe(0);
    expect(page).toContain("<title>Why “good rather than bad”?</title>");
    const headings = [...page.matchAll(/<h[1-6]>(.*?)<\/h/g)].map(([, heading]) => heading);
    expect(headings.slice(1)).toEqual([
      "To beware of", "The text", "What speaks for it", "Scores", "Where the relevance went", "Node by node", "Rules",
    ]);
    expect(page).toContain("<p>unkind film</p>");
    expect(page).toMatch(/>unkind<\/span>/);
    expect(page).toMatch(/<th scope="row">good <b>explained<\/b><\/th>/);
    expect(page).toMatch(/role="img" aria-label="colours from −?-?[\d.]+ to [\d.]+"/);
    expect(page).toContain("<li>assumed attention_mask: all ones</li>");
    expect(page).toMatch(/<html lang="en">/);
    expect(page).not.toMatch(/<script|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
    expect(page.length).toBeLessThan(60_000);
  });

  test("writes words as pixels", async () => {
    const args = ["bert.onnx", "--text", "x", "--tokenizer", "tokenizer.json", "--output", "a.png"];
    const image = await decodePng((await relpropWith(...args)).written.get("a.png") as Uint8Array);
    expect(image.width).toBe(1280);
    const colored = image.data.filter((red, i) => i % 4 === 0 && Math.abs(red - image.data[i + 2]!) > 40);
    expect(colored.length).toBeGreaterThan(500);
  });

  test("writes HTML, SVG and JSON that say the same", async () => {
    const args = ["bert.onnx", "--text", "x", "--tokenizer", "tokenizer.json", "--output"];
    const [html, svg, json] = await Promise.all(["a.html", "a.svg", "a.json"].map(async (name) =>
      String((await relpropWith(...args, name)).written.get(name)))) as [string, string, string];
    expect(html).toMatch(/^<!doctype html>[^]*>unkind<\/span>/);
    expect(svg).toMatch(/^<svg [^]*>unkind<\/text>/);
    const report = JSON.parse(json) as { readonly words: readonly { readonly text: string }[] };
    expect(report.words.map(({ text }) => text)).toEqual(["[CLS]", "unkind", "film", "[SEP]"]);
    const printed = await relpropWith(...args.slice(0, -1), "--json");
    expect(JSON.parse(printed.out)).toEqual(JSON.parse(json));
  });

  test("explains the next token of a model that goes on", async () => {
    const { code, out } = await relprop("llama.onnx", "--ids", "3 1 4");
    expect(code).toBe(0);
    expect(out).toMatch(/^after token 2, #4\n> output \d+: score \S+ \(\d+\.\d %\)/);
  });

  test.each([
    [["--text", "a"], "--text takes a --tokenizer"],
    [["--text", "a", "--ids", "1", "--tokenizer", "tokenizer.json"], "takes either --text with --tokenizer, or --ids"],
    [["--ids", ","], "--ids takes token ids, such as 101,7592,102, got none"],
    [["--ids", "1,x"], '--ids takes a whole number >= 0, got "x"'],
    [["--ids", "1", "--output", "a.npy"], '--output takes a .html, .svg, .png or .json file for texts, got "a.npy"'],
    [["--ids", "1", "--scale", "2"], "--scale takes pictures or arrays, got a text"],
    [["--ids", "1", "4.png"], 'takes a MODEL alone beside --text or --ids, got "4.png" too'],
  ] as const)("refuses %j", async (args, message) => {
    const { code, err } = await relpropWith("bert.onnx", ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test("words that the vocabulary does not have are those that are unknown", async () => {
    const load = async (): Promise<unknown> => ({
      Tokenizer: class extends Tokenizer {
        override encode(): { readonly ids: readonly number[]; readonly tokens: readonly string[] } {
          return { ids: [1, undefined as unknown as number, 2], tokens: ["[CLS]", "dull", "[SEP]"] };
        }
      },
    });
    const explained = (model: object): Promise<Run> => {
      const own = { ...files, "tokenizer.json": bytes(JSON.stringify({ added_tokens: [], model })) };
      return runWith(load, own, "explain", "bert.onnx", "--text", "dull", "--tokenizer", "tokenizer.json", "--json");
    };
    const { out } = await explained({ type: "WordLevel", unk_token: "[UNK]", vocab: { "[UNK]": 5 } });
    expect(JSON.parse(out)).toMatchObject({ ids: [1, 5, 2] });
    const { code, err } = await explained({ type: "WordLevel", vocab: {} });
    expect([code, err]).toEqual([1, expect.stringContaining('takes whole token ids from 0, got NaN at 1, for "dull"')]);
  });

  test("says which file is no tokeniser", async () => {
    const { code, err } = await relpropWith("bert.onnx", "--text", "a", "--tokenizer", "broken.json");
    expect([code, err]).toEqual([1, expect.stringContaining("broken.json: takes JSON, got")]);
  });
});

describe("samples without anything to read", () => {
  const reviews = new URL("../../../examples/reviews/clever-hans.onnx", import.meta.url);
  const explained = (ids: Tensor, mask: Tensor): Promise<Run> => {
    const given = {
      "hans.onnx": new Uint8Array(readFileSync(reviews)), "ids.npy": writeNpy(ids), "mask.npy": writeNpy(mask),
    };
    return run(given, "explain", "hans.onnx", "ids.npy", "--input", "attention_mask=mask.npy");
  };
  const two = tensor([[2, 52, 41, 3], [2, 52, 3, 0]]);

  test("a row of a batch that is masked throughout is named", async () => {
    const { err } = await explained(two, tensor([[1, 1, 1, 1], [0, 0, 0, 0]]));
    expect(err).toContain("warning: scores of sample 1 are no numbers: is it empty, or masked throughout?\n");
    expect(err).not.toContain("sample 0");
  });

  test("padding in a batch is explained in silence", async () => {
    const { code, out, err } = await explained(two, tensor([[1, 1, 1, 1], [1, 1, 1, 0]]));
    expect([code, err]).toEqual([0, ""]);
    expect(out).not.toContain("NaN");
  });

  test("a text without tokens is told so", async () => {
    const none = new Tensor([1, 0], new Float32Array(0));
    expect((await explained(none, none)).err).toContain("warning: scores of the input are no numbers: is it empty");
  });
});
