/** Several composites side by side, and heatmaps of pictures as SVG. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { decodePng } from "@relprop/heatmap";
import { run, type Run } from "./memory-terminal.ts";

const digits = new URL("../../../examples/digits/", import.meta.url);
const files = {
  "digits.onnx": await readFile(new URL("digits.onnx", digits)),
  "a.png": await readFile(new URL("images/3-a.png", digits)),
  "b.png": await readFile(new URL("images/8-b.png", digits)),
};
const explain = (...words: readonly string[]): Promise<Run> => run(files, "explain", "digits.onnx", ...words);

test("composites stand side by side in one picture, a row for each input", async () => {
  const words = ["a.png", "b.png", "--compare", "epsilon-plus-flat,epsilon-gamma-box", "--output", "all.png"];
  const { code, err, out, written } = await explain(...words);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^a\.png\n> output 3: .*\nepsilon-plus-flat  75\.\d % on the input, 24\.\d % in biases\n/s);
  expect(out).toMatch(/epsilon-gamma-box  85\.\d % on the input.*b\.png.*wrote all\.png\n$/s);
  const { width, height } = await decodePng(written.get("all.png") as Uint8Array);
  expect(width).toBeGreaterThan(3 * 224);
  expect(height).toBeGreaterThan(2 * 224);
  expect((await explain("a.png", "--compare", "epsilon-plus,lrp-0")).written.size).toBe(0);
});

test.each([
  [["--compare", "epsilon-plus,nope"], "--compare takes epsilon-plus, "],
  [["--compare", "epsilon-plus"], "--compare takes at least two composites, got \"epsilon-plus\""],
  [["--compare", "epsilon-plus,epsilon-pluss"], "got \"epsilon-pluss\"; did you mean \"epsilon-plus\"?"],
  [["--compare", "epsilon-plus,lrp-0", "--composite", "lrp-0"], "--compare takes no --composite beside it"],
  [["--compare", "epsilon-plus,lrp-0", "--output", "x.svg"], "--output takes a .png file with --compare"],
])("%j is refused: %s", async (words, sentence) => {
  const { code, err } = await explain("a.png", ...words);
  expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
});

test("a heatmap is SVG too, its numbers text, in the size of the PNG", async () => {
  const { code, written } = await explain("a.png", "--output", "a.svg", "--legend");
  expect(code).toBe(0);
  const svg = written.get("a.svg") as string;
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 256 298"[^>]*><title>relevance of a\.png<\/title><image /);
  expect(svg.match(/<image /g)).toHaveLength(2);
  expect([...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text)).toEqual(
    [expect.stringMatching(/^-0\.0/), "0", expect.stringMatching(/^0\.0/)],
  );
  const plain = (await explain("a.png", "--output", "a.svg")).written.get("a.svg") as string;
  expect(plain).toContain('viewBox="0 0 256 256"');
  expect(plain).not.toContain("<text");
});
