/** What is neither a picture nor relevance is refused in a sentence. */
import { expect, test } from "vitest";
import { decodeImage, heatmap, imageToTensor } from "../src/index.ts";

const others = [undefined, null, 1.5, "min", {}, [], true, () => 1];

test("pictures are bytes, and heatmaps show tensors", async () => {
  for (const other of others) {
    await expect(decodeImage(other as never)).rejects.toThrow(/^decodeImage: takes a file's bytes as a Uint8Array/);
    expect(() => heatmap(other as never)).toThrow("heatmap: takes a tensor of relevance or an explanation, got");
  }
});

test("the data of pictures are bytes, whatever holds them", () => {
  const bytes = [255, 0, 51, 255];
  const [want] = [Uint8ClampedArray, Uint8Array].map((Bytes) =>
    imageToTensor({ width: 1, height: 1, data: Bytes.from(bytes) as never }));
  const derived = (class extends Uint8Array {}).from(bytes) as never;
  expect(imageToTensor({ width: 1, height: 1, data: derived })).toEqual(want);
  const others: readonly (readonly [unknown, string])[] = [
    [Float32Array.of(1, 0, 0.2, 1), "Float32Array"], [Uint16Array.from(bytes), "Uint16Array"], [bytes, "a list"],
    ["abcd", "abcd"], [Int8Array.of(1, 0, 2, 1), "Int8Array"],
  ];
  for (const [data, got] of others) {
    const message = `an image with bytes as data (Uint8ClampedArray or Uint8Array), got ${got}`;
    expect(() => imageToTensor({ width: 1, height: 1, data: data as never }))
      .toThrow(new TypeError(`imageToTensor: takes ${message}`));
  }
});
