/** What is neither a picture nor relevance is refused in a sentence. */
import { expect, test } from "vitest";
import { decodeImage, heatmap } from "../src/index.ts";

const others = [undefined, null, 1.5, "min", {}, [], true, () => 1];

test("pictures are bytes, and heatmaps show tensors", async () => {
  for (const other of others) {
    await expect(decodeImage(other as never)).rejects.toThrow(/^decodeImage: takes a file's bytes as a Uint8Array/);
    expect(() => heatmap(other as never)).toThrow("heatmap: takes a tensor of relevance or an explanation, got");
  }
});
