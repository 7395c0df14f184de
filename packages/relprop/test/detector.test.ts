/** A detector without an axis for samples: boxes whose scores are sums over quarters, and what chooses among them. */
import { encodePng, tensorToImage } from "@relprop/heatmap";
import { loadOnnx } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { explain } from "relprop";
import { describe, expect, test } from "vitest";
import { int64, node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { oneSample } from "../src/one-sample.ts";
import { run } from "./memory-terminal.ts";

/** Four quarters of 8 × 8 pixels, each seen by a filter of its own. */
const isIn = (quarter: number, row: number, column: number): boolean =>
  Math.floor(row / 4) * 2 + Math.floor(column / 4) === quarter;
const filters = Array.from({ length: 4 * 3 * 64 }, (_, i) =>
  Number(isIn(Math.floor(i / 192), Math.floor((i % 64) / 8), i % 8)));
const file = onnx({
  nodes: [
    node("Unsqueeze", ["image", "front"], "batch"), node("Conv", ["batch", "filters"], "seen"),
    node("Reshape", ["seen", "rows"], "all"),
    node("NonMaxSuppression", ["places", "all", "most", "overlap", "least"], "chosen"),
    node("Gather", ["chosen", "third"], "which", { axis: 1 }), node("Reshape", ["all", "flat"], "list"),
    node("Gather", ["list", "which"], "scores", { axis: 0 }),
    node("Gather", ["corners", "which"], "boxes", { axis: 0 }),
  ],
  constants: {
    front: int64(0), filters: { shape: [4, 3, 8, 8], values: filters }, rows: int64(1, 1, 4), flat: int64(4),
    // The second lies over the first almost wholly.
    places: { shape: [1, 4, 4], values: [0, 0, 4, 4, 0, 0, 4, 4.5, 4, 0, 8, 4, 4, 4, 8, 8] },
    corners: { shape: [4, 4], values: [0, 0, 4, 4, 0, 0, 4, 4.5, 4, 0, 8, 4, 4, 4, 8, 8] },
    most: int64(4), overlap: { shape: [1], values: [0.5] }, least: { shape: [1], values: [0] },
    third: { shape: [], values: [2], type: "int64" },
  },
  inputs: { image: [3, 8, 8] }, outputs: ["which", "scores"],
});

// Quarters with 0.2, 0.4, 0.6 and 0.8: the first box is suppressed by the second.
const quarters = [0.2, 0.4, 0.6, 0.8];
const pixels = Float32Array.from({ length: 192 }, (_, i) => {
  const [row, column] = [Math.floor((i % 64) / 8), i % 8];
  return quarters.find((_, quarter) => isIn(quarter, row, column))!;
});
const image = tensorToImage(new Tensor([1, 3, 8, 8], pixels));

describe("of a detector", () => {
  test.each([[0, 3], [1, 2], [2, 1]])("the score of box %i is explained by quarter %i", async (box, quarter) => {
    const { relevance, output } = await explain(file, image, { target: box, composite: "lrp-0" });
    expect(output.shape).toEqual([1, 3]);
    expect(output.data[box]).toBeCloseTo(48 * quarters[quarter]!, 3);
    expect(relevance.shape).toEqual([1, 3, 8, 8]);
    relevance.data.forEach((value, i) => {
      const inside = isIn(quarter, Math.floor((i % 64) / 8), i % 8);
      expect(value).toBeCloseTo(inside ? 1 / 48 : 0, 5);
    });
  });

  test("the command takes the picture and the box's number", async () => {
    const files = { "d.onnx": file, "p.png": await encodePng(image) };
    const { code, out } = await run(files, "explain", "d.onnx", "p.png", "--head", "scores", "--target", "1");
    expect(code).toBe(0);
    expect(out).toContain("> output 1: score 28.800");
  });

  test("a model with samples stays what it is, whatever their number", () => {
    const plain = loadOnnx(onnx({ nodes: [node("Relu", ["x"], "y")], inputs: { x: [3, 4, 5] }, outputs: ["y"] }));
    expect(oneSample(plain)).toBe(plain);
    const many = loadOnnx(onnx({ nodes: [node("Relu", ["x"], "y")], inputs: { x: ["N", 3, 4, 5] }, outputs: ["y"] }));
    expect(oneSample(many)).toBe(many);
  });
});
