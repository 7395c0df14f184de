/** Models that end where they are asked to. */
import { tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadOnnx, loadTfjs } from "../../src/index.ts";
import { node, onnx } from "./write-onnx.ts";

const floats = (values: readonly number[], shape: readonly number[]) => ({ shape, values });
const file = onnx({
  nodes: [
    node("MatMul", ["x", "body.weight"], "hidden"), node("Relu", ["hidden"], "rectified"),
    node("MatMul", ["rectified", "a.weight"], "first"), node("MatMul", ["rectified", "b.weight"], "second"),
    node("Mystery", ["first"], "boxes"),
  ],
  constants: {
    "body.weight": floats([1, -1, 2, 3], [2, 2]),
    "a.weight": floats([1, 2], [2, 1]), "b.weight": floats([5, 7], [2, 1]),
  },
  inputs: { x: ["N", 2] }, outputs: ["boxes", "second"],
});
const x = tensor([[1, 2]]);

describe("a model ends", () => {
  test.each([["first", 15], ["second", 60], ["rectified", 5], ["b", 60]])("at %s", (name, first) => {
    const model = loadOnnx(file, { outputs: [name] });
    expect(model.predict(x).data[0]).toBe(first);
    expect(model.remarks).toEqual([]);
    expect(model.nodes.length).toBeLessThan(4);
  });

  test("at several values, in the order that is asked for", () => {
    expect(loadOnnx(file, { outputs: ["second", "first"] }).forward(x).map(({ data }) => data[0])).toEqual([60, 15]);
  });

  test("nowhere that it cannot", () => {
    expect(() => loadOnnx(file, { outputs: ["boxes"] })).toThrow("Mystery");
    expect(() => loadOnnx(file, { outputs: ["a.weight"] })).toThrow('depend on the input, got "a.weight", a known');
    expect(() => loadOnnx(file, { outputs: [] })).toThrow("takes at least one name as outputs, got none");
    expect(() => loadOnnx(file, { outputs: ["third"] })).toThrow(
      'takes values of the file or nodes as outputs, such as its own, "boxes", "second"; got "third"',
    );
  });

  test("of which nodes keep their names", () => {
    const names = new Set(loadOnnx(file).nodes.map(({ name }) => name));
    for (const { name } of loadOnnx(file, { outputs: ["rectified"] }).nodes) expect(names).toContain(name);
  });
});

describe("of TensorFlow.js, a model ends", () => {
  const kernel = new Uint8Array(Float32Array.of(1, -1, 2, 3).buffer);
  const weights = (name: string) => [{ paths: ["w"], weights: [{ name, shape: [2, 2], dtype: "float32" }] }];
  const graph = (op: string) => JSON.stringify({
    format: "graph-model", weightsManifest: weights("k"),
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { shape: { shape: { dim: [{ size: -1 }, { size: 2 }] } } } },
      { name: "k", op: "Const" }, { name: "m", op: "MatMul", input: ["x", "k"] },
      { name: "r", op: "Neg", input: ["m"] }, { name: "b", op, input: ["r"] },
    ] },
  });

  test("at a node of its graph, whatever stands behind", () => {
    expect([...loadTfjs(graph("Mystery"), [kernel], { outputs: ["r"] }).predict(x).data]).toEqual([-5, -5]);
    expect([...loadTfjs(graph("Abs"), [kernel], { outputs: ["m:0"] }).predict(x).data]).toEqual([5, 5]);
    expect(() => loadTfjs(graph("Mystery"), [kernel], { outputs: ["b"] })).toThrow("Mystery");
    expect(() => loadTfjs(graph("Abs"), [kernel], { outputs: ["z"] })).toThrow('got "z"');
  });

  test("at one of its layers", () => {
    const layers = ["d", "e"].map((name) => ({
      class_name: "Dense", config: { name, units: 2, use_bias: false, batch_input_shape: [null, 2] },
    }));
    const manifest = [{ paths: ["w"], weights: ["d", "e"].flatMap((name) =>
      weights(`${name}/kernel`).flatMap((group) => group.weights)) }];
    const json = JSON.stringify({
      modelTopology: { class_name: "Sequential", config: { layers } }, weightsManifest: manifest,
    });
    const both = Uint8Array.from([...kernel, ...kernel]);
    expect([...loadTfjs(json, [both], { outputs: ["d"] }).predict(x).data]).toEqual([5, 5]);
    expect(() => loadTfjs(json, [both], { outputs: ["f"] })).toThrow('takes nodes as outputs, such as d, e; got "f"');
  });
});
