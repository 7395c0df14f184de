/** What public reports describe, rebuilt small, with what is right by float64 (in ../shared, where that is there). */
import { existsSync, readFileSync } from "node:fs";
import { decodePng, heatmap, imageToTensor } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { epsilonPlus, epsilonPlusFlat, LRP, prepare } from "@relprop/lrp";
import { loadModel, loadOnnx, loadTfjs, readNpy } from "@relprop/models";
import { Integers, relativeError, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { root } from "../repo/files.ts";

const folder = `${root}/../shared/cases`;
const where = existsSync(folder) ? test : test.skip;

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Expected {
  readonly inputs: readonly Stored[];
  readonly outputs: readonly Stored[];
}

const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${path}`));
const json = <T>(path: string): T => JSON.parse(readFileSync(`${folder}/${path}`, "utf8")) as T;
const npy = (path: string): Tensor => readNpy(bytes(path)).tensor();
const stored = ({ shape, data }: Stored): Tensor => new Tensor(shape, Float32Array.from(data));
const onnx = (path: string): Model => loadOnnx(bytes(path));
const tfjs = (path: string): Model => loadTfjs(bytes(`${path}/model.json`), [bytes(`${path}/weights.bin`)]);

const sizes = "reports/05-free-extents";
where.each([
  ...["odd_fcn", "odd_unet", "odd_padto8", "meanpool_t_b1", "squeeze_hw_b1", "aspp_b1", "ps_hw_b1", "seq_t_b1"]
    .map((name) => `${sizes}/${name}`),
  "reports/15-transformers-batch-moved/hf_vit", "reports/15-transformers-batch-moved/timm_vit",
])("%s gives float64's outputs", (path) => {
  const { inputs, outputs } = json<Expected>(`${path}.expected.json`);
  const got = onnx(`${path}.onnx`).predict(stored(inputs[0]!));
  expect(got.shape).toEqual(outputs[0]!.shape);
  expect(relativeError(got.data, outputs[0]!.data)).toBeLessThan(1e-6);
});

where("same padding follows the input's size", () => {
  interface Sizes {
    readonly cases: readonly { readonly size: number; readonly output: readonly number[] }[];
  }
  const model = tfjs(`${sizes}/tfjs`);
  for (const { size, output } of json<Sizes>(`${sizes}/tfjs/expected.json`).cases) {
    const x = Float32Array.from({ length: size * size * 3 }, (_, i) => ((i * 37) % 101) / 101);
    expect(relativeError(model.predict(new Tensor([1, size, size, 3], x)).data, output)).toBeLessThan(1e-5);
  }
});

where("a file of which nothing says how many channels there are takes those of its first layer", () => {
  const { inputs, outputs } = json<Expected>("reports/07-all-axes-dynamic/expected.json");
  const got = onnx("reports/07-all-axes-dynamic/alldyn.onnx").predict(stored(inputs[0]!));
  expect(relativeError(got.data, outputs[0]!.data)).toBeLessThan(1e-6);
});

const graph = "reports/02-in-graph-normalisation";
where.each<readonly [file: string, input: string, expected: string]>([
  [`${graph}/net_imagenet.onnx`, `${graph}/obj_rgb.npy`, `${graph}/expected_imagenet.npy`],
  [`${graph}/net_rescale.onnx`, `${graph}/obj_255.npy`, `${graph}/expected_rescale.npy`],
  [`${graph}/net_div255.onnx`, `${graph}/obj_255.npy`, `${graph}/expected_div255.npy`],
  ...["bn_frozen", "bn_std"].map((name) => {
    const at = "reports/09-frozen-batchnorm";
    return [`${at}/${name}.onnx`, `${at}/x_bn.npy`, `${at}/expected.npy`] as const;
  }),
])("%s has float64's relevance", (file, input, expected) => {
  const { relevance } = new LRP(prepare(onnx(file)), epsilonPlusFlat()).analyze(npy(input));
  expect(relativeError(relevance.data, npy(expected).data)).toBeLessThan(1e-5);
});

const layout = "reports/03-softmax-behind-layout";
where.each(["9", "11", "13"])("a softmax behind other layouts goes: operator set %s", (set) => {
  const { relevance: want } = json<{ readonly relevance: readonly number[] }>(`${layout}/expected.json`);
  const lrp = new LRP(prepare(onnx(`${layout}/segsoftmax_op${set}.onnx`)), epsilonPlusFlat());
  const { relevance } = lrp.analyze(stored(json<Stored>(`${layout}/input.json`)), { target: { at: [1, 8, 8] } });
  expect(relativeError(relevance.data, want)).toBeLessThan(1e-5);
});

where("a softmax that TensorFlow.js reshapes goes", () => {
  const { relevance: want, input } = json<{ readonly relevance: readonly number[]; readonly input: Stored }>(
    `${layout}/tfjs/expected.json`,
  );
  const { relevance } = new LRP(prepare(tfjs(`${layout}/tfjs`)), epsilonPlusFlat()).analyze(stored(input));
  expect(relativeError(relevance.data, want)).toBeLessThan(1e-5);
});

where.each(["zoo_squeezenet", "softmax_flatten", "softmax_then_squeeze"])("%s keeps no softmax", (name) => {
  expect(prepare(onnx(`${layout}/${name}.onnx`)).nodes.some(({ layer }) => layer.kind === "Softmax")).toBe(false);
});

where("channels last give the picture that channels first give", () => {
  const at = "reports/04-nhwc-images";
  const explained = (name: string) => {
    const lrp = new LRP(prepare(onnx(`${at}/${name}.onnx`)), epsilonPlus());
    return heatmap(lrp.analyze(npy(`${at}/im_${name}.npy`))).rgba();
  };
  const [last, first] = [explained("nhwc"), explained("nchw")];
  expect([last.width, last.height]).toEqual([32, 32]);
  expect(last.data).toEqual(first.data);
});

where("a row's features have relevance of their own by default rules", () => {
  const at = "reports/06-flat-on-dense";
  const { epsilon } = json<{ readonly epsilon: readonly number[] }>(`${at}/expected.json`);
  const { relevance } = new LRP(prepare(onnx(`${at}/mlp.onnx`)), epsilonPlus()).analyze(npy(`${at}/row.npy`));
  expect(relativeError(relevance.data, epsilon)).toBeLessThan(1e-5);
});

where("bytes of a picture are what a file of bytes gets", async () => {
  const at = "reports/11-uint8-input";
  const picture = imageToTensor(await decodePng(bytes(`${at}/im32.png`)));
  const counts = Float64Array.from(picture.data, (value) => Math.round(255 * value));
  const levels = new Integers(picture.shape, counts, "uint8");
  const got = onnx(`${at}/u8.onnx`).predict(levels);
  expect(relativeError(got.data, json<{ readonly logits: readonly number[] }>(`${at}/expected.json`).logits))
    .toBeLessThan(1e-6);
});

where.each(["sklearn_mlp", "sklearn_mlp_probfirst"])("%s is explained from the scores of its probabilities", (name) => {
  const at = "reports/12-side-output-refused";
  const { logits } = json<{ readonly logits: readonly number[] }>(`${at}/expected.json`);
  const { output } = new LRP(prepare(onnx(`${at}/${name}.onnx`))).analyze(npy(`${at}/row.npy`));
  expect(relativeError(output.data, logits)).toBeLessThan(1e-6);
});

where("models within models, and layers of training, are what TensorFlow.js gives", () => {
  const teachable = json<{ readonly input: Stored; readonly output: readonly number[] }>(
    "reports/01-teachable-machine/expected.json",
  );
  const got = tfjs("reports/01-teachable-machine").predict(stored(teachable.input));
  expect(relativeError(got.data, teachable.output)).toBeLessThan(1e-6);
  const augmented = json<{ readonly input: readonly number[]; readonly output: readonly number[] }>(
    "reports/20-augmentation-layers/expected.json",
  );
  const x = new Tensor([1, 8, 8, 3], Float32Array.from(augmented.input));
  expect(relativeError(tfjs("reports/20-augmentation-layers").predict(x).data, augmented.output)).toBeLessThan(1e-6);
});

where("files of other kinds are named as what they are", async () => {
  const said = { lfs: /Git LFS/, html: /HTML/ };
  for (const [name, what] of Object.entries(said)) {
    await expect(loadModel(bytes(`reports/17-not-an-onnx-file/${name}.onnx`))).rejects.toThrow(what);
  }
});

where("a graph model gives what tf.loadGraphModel gives", () => {
  const at = "real/01-tfjs-graph-model";
  const model = loadTfjs(bytes(`${at}/model.json`), [bytes(`${at}/group1-shard1of1.bin`)]);
  const [a, b] = model.predict(new Tensor([1, 8, 8, 3], new Float32Array(192))).data;
  expect([a, b]).toEqual([expect.closeTo(0.5586, 4), expect.closeTo(0.4414, 4)]);
});

where.each(["conv", "dense"])("what is quantised while it runs says so: %s", (name) => {
  const prepared = prepare(onnx(`real/04-dynamic-quantized/${name}.onnx`));
  expect(prepared.describe()).toMatch(/rounds to whole numbers/);
  expect(prepared.nodes.map(({ layer }) => layer.kind)).toContain(name === "conv" ? "Conv" : "Dense");
});

where("settings as inputs are bound", () => {
  const file = bytes("real/05-lstm-and-if/if-on-setting.onnx");
  const model = loadOnnx(file, { bind: { sr: 16000 } });
  expect(model.inputs.map(({ name }) => name)).toEqual(["x"]);
});

where("an audio axis that is open takes any signal", () => {
  const model = onnx("real/06-audio-free-axis/audio.onnx");
  expect(model.predict(npy("real/06-audio-free-axis/sound.npy")).shape).toEqual([1, 2]);
});

where("sums under a plus rule share what is positive", () => {
  const [model, x] = [prepare(onnx("real/09-residual-sums/residual.onnx")), npy("real/09-residual-sums/x.npy")];
  const { relevance } = new LRP(model, epsilonPlus({ sums: true })).analyze(x);
  expect(relevance.data.some((value) => value < -1e-6)).toBe(false);
});

where("biases that are ignored leave everything to the input", () => {
  const [model, x] = [prepare(onnx("real/12-bias-absorbs-all/mobile.onnx")), npy("real/12-bias-absorbs-all/x.npy")];
  const { conservation } = new LRP(model, epsilonPlusFlat({ bias: "ignored" })).analyze(x);
  expect(Math.abs(conservation.totals.bias)).toBeLessThan(1e-3);
});
