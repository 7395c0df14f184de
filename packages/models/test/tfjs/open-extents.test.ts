/** Extents that a layers model leaves open, and normalisations over axes of their own. */
import type { Model } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadTfjs } from "../../src/index.ts";

type Weights = Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>;
type Shape = readonly (number | null)[];

const numbers = (size: number, seed = 1): readonly number[] =>
  Array.from({ length: size }, (_, i) => Math.fround(Math.sin(1.7 * i + seed)));

/** Layers one behind the other. */
function sequential(shape: Shape, layers: readonly (readonly [string, object])[], weights: Weights = {}): Model {
  const made = layers.map(([class_name, config], i) => ({ class_name, config: { name: `l${i}`, ...config } }));
  const input = { class_name: "InputLayer", config: { name: "x", batch_input_shape: shape } };
  const modelTopology = { class_name: "Sequential", config: { layers: [input, ...made] } };
  const manifest = Object.entries(weights).map(([name, [extents]]) => ({ name, shape: extents, dtype: "float32" }));
  const bytes = new Uint8Array(Float32Array.from(Object.values(weights).flatMap(([, values]) => values)).buffer);
  return loadTfjs(JSON.stringify({ modelTopology, weightsManifest: [{ paths: ["w"], weights: manifest }] }), [bytes]);
}

test.each([512, 5000])("a kernel of %i elements runs over a signal whose length is open", (kernel) => {
  const model = sequential([null, null, 1], [
    ["Conv1D", { filters: 1, kernel_size: [kernel], strides: [160], padding: "valid", use_bias: false }],
    ["GlobalMaxPooling1D", {}],
  ], { "l0/kernel": [[kernel, 1, 1], numbers(kernel)] });
  const signal = numbers(3 * kernel, 2);
  const sums = Array.from({ length: Math.floor((2 * kernel) / 160) + 1 }, (_, at) =>
    numbers(kernel).reduce((sum, weight, k) => sum + weight * signal[160 * at + k]!, 0));
  const got = model.predict(new Tensor([1, 3 * kernel, 1], Float32Array.from(signal)));
  expect(got.data[0]).toBeCloseTo(Math.max(...sums), 3);
});

test("two ways whose extents agree at some sizes only are read, and refuse others when used", () => {
  const layer = (name: string, class_name: string, config: object, ...from: readonly string[]): object => ({
    class_name, name, config: { name, ...config },
    inbound_nodes: from.length === 0 ? [] : [from.map((each) => [each, 0, 0, {}])],
  });
  const config = {
    layers: [
      layer("x", "InputLayer", { batch_input_shape: [null, null, 2] }),
      layer("p", "MaxPooling1D", { pool_size: [5] }, "x"), layer("u", "UpSampling1D", { size: 5 }, "p"),
      layer("y", "Add", {}, "x", "u"),
    ],
    input_layers: [["x", 0, 0]], output_layers: [["y", 0, 0]],
  };
  const model = loadTfjs(JSON.stringify({ modelTopology: { class_name: "Model", config }, weightsManifest: [] }), []);
  expect(model.predict(new Tensor([1, 10, 2], new Float32Array(20))).shape).toEqual([1, 10, 2]);
  expect(() => model.predict(new Tensor([1, 12, 2], new Float32Array(24)))).toThrow(/"y"/);
});

test("a node reads as many values as functions take arguments on every host", () => {
  const read = (count: number): Model => {
    const config = {
      layers: [
        { class_name: "InputLayer", name: "x", config: { name: "x", batch_input_shape: [null, 1] }, inbound_nodes: [] },
        {
          class_name: "Add", name: "y", config: { name: "y" },
          inbound_nodes: [Array.from({ length: count }, () => ["x", 0, 0, {}])],
        },
      ],
      input_layers: [["x", 0, 0]], output_layers: [["y", 0, 0]],
    };
    return loadTfjs(JSON.stringify({ modelTopology: { class_name: "Model", config }, weightsManifest: [] }), []);
  };
  expect(read(2 ** 14).predict(new Tensor([1, 1], Float32Array.of(2))).data[0]).toBe(2 ** 15);
  expect(() => read(20_000)).toThrow(/takes at most 16384 inputs, got 20000/);
});

test("what no extent fits is refused, with where to say one", () => {
  const layers = [["Conv1D", { filters: 1, kernel_size: [2], use_bias: false }]] as const;
  expect(() => sequential([null, null, 3], layers, { "l0/kernel": [[2, 1, 1], [1, 1]] }))
    .toThrow(/the file leaves open.*option shapes/);
});

/** The mean and deviation over some elements, in doubles. */
function normalized(values: readonly number[], epsilon: number): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + epsilon));
}

const x = numbers(2 * 3 * 4);
const close = (values: readonly number[]): unknown => values.map((value): unknown => expect.closeTo(value, 5));
const given = new Tensor([1, 2, 3, 4], Float32Array.from(x));

test("layer normalisation over several last axes", () => {
  const weights: Weights = { "l0/gamma": [[3, 4], numbers(12, 3)], "l0/beta": [[3, 4], numbers(12, 4)] };
  const model = sequential([null, 2, 3, 4], [["LayerNormalization", { axis: [-2, -1], epsilon: 0.01 }]], weights);
  const want = [0, 12].flatMap((from) => normalized(x.slice(from, from + 12), 0.01)
    .map((value, i) => value * numbers(12, 3)[i]! + numbers(12, 4)[i]!));
  expect([...model.predict(given).data]).toEqual(close(want));
  const sliced = [["LayerNormalization", { axis: [1] }]] as const;
  expect(() => sequential([null, 2, 3, 4], sliced)).toThrow(/takes the last axes, got 1$/);
  const long = [["LayerNormalization", { axis: new Array<number>(10_000).fill(1) }]] as const;
  expect(() => sequential([null, 2, 3, 4], long)).toThrow(/takes the last axes, got 1, 1, 1, 1, 1, 1, 1, 1$/);
});

test.each([[2, [0, 0, 1, 1]], [-1, [0, 1, 2, 3]]] as const)("group normalisation in %i groups", (groups, groupOf) => {
  const weights: Weights = { "l0/gamma": [[4], [1, 2, 3, 4]], "l0/beta": [[4], [0.5, 0, 0, -1]] };
  const model = sequential([null, 2, 3, 4], [["GroupNormalization", { groups, epsilon: 0.01 }]], weights);
  const want = [...x];
  for (const group of new Set(groupOf)) {
    const places = x.flatMap((_, i) => (groupOf[i % 4] === group ? [i] : []));
    normalized(places.map((i) => x[i]!), 0.01).forEach((value, k) => {
      const channel = places[k]! % 4;
      want[places[k]!] = value * (channel + 1) + [0.5, 0, 0, -1][channel]!;
    });
  }
  expect([...model.predict(given).data]).toEqual(close(want));
});

test("rows of length 1", () => {
  const want = x.map((value, i) => value / Math.hypot(...x.slice(4 * Math.floor(i / 4), 4 * Math.floor(i / 4) + 4)));
  expect([...sequential([null, 2, 3, 4], [["UnitNormalization", {}]]).predict(given).data]).toEqual(close(want));
});

test("separable convolutions over signals", () => {
  const [depth, point] = [numbers(3 * 2 * 2, 5), numbers(4 * 3, 6)];
  const weights: Weights = {
    "l0/depthwise_kernel": [[3, 2, 2], depth], "l0/pointwise_kernel": [[1, 4, 3], point], "l0/bias": [[3], [1, 2, 3]],
  };
  const model = sequential([null, 6, 2], [["SeparableConv1D", { filters: 3, kernel_size: [3] }]], weights);
  const signal = numbers(12);
  const want = Array.from({ length: 12 }, (_, i) => {
    const [at, out] = [Math.floor(i / 3), i % 3];
    let sum = out + 1;
    for (let c = 0; c < 4; c++) {
      for (let k = 0; k < 3; k++) sum += signal[2 * (at + k) + (c >> 1)]! * depth[4 * k + c]! * point[3 * c + out]!;
    }
    return sum;
  });
  expect([...model.predict(new Tensor([1, 6, 2], Float32Array.from(signal))).data]).toEqual(close(want));
});
