/** Relevance of sentences of different lengths, through a Keras model whose embedding masks zeros. */
import { readFileSync } from "node:fs";
import { LRP, recurrentLRP } from "@relprop/lrp";
import { loadTfjs } from "@relprop/models";
import { integers, relativeError, sum } from "@relprop/tensor";
import { expect, test } from "vitest";

const file = new URL("../../packages/models/test/tfjs/masked.json", import.meta.url);
const { model: json, weights } = JSON.parse(readFileSync(file, "utf8")) as { model: unknown; weights: string };
const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const bytes = Uint8Array.from(decode(weights), (character) => character.charCodeAt(0));
// Sentences of any length, which the file fixes.
const model = loadTfjs(JSON.stringify(json).replace("[null,6]", "[null,null]"), [bytes]);
const sentences = integers([3, 1, 4, 0, 0, 0, 2, 6, 5, 3, 1, 7], [2, 6]);

test("relevance of words arrives at the rows they look up, and not at what is masked", () => {
  const { relevance, sources, conservation } = new LRP(model).analyze(sentences, { target: 1 });
  expect(relevance.shape).toEqual([2, 6, 3]);
  expect(sources.get("words")!.data).toEqual(relevance.data);
  expect([...relevance.data.subarray(9, 18)].every((value) => value === 0)).toBe(true);
  expect([...relevance.data.subarray(0, 9)].every((value) => value !== 0)).toBe(true);
  const { bias, stabilizer } = conservation.totals;
  expect(sum(relevance) + bias + stabilizer).toBeCloseTo(conservation.started, 4);
});

test("words that are masked change nothing", () => {
  const lrp = new LRP(model, recurrentLRP());
  const whole = lrp.analyze(sentences, { target: 0 }).relevance;
  const short = lrp.analyze(integers([3, 1, 4], [1, 3]), { target: 0 }).relevance;
  expect(relativeError(short.data, whole.data.subarray(0, 9))).toBeLessThan(1e-6);
});
