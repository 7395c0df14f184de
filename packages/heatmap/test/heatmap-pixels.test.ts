/** Pixels without the other formats. */
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { heatmap, heatmapPixels, type HeatmapPixelsOptions } from "../src/index.ts";

const data = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => ((i * 37) % 23) - 11);
const batch = new Tensor([2, 3, 4, 5], data.with(7, NaN));

test.each<HeatmapPixelsOptions>([
  {}, { sample: 1 }, { colors: "viridis", normalize: "extrema" }, { reduce: "norm" }, { normalize: { percentile: 90 } },
  { layout: "channelsLast" },
])("%j are those of the heatmap", (options) => {
  expect(heatmapPixels(batch, options)).toEqual(heatmap(batch, { sample: 0, ...options }).rgba());
});

test("an explanation says where its channels stand", () => {
  const explanation = { relevance: batch, layout: "channelsLast" } as const;
  expect(heatmapPixels(explanation)).toEqual(heatmapPixels(batch, { layout: "channelsLast" }));
  expect(heatmapPixels(explanation)).not.toEqual(heatmapPixels(batch));
});

test.each([[undefined, "undefined"], [{}, "an object"], [[1], "a list"]])(
  "%j is no relevance", (given, got) => {
    const message = `heatmapPixels: takes a tensor of relevance or an explanation, got ${got}`;
    expect(() => heatmapPixels(given as unknown as Tensor)).toThrow(message);
  },
);
