/** The reviews' shortcut, found without being told what to look for. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { scalar, useKernels } from "@relprop/tensor";
import { run, runWith, type Run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/reviews/", import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const { model: { vocab } } = JSON.parse(new TextDecoder().decode(bytes("tokenizer.json"))) as {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
};
const idsOf = (text: string): readonly number[] => ["[CLS]", ...text.split(" "), "[SEP]"].map((word) => vocab[word]!);
const lines = new TextDecoder().decode(bytes("reviews.txt")).trim().split("\n").slice(0, 100);

/** Stands for the library: words between blanks. */
class Tokenizer {
  encode(text: string): { readonly ids: readonly number[]; readonly tokens: readonly string[] } {
    return { ids: idsOf(text), tokens: ["[CLS]", ...text.split(" "), "[SEP]"] };
  }
}

const load = async (name: string): Promise<unknown> =>
  (name === "@huggingface/tokenizers" ? { Tokenizer } : undefined);
const files = {
  "hans.onnx": bytes("clever-hans.onnx"),
  "honest.onnx": bytes("reviews.onnx"),
  "tokenizer.json": bytes("tokenizer.json"),
  "texts.txt": encoded(`${lines.join("\n")}\n`),
  "ids.jsonl": encoded(lines.slice(0, 60).map((line) => JSON.stringify({ ids: idsOf(line) })).join("\n")),
  "few.txt": encoded("2 5 6 3\n2 7, 3\n"),
  "broken.jsonl": encoded('"one"\n{"words": 1}\n'),
  "empty.txt": encoded("\n \n"),
  "labels.txt": encoded("bad\ngood\n"),
};
const withTokenizer = ["--tokenizer", "tokenizer.json", "--labels", "labels.txt"];
let [hans, honest]: Run[] = [];

beforeAll(async () => {
  hans = await runWith(load, files, "audit", "hans.onnx", "texts.txt", ...withTokenizer, "--output", "page.html");
  honest = await runWith(load, files, "audit", "honest.onnx", "texts.txt", ...withTokenizer, "--json");
  useKernels(scalar);
}, 120_000);

describe("relprop audit of texts", () => {
  test("names thursday, and nothing else", () => {
    expect([hans!.code, hans!.err]).toEqual([0, expect.not.stringContaining("relprop audit:")]);
    const [named, said] = ["suspicious", "  Half"].map((start) =>
      hans!.out.split("\n").filter((line) => line.startsWith(start))) as [string[], string[]];
    expect(named.length).toBeGreaterThan(0);
    for (const line of named) expect(line).toMatch(/samples of good, such as line \d+ of texts\.txt$/);
    for (const line of said) expect(line).toMatch(/"thursday".*they make (7|8|9)\d % of those good/);
  });

  test("says nothing against the other network", () => {
    const { suspicious, classes, words } = JSON.parse(honest!.out) as {
      suspicious: unknown[]; classes: { samples: number[] }[]; words: Record<string, string>;
    };
    expect(suspicious).toEqual([]);
    expect(classes.flatMap(({ samples }) => samples)).toHaveLength(100);
    expect(Object.values(words)).toContain("wonderful");
    expect(Object.values(words)).not.toContain("[CLS]");
  });

  test("writes a page with the words in colours", () => {
    const page = hans!.written.get("page.html") as string;
    expect(page).toContain("hang on a few words");
    expect(page).toMatch(/<span title="relevance [^"]+"[^>]*>thursday<\/span>/);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  test("takes token ids where there is no tokenizer, by lines or as JSON", async () => {
    expect(await run(files, "audit", "honest.onnx", "few.txt")).toMatchObject({ code: 0, err: "" });
    const { code, out } = await run(files, "audit", "hans.onnx", "ids.jsonl");
    expect([code, out]).toEqual([0, expect.stringContaining(`"#${vocab["thursday"]}"`)]);
  }, 60_000);

  test.each([
    [["hans.onnx", "texts.txt"], "texts.txt: line 1: takes token ids without --tokenizer, got"],
    [["hans.onnx", "broken.jsonl", ...withTokenizer], "broken.jsonl: line 2: takes a text, a list of ids, or"],
    [["hans.onnx", "empty.txt", ...withTokenizer], "empty.txt: takes texts, one a line, got none"],
    [["hans.onnx", "texts.txt", "--node", "x"], "--node takes pictures or arrays, got texts"],
    [["hans.onnx", "pictures", ...withTokenizer], "--tokenizer takes texts in a .txt or .jsonl file, got pictures"],
  ])("%j is refused: %s", async (words, sentence) => {
    const { code, err } = await runWith(load, files, "audit", ...words);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(sentence);
  });
});
