/** Small copies of what people train and convert, with the outputs that TensorFlow.js gave for the same files. */
import { readFileSync } from "node:fs";
import { relativeError, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadTfjs } from "../../src/index.ts";

interface Case {
  readonly model: object;
  readonly weights: string;
  readonly samples: readonly {
    readonly size: number | null;
    readonly input?: readonly number[];
    readonly output: readonly number[];
  }[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const all = JSON.parse(
  readFileSync(new URL("as-people-have-them.json", import.meta.url), "utf8"),
) as Readonly<Record<"transfer" | "augmented" | "freeSame", Case>>;

const load = ({ model, weights }: Case): ReturnType<typeof loadTfjs> =>
  loadTfjs(JSON.stringify(model), [Uint8Array.from(decode(weights), (character) => character.charCodeAt(0))]);

test.each([
  ["a Sequential whose first layer is a model, as Teachable Machine writes it", all.transfer],
  ["a network with augmentation, which acts in training only", all.augmented],
] as const)("%s", (_, given) => {
  const model = load(given);
  const [{ input, output }] = given.samples as [Case["samples"][number]];
  const shape = model.inputs[0]!.shape!.map((extent) => extent ?? 1);
  const got = model.predict(new Tensor(shape, Float32Array.from(input!)));
  expect(relativeError(got.data, output)).toBeLessThan(1e-6);
  expect(model.inputs[0]!.layout).toBe("channelsLast");
});

test.each(all.freeSame.samples)("same padding follows the size it meets: $size", ({ size, output }) => {
  const model = load(all.freeSame);
  expect(model.inputs[0]!.shape).toEqual([undefined, undefined, undefined, 3]);
  const data = Float32Array.from({ length: 3 * size! * size! }, (_, i) => ((i * 37) % 101) / 101);
  expect(relativeError(model.predict(new Tensor([1, size!, size!, 3], data)).data, output)).toBeLessThan(1e-6);
});

test("the models in an early Sequential's bare list of layers are entered", () => {
  const layers = [{ class_name: "Sequential", config: [
    { class_name: "Dense", config: { name: "d", use_bias: false, batch_input_shape: [null, 2] } },
  ] }];
  const model = loadTfjs(JSON.stringify({
    modelTopology: { class_name: "Sequential", config: layers },
    weightsManifest: [{ paths: ["w"], weights: [{ name: "d/kernel", shape: [2, 1], dtype: "float32" }] }],
  }), [new Uint8Array(Float32Array.of(2, 3).buffer)]);
  expect([...model.predict(new Tensor([1, 2], Float32Array.of(1, 10))).data]).toEqual([32]);
});

test("bilinear upsampling counts from corners, as TensorFlow.js does", () => {
  const config = { name: "up", size: [2, 2], interpolation: "bilinear", batch_input_shape: [null, 1, 3, 1] };
  const model = loadTfjs(JSON.stringify({
    modelTopology: { class_name: "Sequential", config: { layers: [{ class_name: "UpSampling2D", config }] } },
    weightsManifest: [],
  }), []);
  const { data } = model.predict(new Tensor([1, 1, 3, 1], Float32Array.of(0, 2, 6)));
  // Positions 0, ½, 1, 1½, 2, 2½ of the row, the last kept within it.
  expect([...data]).toEqual([0, 1, 2, 4, 6, 6, 0, 1, 2, 4, 6, 6]);
});
