/** Models from wherever their bytes come, with the files that belong to them. */
import { tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../../src/host.ts";
import { externalFiles, loadModel, loadOnnx, loadTfjs, ModelFormatError, type ByteSupplier } from "../../src/index.ts";
import { bytesOf } from "../../src/files/bytes-source.ts";
import { Parts } from "../../src/files/parts.ts";
import { float, node, onnx, type TestFunction, type TestTensor } from "../onnx/write-onnx.ts";

interface Host {
  readonly Blob: new (parts: readonly Uint8Array[]) => ByteSupplier;
  readonly Response: new (body: Uint8Array | string, init?: { readonly status: number }) => ByteSupplier;
}
const { Blob, Response } = globalThis as unknown as Host;

const simple = onnx({
  nodes: [node("Add", ["x", "w"], "y")], constants: { w: float([1, 2], [2]) }, inputs: { x: ["N", 2] }, outputs: ["y"],
});
const stored = (location: string, offset: number, length: number): TestTensor =>
  ({ shape: [length / 4], values: [], external: { location, offset: `${offset}`, length: `${length}` } });

/** `x · a + b`, and a part of an `If` that stores a tensor of its own. */
const external = onnx({
  nodes: [
    node("If", ["yes"], "i", { then_branch: {
      nodes: [node("Identity", ["inner"], "c")], constants: { inner: stored("data/more.bin", 0, 8) }, outputs: ["c"],
    }, else_branch: { nodes: [node("Identity", ["a"], "d")], outputs: ["d"] } }),
    node("Mul", ["x", "a"], "m"), node("Add", ["m", "b"], "n"), node("Add", ["n", "i"], "y"),
  ],
  constants: {
    a: stored("w.bin", 0, 8), b: stored("w.bin", 8, 8), yes: { shape: [], values: [1], type: "bool" },
  },
  inputs: { x: ["N", 2] }, outputs: ["y"],
});
const files: Readonly<Record<string, Uint8Array>> = {
  "w.bin": new Uint8Array(Float32Array.of(2, 3, 10, 20).buffer),
  "data/more.bin": new Uint8Array(Float32Array.of(100, 200).buffer),
};
const json = JSON.stringify({
  format: "layers-model",
  modelTopology: { class_name: "Sequential", config: { layers: [
    { class_name: "Dense", config: { name: "d", units: 1, batch_input_shape: [null, 2] } },
  ] } },
  weightsManifest: [{ paths: ["s1.bin", "sub/s2.bin"], weights: [
    { name: "d/kernel", shape: [2, 1], dtype: "float32" }, { name: "d/bias", shape: [1], dtype: "float32" },
  ] }],
});
const weights = new Uint8Array(Float32Array.of(2, 3, 7).buffer);
const shards: Readonly<Record<string, Uint8Array>> = {
  "s1.bin": weights.subarray(0, 6), "sub/s2.bin": weights.subarray(6),
};

test("files of functions and of sparse tensors are named too", () => {
  const one: TestFunction = {
    domain: "mine", name: "One", inputs: ["a"], outputs: ["b"],
    nodes: [node("Constant", [], "c", { value: stored("f.bin", 0, 8) }), node("Add", ["a", "c"], "b")],
  };
  const sparse = { s: { ...stored("v.bin", 0, 8), at: { shape: [2], values: [], type: "int64" as const, external: {
    location: "i.bin",
  } } } };
  const nodes = [{ ...node("One", ["x"], "h"), domain: "mine" }, node("Add", ["h", "s"], "y")];
  const bytes = onnx({ nodes, sparse, inputs: { x: ["N", 2] }, outputs: ["y"] }, 17, 1, [one]);
  expect(externalFiles(bytes)).toEqual(["v.bin", "i.bin", "f.bin"]);
});

describe("loadModel reads", () => {
  test.each<readonly [string, () => Parameters<typeof loadModel>[0]]>([
    ["bytes", () => simple],
    ["an ArrayBuffer", () => simple.slice().buffer],
    ["a Blob", () => new Blob([simple.subarray(0, 20), simple.subarray(20)])],
    ["an answer of fetch", () => new Response(simple)],
  ])("%s", async (_, source) => {
    expect([...(await loadModel(source())).predict(tensor([[1, 1]])).data]).toEqual([2, 3]);
  });

  test("an ONNX file with weights in other files, each asked for once", async () => {
    const asked: string[] = [];
    const model = await loadModel(new Blob([external]), {
      files: (path) => {
        asked.push(path);
        return new Response(files[path]!);
      },
    });
    expect(asked).toEqual(externalFiles(external));
    expect([...model.predict(tensor([[1, 1]])).data]).toEqual([112, 223]);
  });

  test("weights that stand beyond 2^31 bytes, in a file that comes in parts", () => {
    // Nobody writes into the first part, so that hosts need no memory for it.
    const [first, second] = [new Uint8Array(2 ** 31), new Uint8Array(32)];
    const numbers = new Uint8Array(Float32Array.of(2, 3).buffer);
    second.set(numbers.subarray(4), 0);
    first.set(numbers.subarray(0, 4), 2 ** 31 - 4);
    second.set(new Uint8Array(Float32Array.of(10, 20).buffer), 16);
    const far = onnx({
      nodes: [node("Mul", ["x", "a"], "m"), node("Add", ["m", "b"], "y")],
      constants: { a: stored("w.bin", 2 ** 31 - 4, 8), b: stored("w.bin", 2 ** 31 + 16, 8) },
      inputs: { x: ["N", 2] }, outputs: ["y"],
    });
    const model = loadOnnx(far, { external: () => [first, second] });
    expect([...model.predict(tensor([[1, 1]])).data]).toEqual([12, 23]);
  });

  test("a TensorFlow.js model with its shards", async () => {
    const model = await loadModel(new Response(json), { files: (path) => Promise.resolve(new Blob([shards[path]!])) });
    expect([...model.predict(tensor([[1, 1]])).data]).toEqual([12]);
  });
});

test("files that are not there are named", async () => {
  await expect(loadModel(external)).rejects.toThrow(
    'loadModel: takes the option files: (path) => bytes, to be asked for "w.bin", "data/more.bin"',
  );
  await expect(loadModel(external, { files: () => undefined })).rejects.toThrow('takes "w.bin" too, got none');
  await expect(loadModel(new Response("gone", { status: 404 }))).rejects.toThrow("got status 404");
  await expect(bytesOf(new Response("gone", { status: 500 }))).rejects.toThrow("got status 500");
});

test("externalFiles lists what lies elsewhere, subgraphs included, and only plain paths", () => {
  expect(externalFiles(simple)).toEqual([]);
  expect(externalFiles(external)).toEqual(["w.bin", "data/more.bin"]);
  expect(externalFiles(encodeUtf8(json))).toEqual(["s1.bin", "sub/s2.bin"]);
  for (const path of ["../w.bin", "/etc/passwd", "https://example.org/w.bin", "c:w.bin"]) {
    const away = onnx({
      nodes: [node("Add", ["x", "w"], "y")], constants: { w: stored(path, 0, 8) },
      inputs: { x: ["N", 2] }, outputs: ["y"],
    });
    expect(() => externalFiles(away)).toThrow("takes a plain relative path");
    expect(() => externalFiles(encodeUtf8(json.replace("s1.bin", path)))).toThrow("at plain relative paths");
  }
  expect(() => externalFiles(encodeUtf8("version https://git-lfs.github.com/spec/v1"))).toThrow("git lfs pull");
});

test("a file under several spellings of its path is asked for once", async () => {
  const asked: string[] = [];
  const from = (all: Readonly<Record<string, Uint8Array>>) => (path: string): Uint8Array | undefined => {
    asked.push(path);
    return all[path];
  };
  const spelt = onnx({
    nodes: [node("Mul", ["x", "a"], "m"), node("Mul", ["m", "b"], "n"), node("Add", ["n", "c"], "y")],
    constants: {
      a: stored("./data/more.bin", 0, 8), b: stored("data//./more.bin", 0, 8), c: stored("data\\more.bin", 0, 8),
    },
    inputs: { x: ["N", 2] }, outputs: ["y"],
  });
  expect(externalFiles(spelt)).toEqual(["data/more.bin"]);
  const model = await loadModel(spelt, { files: from(files) });
  expect([...model.predict(tensor([[1, 2]])).data]).toEqual([10_100, 80_200]);
  await loadModel(encodeUtf8(json.replace("s1.bin", "././s1.bin")), { files: from(shards) });
  expect(asked).toEqual(["data/more.bin", "s1.bin", "sub/s2.bin"]);
});

test("many weights in many parts are found one after another", () => {
  const bytes = Uint8Array.from({ length: 50_000 }, (_, i) => i % 251);
  const parts = new Parts(Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)));
  const start = performance.now();
  expect(bytes.every((byte, i) => parts.subarray(i, i + 1)[0] === byte)).toBe(true);
  expect(performance.now() - start).toBeLessThan(3000);
}, 60_000);

test.each([1, 3, 5, 8, 11])("files in parts of %i bytes are the same, wherever tensors are cut", (length) => {
  const parts = (file: Uint8Array): readonly Uint8Array[] =>
    Array.from({ length: Math.ceil(file.length / length) }, (_, i) => file.subarray(i * length, (i + 1) * length));
  const model = loadOnnx(external, { external: (path) => parts(files[path]!) });
  expect([...model.predict(tensor([[1, 1]])).data]).toEqual([112, 223]);
  const keras = loadTfjs(json, [parts(shards["s1.bin"]!), shards["sub/s2.bin"]!.slice().buffer]);
  expect([...keras.predict(tensor([[1, 1]])).data]).toEqual([12]);
});

test("a Blob too large for one array is read in parts", async () => {
  const [file, most] = [files["w.bin"]!, 2 ** 30];
  const cuts: (readonly number[])[] = [];
  const supplier: ByteSupplier = {
    size: 2 * most + 8,
    arrayBuffer: () => Promise.reject(new RangeError("too large")),
    slice: (from, to) => {
      cuts.push([from, to]);
      return new Blob([file.subarray(4 * cuts.length - 4, cuts.length === 3 ? 16 : 4 * cuts.length)]);
    },
  };
  const model = await loadModel(external, { files: (path) => (path === "w.bin" ? supplier : files[path]!) });
  expect(cuts).toEqual([[0, most], [most, 2 * most], [2 * most, 2 * most + 8]]);
  expect([...model.predict(tensor([[1, 1]])).data]).toEqual([112, 223]);
});

test("a signal ends what is waited for, and begins nothing after it", async () => {
  const why = new Error("the client left");
  const controller = new AbortController();
  const { signal } = controller;
  const asked: string[] = [];
  const hanging = loadModel(external, { signal, files: (path) => {
    asked.push(path);
    return new Promise<never>(() => undefined);
  } });
  const silent = loadModel({ arrayBuffer: () => new Promise<never>(() => undefined) }, { signal });
  await new Promise<void>((resolve) => void setTimeout(() => resolve(), 5));
  expect(asked).toHaveLength(1);
  controller.abort(why);
  await expect(hanging).rejects.toBe(why);
  await expect(silent).rejects.toBe(why);
  const never = (): Promise<ArrayBuffer> => Promise.reject(new Error("asked all the same"));
  await expect(loadModel({ arrayBuffer: never }, { signal })).rejects.toBe(why);
  await expect(loadModel(simple, { signal: new AbortController().signal })).resolves.toBeDefined();
});

test("a manifest that names a shard twice is refused before it is asked for", async () => {
  const group = { paths: ["a/b"], weights: [] };
  const model = JSON.stringify({ modelTopology: {}, weightsManifest: [group, { ...group, paths: ["a//b"] }] });
  const reading = loadModel(encodeUtf8(model), { files: () => { throw new Error("asked"); } });
  await expect(reading).rejects.toThrow('loadTfjs: takes every shard once, got "a/b" twice');
  expect(() => externalFiles(encodeUtf8(model))).toThrow(ModelFormatError);
});

test("paths of shards that are no texts are refused as the model's fault", async () => {
  const model = JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [1, {}], weights: [] }] });
  const reading = loadModel(encodeUtf8(model), { files: () => new Uint8Array(4) });
  await expect(reading).rejects.toThrow("loadTfjs: takes texts as paths, got something else");
  expect(() => externalFiles(encodeUtf8(model))).toThrow(ModelFormatError);
});
