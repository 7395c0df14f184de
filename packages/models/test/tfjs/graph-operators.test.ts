/**
 * `operators.json` holds a graph with a node or two of each further operator, and what TensorFlow.js 4.22 gave for its
 * outputs on `sin(1.7 i)`, rounded to four digits behind the point.
 */
import { readFileSync } from "node:fs";
import { relativeError, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadTfjs } from "../../src/index.ts";

interface Case {
  readonly model: object;
  readonly weights: string;
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: number[] }[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const { model: json, weights, outputs } = JSON.parse(
  readFileSync(new URL("operators.json", import.meta.url), "utf8"),
) as Case;
const bytes = Uint8Array.from(decode(weights), (character) => character.charCodeAt(0));
const data = Float32Array.from({ length: 192 }, (_, i) => Math.round(Math.sin(i * 1.7) * 1e4) / 1e4);

describe("every output is what TensorFlow.js gave", () => {
  const model = loadTfjs(JSON.stringify(json), [bytes]);
  const got = model.run(new Tensor([1, 6, 8, 4], data));
  test("and none is left out", () => {
    // Places are counted from the first sample on: there is one.
    expect(model.remarks).toEqual(['takes one sample at a time, as exported: "sn#2" (ScatterND) would mix them']);
  });
  test.each(outputs.map(({ name }, i) => [name, i] as const))("%s", (_, i) => {
    expect(got[i]!.shape).toEqual(outputs[i]!.shape);
    expect(relativeError(Float32Array.from(got[i]!.data), outputs[i]!.data)).toBeLessThan(3e-6);
  });
});
