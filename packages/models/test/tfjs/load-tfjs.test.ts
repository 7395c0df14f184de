/**
 * The JSON files beside this one hold models that TensorFlow.js 4.22 made, with random weights, and the outputs it gave
 * for two samples of `sin(1.7 i)`. Initialisers and regularisers, which nothing reads here, are left out of them.
 */
import { readFileSync } from "node:fs";
import type { Layer, Model } from "@relprop/layers";
import { relativeError, Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadTfjs, ModelFormatError } from "../../src/index.ts";

interface Case {
  readonly model: unknown;
  readonly weights: string;
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(decode(base64), (character) => character.charCodeAt(0));
}

function read(name: string): Case {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as Case;
}

function samples(shape: readonly (number | undefined)[]): Tensor {
  const extents = [2, ...shape.slice(1).map(Number)];
  const size = extents.reduce((a, b) => a * b, 1);
  return new Tensor(extents, Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7)));
}

const cases = ["sequential", "functional", "signal", "nested", "valid", "recurrent"];

test.each(cases)("the %s model gives what TensorFlow.js gave", (name) => {
  const { model: json, weights, outputs } = read(name);
  const model = loadTfjs(JSON.stringify(json), [bytesOf(weights)]);
  const got = model.forward(...model.inputs.map(({ shape }) => samples(shape!)));
  expect(got.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape));
  got.forEach(({ data }, i) => expect(relativeError(data, outputs[i]!.data)).toBeLessThan(3e-7));
});

test("nodes have the names of layers; activations, transpositions and models within models add to them", () => {
  const names = (name: string): readonly string[] => {
    const { model, weights } = read(name);
    return loadTfjs(JSON.stringify(model), [bytesOf(weights)]).nodes.map((node) => node.name);
  };
  expect(names("sequential").slice(0, 4)).toEqual(["conv_input.transpose", "conv", "conv.relu", "bn"]);
  expect(names("nested").slice(0, 4)).toEqual(["in.transpose", "inner.ic", "inner.ic.relu6", "inner.pr"]);
  expect(names("functional").slice(0, 5)).toEqual(["img.transpose", "c1", "a1", "c2", "sum"]);
});

test("what goes back through the input arrives in the user's layout", () => {
  const { model: json, weights } = read("valid");
  const model = loadTfjs(JSON.stringify(json), [bytesOf(weights)]);
  const first = model.nodes[0]!;
  const x = samples(model.inputs[0]!.shape!);
  expect(x.shape).toEqual([2, 9, 9, 2]);
  const { output, back } = (first.layer as Layer).pullback(x);
  expect(output.shape).toEqual([2, 2, 9, 9]);
  expect(back(output)[0]!.shape).toEqual(x.shape);
});

const file = (layers: readonly unknown[], weights: readonly unknown[] = [], paths = ["w"]): string => JSON.stringify({
  modelTopology: { model_config: { class_name: "Sequential", config: { name: "s", layers } } },
  weightsManifest: [{ paths, weights }],
});
const dense = { class_name: "Dense", config: { name: "d", use_bias: false, batch_input_shape: [null, 2] } };

test("zeros laid around the input of a convolution become its padding", () => {
  const layers = [
    {
      class_name: "ZeroPadding2D",
      config: { name: "p", padding: [[1, 0], [0, 1]], batch_input_shape: [null, 2, 2, 1] },
    },
    { class_name: "Conv2D", config: { name: "c", kernel_size: [2, 2], use_bias: false } },
  ];
  const weights = [{ name: "c/kernel", shape: [2, 2, 1, 1], dtype: "float32" }];
  const model = loadTfjs(file(layers, weights), [new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)]);
  expect(model.nodes.map(({ name }) => name)).toEqual(["p_input.transpose", "c", "c.transpose"]);
  expect([...model.predict(tensor([[[[1], [2]], [[3], [4]]]])).data]).toEqual([11, 6, 30, 14]);
});

test("quantised weights are dequantised, and shards are joined", () => {
  const quantization = { dtype: "uint8", scale: 0.5, min: -1 };
  const weights = [{ name: "d/kernel", shape: [2, 1], dtype: "float32", quantization }];
  const model = loadTfjs(file([dense], weights, ["a", "b"]), [Uint8Array.of(4), Uint8Array.of(2)]);
  expect([...model.predict(tensor([[1, 10]])).data]).toEqual([1]);
});

test.each<readonly [string, object, readonly number[], (i: number) => number]>([
  ["bytes", { dtype: "uint8", scale: 0.5, min: -64 }, Array.from({ length: 4096 }, (_, i) => i % 256),
    (i) => (i % 256) * 0.5 - 64],
  ["half floats", { dtype: "float16" }, Array.from({ length: 8192 }, (_, i) => (i % 2 === 0 ? i % 256 : 0x38)),
    (i) => 0.5 + (2 * i % 256) / 2 ** 11],
])("many weights stay %s", (_, quantization, bytes, value) => {
  const weights = [{ name: "d/kernel", shape: [4096, 1], dtype: "float32", quantization }];
  const config = { name: "d", units: 1, use_bias: false, batch_input_shape: [null, 4096] };
  const wide = { class_name: "Dense", config };
  const model = loadTfjs(file([wide], weights), [Uint8Array.from(bytes)]);
  const { weight } = model.nodes[0]!.layer as unknown as { readonly weight: Tensor };
  expect(weight.encoded).toBeDefined();
  expect([...weight.data]).toEqual(Array.from({ length: 4096 }, (_, i) => value(i)));
});

test.each<readonly [string, string, readonly Uint8Array[], string]>([
  ["text that is no JSON", "nonsense", [], 'loadTfjs: takes JSON, got "nonsense" (at byte 0)'],
  ["another format", `{"format": "saved-model"}`, [], "takes a layers-model or a graph-model, got a saved-model"],
  ["a layer it does not know",
    file([{ class_name: "EinsumDense", config: { name: "rnn", batch_input_shape: [null, 3, 2] } }], [], []), [],
    'loadTfjs: layer "rnn" is of class EinsumDense, supported are Activation, ActivityRegularization, Add, '],
  ["a part of a repetition",
    file([{ class_name: "RepeatVector", config: { name: "r", n: 1.5, batch_input_shape: [null, 3] } }], [], []), [],
    "takes a whole n from 1 to 2^20, got 1.5"],
  ["missing shards", file([dense]), [], "loadTfjs: takes 1 shards of weights, got 0"],
  ["a shard twice", file([dense], [], ["a", "b", "./a"]), [new Uint8Array(4), new Uint8Array(4), new Uint8Array(4)],
    'loadTfjs: takes every shard once, got "a" twice'],
  ["missing weights", file([dense], [], []), [], 'loadTfjs: layer "d" (Dense): takes a weight kernel, got none'],
  ["weights that are too short", file([dense], [{ name: "d/kernel", shape: [2, 2], dtype: "float32" }]),
    [new Uint8Array(4)],
    'takes 16 bytes for "d/kernel" [2, 2], got 4'],
  ["weights that do not fit", file([dense], [{ name: "d/kernel", shape: [3, 1], dtype: "float32" }]),
    [new Uint8Array(12)],
    'loadTfjs: layer "d" (Dense): Dense: takes [N, …, 3], got [2, 2]'],
  ["no input shape", file([{ class_name: "Flatten", config: { name: "f" } }], [], []), [],
    'takes an input shape for "f_input", got none'],
])("loadTfjs refuses %s", (_, json, shards, message) => {
  expect(() => loadTfjs(json, shards)).toThrow(ModelFormatError);
  expect(() => loadTfjs(json, shards)).toThrow(message);
});

test("layers count as work that a small file may make", () => {
  const repeated = (n: number): Model => {
    const layer = { class_name: "RepeatVector", config: { name: "r", n, batch_input_shape: [null, 2] } };
    return loadTfjs(file([layer]), [new Uint8Array(0)], { limits: { elements: 0 } });
  };
  expect(repeated(10).forward(tensor([[1, 2]]))[0]!.shape).toEqual([1, 10, 2]);
  expect(() => repeated(10_000)).toThrow("takes work on at most");
});

test("a shard that is given several times allows what it allows once", () => {
  const read = (times: number): Model => {
    const paths = Array.from({ length: times }, (_, i) => `w${i}`);
    const weights = [{ name: "d/kernel", shape: [2, 1], dtype: "float32" },
      { name: "unread", shape: [20_000 * times - 8], dtype: "uint8" }];
    const shards = new Array<Uint8Array>(times).fill(new Uint8Array(20_000));
    return loadTfjs(file([{ ...dense, config: { ...dense.config, units: 1 } }], weights, paths), shards,
      { limits: { elements: 0 } });
  };
  expect(read(2).nodes).toHaveLength(1);
  expect(() => read(50)).toThrow("takes work on at most");
  expect(() => loadTfjs(file([dense]), [null as never])).toThrow("takes a file's bytes as a Uint8Array");
});
