/** `further-layers.json` holds small models of further Keras layers, with what TensorFlow.js 4.22 gave for sines. */
import { readFileSync } from "node:fs";
import { relativeError, sizeOf, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadTfjs, ModelFormatError } from "../../src/index.ts";

interface Case {
  readonly model: { readonly modelTopology: object };
  readonly weights: string;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const cases = JSON.parse(
  readFileSync(new URL("further-layers.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Case>>;
const bytes = ({ weights }: Case): Uint8Array =>
  Uint8Array.from(decode(weights), (character) => character.charCodeAt(0));
const sines = (shape: readonly number[]): Tensor => {
  const sine = (_: unknown, i: number): number => Math.round(Math.sin(i * 1.3 + shape.length) * 1e4) / 1e4;
  return new Tensor(shape, Float32Array.from({ length: sizeOf(shape) }, sine));
};

test.each(Object.entries(cases))("%s is what TensorFlow.js gave", (_, given) => {
  const model = loadTfjs(JSON.stringify(given.model), [bytes(given)]);
  const got = model.run(...given.inputs.map(sines));
  given.outputs.forEach(({ shape, data }, i) => {
    expect(got[i]!.shape).toEqual(shape);
    expect(relativeError(Float32Array.from(got[i]!.data), data)).toBeLessThan(2e-6);
  });
});

/** A Sequential of these layers over inputs `[N, 2]`. */
const sequential = (...layers: readonly object[]): ReturnType<typeof loadTfjs> => loadTfjs(JSON.stringify({
  modelTopology: { class_name: "Sequential", config: { layers: [
    { class_name: "InputLayer", config: { name: "x", batch_input_shape: [null, 2] } }, ...layers,
  ] } },
  weightsManifest: [],
}), []);

test("scales that are lists, and activations as Keras 3 describes them", () => {
  const model = sequential(
    { class_name: "Rescaling", config: { name: "r", scale: [2, -3], offset: [1, 0] } },
    { class_name: "Activation", config: {
      name: "a", activation: { module: "builtins", class_name: "function", config: "relu" },
    } },
    { class_name: "Identity", config: { name: "i" } },
  );
  expect([...model.predict(new Tensor([1, 2], Float32Array.of(3, 5))).data]).toEqual([7, 0]);
});

test.each(["bilinear", "nearest"])("resizing lays pixels' middles on one another: %s", (interpolation) => {
  const [from, to] = [5, 8];
  const model = loadTfjs(JSON.stringify({
    modelTopology: { class_name: "Sequential", config: { layers: [
      { class_name: "InputLayer", config: { name: "x", batch_input_shape: [null, null, 1, 1] } },
      { class_name: "Resizing", config: { name: "r", height: to, width: 1, interpolation } },
    ] } },
    weightsManifest: [],
  }), []);
  const x = [3, -1, 4, 1, 5];
  const wanted = Array.from({ length: to }, (_, i) => {
    const place = ((i + 0.5) * from) / to;
    if (interpolation === "nearest") return x[Math.floor(place)]!;
    const [low, high] = [Math.floor(place - 0.5), Math.floor(place - 0.5) + 1];
    const part = place - 0.5 - low;
    return (1 - part) * x[Math.max(low, 0)]! + part * x[Math.min(high, from - 1)]!;
  });
  const { data } = model.predict(new Tensor([1, from, 1, 1], Float32Array.from(x)));
  expect(relativeError(data, wanted)).toBeLessThan(1e-6);
});

describe("an input that is bound", () => {
  const input = (name: string, extent: number): object => ({
    class_name: "InputLayer", name, config: { name, batch_input_shape: [null, extent] }, inbound_nodes: [],
  });
  const json = JSON.stringify({
    modelTopology: { class_name: "Model", config: {
      layers: [input("rate", 1), input("x", 2), {
        class_name: "Concatenate", name: "y", config: { name: "y" },
        inbound_nodes: [[["x", 0, 0, {}], ["rate", 0, 0, {}]]],
      }],
      input_layers: [["rate", 0, 0], ["x", 0, 0]], output_layers: [["y", 0, 0]],
    } },
    weightsManifest: [],
  });

  test("is the same for every sample, and no input of the model", () => {
    const model = loadTfjs(json, [], { bind: { rate: 0.5 } });
    expect(model.inputs.map(({ name }) => name)).toEqual(["x"]);
    const y = model.predict(new Tensor([2, 2], Float32Array.of(1, 2, 3, 4)));
    expect([...y.data]).toEqual([1, 2, 0.5, 3, 4, 0.5]);
  });

  test.each([
    [{ bind: { rate: [1, 2] } }, 'takes [1] to bind "rate" to, got [1, 2]'],
    [{ bind: { ratio: 1 } }, 'takes shapes and bindings of inputs "rate", "x", got one of "ratio"'],
    [{ shapes: { z: [1, 2] } }, 'takes shapes and bindings of inputs "rate", "x", got one of "z"'],
    [{ bind: { rate: 1, x: [1, 2] } }, "takes at least one input that is not bound, got none"],
  ])("must be one that is there: %j", (options, message) => {
    expect(() => loadTfjs(json, [], options)).toThrow(ModelFormatError);
    expect(() => loadTfjs(json, [], options)).toThrow(message);
  });
});
