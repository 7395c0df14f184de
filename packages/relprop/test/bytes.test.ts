/** Networks that read the bytes of pictures: what they say for bytes, and where relevance is. */
import { describe, expect, test } from "vitest";
import { encodePng, type Image } from "@relprop/heatmap";
import { epsilonPlusFlat, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { explain } from "relprop";
import { Integers, Tensor } from "@relprop/tensor";
import { float, node, onnx, type TestNode } from "../../models/test/onnx/write-onnx.ts";
import { run } from "./memory-terminal.ts";

const weight = float([0.5, -1, 2, 1, 0.25, -0.5], [2, 3, 1, 1]);
const [FLOAT, UINT8] = [1, 2];

/** Sums over the picture of two mixtures of its colours, divided by 255. */
function bytesModel(turned: readonly TestNode[], shape: readonly (number | string)[], image: string): Uint8Array {
  return onnx({
    nodes: [
      ...turned,
      node("Div", [image, "most"], "scaled"),
      node("Conv", ["scaled", "w"], "mixed"),
      node("ReduceSum", ["mixed", "axes"], "y", { keepdims: 0 }),
    ],
    constants: { w: weight, most: float([255]), axes: { shape: [2], values: [2, 3], type: "int64" } },
    inputs: { image: shape }, outputs: ["y"],
  }, 17, UINT8);
}

const cast = node("Cast", ["image"], "x", { to: FLOAT });
const files: readonly (readonly [string, Uint8Array, readonly number[]])[] = [
  ["channels first", bytesModel([cast], ["n", 3, 2, 2], "x"), [1, 3, 2, 2]],
  ["channels last, cast first",
    bytesModel([cast, node("Transpose", ["x"], "t", { perm: [0, 3, 1, 2] })], ["n", 2, 2, 3], "t"), [1, 2, 2, 3]],
  ["channels last, turned first", bytesModel([
    node("Transpose", ["image"], "turned", { perm: [0, 3, 1, 2] }), node("Cast", ["turned"], "x", { to: FLOAT }),
  ], ["n", 2, 2, 3], "x"), [1, 2, 2, 3]],
];

const pixels = [[10, 20, 30], [255, 0, 128], [7, 99, 200], [40, 41, 42]];
const image: Image = { width: 2, height: 2, data: Uint8ClampedArray.from(pixels.flatMap((pixel) => [...pixel, 255])) };
/** By hand: the sum over pixels of w · colour / 255. */
const scores = [0, 1].map((k) =>
  pixels.reduce((sum, pixel) => sum + pixel.reduce((all, c, i) => all + c * weight.values[3 * k + i]!, 0), 0) / 255);

describe.each(files)("bytes, %s", (_, file, shape) => {
  const isLast = shape[3] === 3;
  /** Per element of the input, in its order. */
  const shares = Array.from({ length: 12 }, (_, i) => {
    const [pixel, c] = isLast ? [Math.floor(i / 3), i % 3] : [i % 4, Math.floor(i / 4)];
    return (pixels[pixel]![c]! * weight.values[c]!) / 255;
  });

  test("a picture is fed as its bytes, and relevance lies on the input", async () => {
    const options = { target: 0, start: "value", composite: [] } as const;
    const { output, relevance, inputs, heatmap } = await explain(file, image, options);
    output.data.forEach((score, k) => expect(score).toBeCloseTo(scores[k]!, 5));
    expect(relevance.shape).toEqual(shape);
    relevance.data.forEach((r, i) => expect(r).toBeCloseTo(shares[i]!, 5));
    expect(inputs.get("image")!.data).toEqual(relevance.data);
    expect([heatmap.rgba().width, heatmap.rgba().height]).toEqual([2, 2]);
  });

  test("the input says that it takes bytes, and where channels are", () => {
    const [input] = loadOnnx(file).inputs;
    expect(input).toMatchObject({ type: "uint8", layout: isLast ? "channelsLast" : "channelsFirst" });
    expect(() => loadOnnx(file).run(new Tensor(shape, new Float32Array(12)))).toThrow("takes Integers (uint8)");
  });

  test("what scales them only prepares them: the first layer is the one behind", () => {
    const rules = new LRP(prepare(loadOnnx(file)), epsilonPlusFlat()).rules.rows;
    expect(rules.find(({ node }) => node.layer.kind === "Conv")!.rule.name).toBe("flat");
  });

  test("the command feeds bytes, too", async () => {
    const given = { "m.onnx": file, "p.png": await encodePng(image) };
    const { code, out } = await run(given, "explain", "m.onnx", "p.png", "--target", "0", "--json");
    expect(code).toBe(0);
    const { output } = JSON.parse(out) as { output: { data: number[] } };
    output.data.forEach((score, k) => expect(score).toBeCloseTo(scores[k]!, 5));
  });
});

test("relevance of bytes adds up, the report included", () => {
  const model = prepare(loadOnnx(files[0]![1]));
  const bytes = new Integers([1, 3, 2, 2], new Uint8Array(12).fill(9), "uint8");
  const { conservation } = new LRP(model).analyze(bytes);
  expect(conservation.arrived).toBeCloseTo(conservation.started, 5);
});

test("values from 0 to 255 for networks of floats are an option", async () => {
  const floats = onnx({
    nodes: [node("Conv", ["image", "w"], "mixed"), node("ReduceSum", ["mixed", "axes"], "y", { keepdims: 0 })],
    constants: { w: weight, axes: { shape: [2], values: [2, 3], type: "int64" } },
    inputs: { image: ["n", 3, 2, 2] }, outputs: ["y"],
  }, 17);
  const { output } = await explain(floats, image, { range: [0, 255], composite: [] });
  output.data.forEach((score, k) => expect(score).toBeCloseTo(255 * scores[k]!, 2));
  const given = { "m.onnx": floats, "p.png": await encodePng(image) };
  const { out } = await run(given, "explain", "m.onnx", "p.png", "--preprocess", "bytes", "--json");
  const said = JSON.parse(out) as { output: { data: number[] } };
  said.output.data.forEach((score, k) => expect(score).toBeCloseTo(255 * scores[k]!, 2));
});
