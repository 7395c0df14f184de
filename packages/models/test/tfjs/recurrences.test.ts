/** Recurrent layers of Keras; `masked.json` and `masking.json` come with outputs that TensorFlow.js 4.22 gave. */
import { readFileSync } from "node:fs";
import { isRecurrent, type GRUCell, type LSTMCell, type Model, type Recurrent } from "@relprop/layers";
import { integers, relativeError, tensor, type Value } from "@relprop/tensor";
import { expect, test } from "vitest";
import { naiveRun, naiveStep } from "../../../layers/test/naive-recurrent.ts";
import { randomTensor } from "../../../layers/test/random.ts";
import { loadTfjs, ModelFormatError } from "../../src/index.ts";

interface Case {
  readonly model: unknown;
  readonly weights: string;
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;

function read(name: string): { model: Model; outputs: Case["outputs"] } {
  const stored = JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as Case;
  const bytes = Uint8Array.from(decode(stored.weights), (character) => character.charCodeAt(0));
  return { model: loadTfjs(JSON.stringify(stored.model), [bytes]), outputs: stored.outputs };
}

const sentences = integers([3, 1, 4, 0, 0, 0, 2, 6, 5, 3, 1, 7], [2, 6]);

test.each<readonly [string, Value]>([
  ["masked", sentences],
  ["masking", tensor([[[0, 0], [1, 0], [0.5, -1], [0, 0]], [[1, 1], [2, 0], [0, 0], [0, 3]]])],
])("the %s model leaves out what TensorFlow.js left out", (name, input) => {
  const { model, outputs } = read(name);
  const [got] = model.run(input);
  expect(got!.shape).toEqual(outputs[0]!.shape);
  expect(relativeError(got!.data, outputs[0]!.data)).toBeLessThan(3e-7);
});

test("what is looked up by is a whole number within the table, and a mask is no layer", () => {
  const { model } = read("masked");
  expect(model.inputs[0]!.type).toBe("int32");
  expect(model.carriers.map(({ name, layer }) => `${name} ${layer.kind}`)).toEqual([
    "words Embedding", "first LSTM", "first.joined Flatten", "second GRU", "second.last FinalStates",
    "second.joined Flatten", "out Dense",
  ]);
  expect(() => model.run(integers([8, 1, 1, 1, 1, 1], [1, 6]))).toThrow("Embedding: takes ids below 8, got 8");
  expect(() => model.run(integers([-1, 1, 1, 1, 1, 1], [1, 6]))).toThrow("Embedding: takes ids below 8, got -1");
});

interface Spec { readonly name: string; readonly shape: readonly number[] }

/** A model of these layers, with random weights. */
function sequential(layers: readonly object[], weights: readonly Spec[]): Model {
  const data = weights.flatMap(({ shape }, i) => [...randomTensor(shape, i + 1).data]);
  return loadTfjs(JSON.stringify({
    modelTopology: { model_config: { class_name: "Sequential", config: { name: "s", layers } } },
    weightsManifest: [{ paths: ["w"], weights: weights.map((spec) => ({ ...spec, dtype: "float32" })) }],
  }), [new Uint8Array(Float32Array.from(data).buffer)]);
}

const layer = (class_name: string, config: object = {}): object =>
  ({ class_name, config: { name: "r", units: 2, batch_input_shape: [null, 3, 1], ...config } });
const spec = (name: string, ...shape: number[]): Spec => ({ name, shape });

test("a GRU that resets behind the product has two rows of biases, on a path through its cell", () => {
  const model = sequential(
    [layer("GRU", { reset_after: true, recurrent_activation: "sigmoid" })],
    [spec("r/gru_cell_3/kernel", 1, 6), spec("r/gru_cell_3/recurrent_kernel", 2, 6), spec("r/gru_cell_3/bias", 2, 6)],
  );
  const { resetAfter } = (model.nodes[0]!.layer as Recurrent).courses[0]!.cell as GRUCell;
  expect(resetAfter).toBe(true);
  const [kernel, recurrent, bias] = [randomTensor([1, 6], 1), randomTensor([2, 6], 2), randomTensor([2, 6], 3)];
  const turned = (data: Float32Array, rows: number): number[] =>
    Array.from({ length: data.length }, (_, i) => data[(i % rows) * 6 + Math.floor(i / rows)]!);
  const step = naiveStep("GRU", {
    weight: tensor(turned(kernel.data, 1), [6, 1]), recurrent: tensor(turned(recurrent.data, 2), [6, 2]),
    bias: bias.rows(0, 1).reshape([6]), recurrentBias: bias.rows(1, 2).reshape([6]),
  }, { resetAfter: true });
  const x = [0.5, -1, 2];
  const states = naiveRun(step, x.map((value) => [value]), { h: [0, 0], c: [] }, false, [true, true, true]);
  expect(relativeError(model.predict(tensor(x, [1, 3, 1])).data, states[2]!.h)).toBeLessThan(1e-6);
});

test("what the file does not say is as in TensorFlow.js", () => {
  const stored = [spec("r/kernel", 1, 8), spec("r/recurrent_kernel", 2, 8), spec("r/bias", 8)];
  const model = sequential([layer("LSTM")], stored);
  const [first] = model.nodes;
  expect(isRecurrent(first!.layer)).toBe(true);
  const { gate, candidate } = (first!.layer as Recurrent).courses[0]!.cell as LSTMCell;
  expect([gate.name, gate.parameters, candidate.name]).toEqual(["hardSigmoid", { alpha: 0.2, beta: 0.5 }, "tanh"]);
});

const weights = [spec("r/kernel", 1, 2), spec("r/recurrent_kernel", 2, 2), spec("r/bias", 2)];
const inner = { class_name: "SimpleRNN", config: { name: "i", units: 2 } };

test.each<readonly [string, readonly object[], readonly Spec[], string]>([
  ["states as outputs", [layer("SimpleRNN", { return_state: true })], weights, "takes return_state false, got true"],
  ["states kept between calls", [layer("SimpleRNN", { stateful: true })], weights, "takes stateful false, got true"],
  ["no weights", [layer("SimpleRNN")], [], "takes weights kernel and recurrent_kernel of two dimensions, got none and"],
  ["no bias", [layer("SimpleRNN")], weights.slice(0, 2), "takes a weight bias, got none"],
  ["two kernels", [layer("SimpleRNN")], [...weights, spec("r/cell/kernel", 1, 2)], "takes one weight kernel, got"],
  ["an activation of many", [layer("SimpleRNN", { activation: "softmax" })], weights, "takes activations linear, elu"],
  ["directions apart", [layer("Bidirectional", { layer: inner, merge_mode: null })], [], "takes merge_mode concat, "],
  ["another kind of layer", [layer("Bidirectional", { layer: layer("Dense"), merge_mode: "sum" })], [],
    "takes layers LSTM, GRU, SimpleRNN, got Dense"],
  ["another value to mask", [layer("Masking", { mask_value: -1 })], [], "takes mask_value 0, got -1"],
  ["a mask where none is read", [layer("Masking"), layer("Flatten", { name: "f" })], [],
    'layer "f" (Flatten): takes no mask'],
  ["a mask turned round", [
    layer("Masking"), layer("SimpleRNN", { go_backwards: true, return_sequences: true }),
  ], weights, "takes no mask where it gives steps backwards"],
])("%s is refused", (_, layers, given, message) => {
  expect(() => sequential(layers, given)).toThrow(ModelFormatError);
  expect(() => sequential(layers, given)).toThrow(message);
});

test("names of weights are taken apart once, however many layers ask for theirs", () => {
  const read = (name: string, count: number): Model => {
    const config = { name: "r", units: 1, use_bias: false, return_sequences: true };
    const layers = Array.from({ length: 100 }, () => layer("SimpleRNN", config));
    const others = Array.from({ length: count }, (_, i) => spec(`${i}/${name}`, 0));
    const modelTopology = { model_config: { class_name: "Sequential", config: { name: "s", layers } } };
    const weights = [spec("r/c/kernel", 1, 1), spec("r/c/recurrent_kernel", 1, 1), ...others];
    const json = JSON.stringify({ modelTopology, weightsManifest: [{ paths: ["w"], weights }] });
    return loadTfjs(json, [new Uint8Array(8)], { limits: { elements: 0 } });
  };
  expect(read("other", 1000).nodes.length).toBeGreaterThanOrEqual(100);
  expect(() => read(`r/${"b".repeat(50_000)}`, 1)).toThrow("takes work on at most");
});
