/** The way from a picture to an explanation for programs that are to be small. */
import { readFileSync } from "node:fs";
import { decodePng } from "@relprop/heatmap";
import { epsilonPlus } from "@relprop/lrp";
import { expect, test } from "vitest";
import { convolutionalOperators, explain, explainPicture, loadOnnx, onnxReader } from "relprop";
import { useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";

const read = (path: string): Uint8Array => readFileSync(new URL(`../../../${path}`, import.meta.url));
const file = read("examples/digits/digits.onnx");
const picture = await decodePng(read("examples/digits/images/4-a.png"));
const readConvolutional = onnxReader(convolutionalOperators);

test("gives what explain gives, bit for bit", async () => {
  useKernels(simd()!);
  for (const more of [{}, { target: 3 }, { composite: epsilonPlus() }]) {
    const [small, whole] = [explainPicture(readConvolutional(file), picture, more), await explain(file, picture, more)];
    expect(small.relevance).toEqual(whole.relevance);
    expect(small.layout).toBe(whole.layout);
    expect([small.target, small.output]).toEqual([whole.target, whole.output]);
    expect(small.conservation.totals).toEqual(whole.conservation.totals);
  }
});

test("makes pictures fit", async () => {
  const colours = { width: 64, height: 48, data: Uint8ClampedArray.from({ length: 64 * 48 * 4 }, (_, i) => i % 251) };
  const preprocess = { mean: [0.5], std: [0.25], fit: [32, 32] } as const;
  const small = explainPicture(readConvolutional(file), colours, { preprocess });
  expect(small.relevance).toEqual((await explain(file, colours, { preprocess })).relevance);
  expect(() => explainPicture(readConvolutional(file), colours)).toThrow(/^explainPicture: takes an image of 32 × 32/);
});

test("asks for a composite where a network needs other rules than those it has", () => {
  const { data, width, height } = { width: 16, height: 16, data: new Uint8ClampedArray(16 * 16 * 4) };
  const transformer = loadOnnx(read("test/torchvision/transformers/vit_b_16.onnx"));
  expect(() => explainPicture(transformer, { data, width, height }, { preprocess: { fit: "model" } })).toThrow(
    "explainPicture: takes a composite for networks with attention or states, such as attn-lrp-vision",
  );
  expect(() => explainPicture(undefined as never, picture)).toThrow(/^explainPicture: takes a model/);
});
