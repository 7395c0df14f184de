/** Models as files: in folders, from sources of bytes, with extents and settings from the command line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "@relprop/heatmap";
import type { ByteSource } from "@relprop/models";
import { tensor } from "@relprop/tensor";
import { explain } from "relprop";
import { loadModelFile } from "relprop/node";
import { afterAll, describe, expect, test } from "vitest";
import { float, node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { readPartsSync } from "../src/command/read-file.ts";
import { run } from "./memory-terminal.ts";

interface Case {
  readonly model: { readonly weightsManifest: readonly { readonly paths: readonly string[] }[] };
  readonly weights: string;
}
const host = globalThis as unknown as {
  atob(text: string): string;
  readonly Blob: new (parts: readonly (Uint8Array | string)[]) => ByteSource;
};
const encode = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const stored = onnx({
  nodes: [node("Mul", ["x", "w"], "y")],
  constants: { w: { shape: [2], values: [], external: { location: "w.bin", offset: "0", length: "8" } } },
  inputs: { x: ["N", 2] }, outputs: ["y"],
});
const weights = new Uint8Array(Float32Array.of(3, 5).buffer);
const place = mkdtempSync(join(tmpdir(), "relprop-models-"));
const at = (name: string): string => join(place, name);
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("loadModelFile", () => {
  test("reads a model with the weights beside it, and from nowhere else", async () => {
    writeFileSync(at("m.onnx"), stored);
    await expect(loadModelFile(at("m.onnx"))).rejects.toThrow('takes "w.bin" too, got none');
    mkdirSync(at("away"));
    writeFileSync(at("away/w.bin"), weights);
    symlinkSync(at("away/w.bin"), at("w.bin"));
    writeFileSync(at("away/m.onnx"), stored);
    expect([...(await loadModelFile(at("away/m.onnx"))).predict(tensor([[1, 1]])).data]).toEqual([3, 5]);
    mkdirSync(at("other"));
    writeFileSync(at("other/m.onnx"), stored);
    symlinkSync(at("away/w.bin"), at("other/w.bin"));
    await expect(loadModelFile(at("other/m.onnx"))).rejects.toThrow("takes weights in the folder of the model");
  });

  test("says why a file cannot be read", async () => {
    await expect(loadModelFile(at("absent.onnx"))).rejects.toThrow("there is no such file");
    await expect(loadModelFile(place)).rejects.toThrow("it is a folder");
  });

  test("reads large files in parts", () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    writeFileSync(at("large"), bytes);
    const parts = readPartsSync(at("large"), 300) as readonly Uint8Array[];
    expect(parts.map(({ length }) => length)).toEqual([300, 300, 300, 100]);
    expect(parts.flatMap((part) => [...part])).toEqual([...bytes]);
    expect([...(readPartsSync(at("large"), 1000) as Uint8Array)]).toEqual([...bytes]);
  });
});

describe("the command reads", () => {
  const { model, weights: shard } = JSON.parse(
    readFileSync(new URL("../../models/test/tfjs/sequential.json", import.meta.url), "utf8"),
  ) as Case;
  const [path = ""] = model.weightsManifest.flatMap(({ paths }) => paths);
  const files = { "m/model.json": encode(JSON.stringify(model)), [`m/${path}`]: encode(host.atob(shard)) };

  test("models of TensorFlow.js, told by their content", async () => {
    const { code, out, err } = await run(files, "inspect", "m/model.json");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/conv|dense/i);
    const alone = await run({ "m/model.json": files["m/model.json"]! }, "inspect", "m/model.json");
    expect(alone.err).toContain(`takes "${path}" too, got none`);
  });

  test.each([
    ["version https://git-lfs.github.com/spec/v1\n", "git lfs pull"],
    ["<!doctype html>", "a page of HTML"],
    ["\x1c\0\0\0TFL3", "tf2onnx.convert --tflite"],
  ])("nothing of %j, and says what to do", async (content, advice) => {
    const { code, err } = await run({ "m.onnx": encode(content) }, "inspect", "m.onnx");
    expect(code).toBe(1);
    expect(err).toMatch(/^relprop inspect: m\.onnx is no model that can be read: loadOnnx: takes an ONNX file, got /);
    expect(err).toContain(advice);
  });
});

describe("--bind and --shape", () => {
  const free = onnx({
    nodes: [node("Mul", ["x", "by"], "m"), node("ReduceSum", ["m", "axes"], "y", { keepdims: 0 })],
    constants: { axes: { shape: [1], values: [1], type: "int64" } },
    inputs: { x: ["N", "T"], by: [] }, outputs: ["y"],
  });
  const files = { "m.onnx": free };

  test("make an input a constant, and say what the file leaves free", async () => {
    const { code, out } = await run(files, "inspect", "m.onnx", "--bind", "by=2", "--shape", "x=?x5", "--json");
    expect(code).toBe(0);
    const { inputs } = JSON.parse(out) as { readonly inputs: readonly object[] };
    expect(inputs).toEqual([expect.objectContaining({ name: "x", shape: [null, 5] })]);
  });

  test("decide what depends on the values of an input, which is shown without shapes else", async () => {
    const switched = { "m.onnx": onnx({
      nodes: [
        node("Range", ["zero", "n", "one"], "r"), node("Cast", ["r"], "f", { to: 1 }), node("Add", ["x", "f"], "y"),
      ],
      constants: { zero: { shape: [], values: [0], type: "int64" }, one: { shape: [], values: [1], type: "int64" } },
      inputs: { x: ["N", 3], n: [] }, integers: ["n"], outputs: ["y"],
    }) };
    expect(await run(switched, "inspect", "m.onnx")).toMatchObject({ code: 0, err: "" });
    const bound = await run(switched, "inspect", "m.onnx", "--bind", "n=3");
    expect(bound.out).toContain("[1, 3]");
  });

  test.each([
    [["--bind", "by"], 2, '--bind takes the name of an input, = and a value, got "by"'],
    [["--bind", "by=two"], 2, '--bind takes numbers such as 16000 or 1,0.5, got "two"'],
    [["--bind", "no=1"], 1, 'takes bindings of inputs "x", "by", got one of "no"'],
    [["--bind", "by=1,2"], 1, 'to bind "by" to, got [1, 2]'],
    [["--shape", "x=1,5"], 2, '--shape takes extents such as ?x3x224x224, got "1,5"'],
    [["--shape", "x=1x2x3"], 1, 'takes a shape for "x" that fits'],
  ])("refuse %j", async (options, wanted, message) => {
    const { code, err } = await run(files, "inspect", "m.onnx", ...options);
    expect(code).toBe(wanted);
    expect(err).toContain(message);
  });
});

test("explain takes models and pictures from wherever they come", async () => {
  const bytes = onnx({
    nodes: [node("Conv", ["x", "w"], "c"), node("ReduceSum", ["c", "axes"], "y", { keepdims: 0 })],
    constants: {
      w: { shape: [2, 3, 1, 1], values: [], external: { location: "w.bin", offset: "0", length: "24" } },
      axes: { shape: [2], values: [2, 3], type: "int64" },
    },
    inputs: { x: ["n", 3, 2, 2] }, outputs: ["y"],
  });
  const kernel = float([1, 2, 3, 4, 5, 6]).values;
  const data = Uint8ClampedArray.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 255 : 9 * i));
  const png = await encodePng({ width: 2, height: 2, data });
  const { relevance } = await explain(new host.Blob([bytes]), new host.Blob([png]), {
    files: () => new host.Blob([new Uint8Array(Float32Array.from(kernel).buffer)]),
  });
  expect(relevance.shape).toEqual([1, 3, 2, 2]);
});
