/**
 * Writes what contestants read, per subject: `model.json` and `weights.f32` (little-endian floats in order),
 * `model.onnx`, `input.f32`, and the output of relprop as `output.f32`, which all are checked against.
 *
 *     node bench/peers/export.js FOLDER SUBJECT...
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Tensor } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { describe } from "./describe.js";
import { inputOf, subjects } from "./subjects.js";
import { onnxChunks } from "./write-onnx.js";

const [folder, ...names] = process.argv.slice(2);
useSimd();
for (const name of names) {
  const { build, shape } = subjects[name];
  const model = build();
  const input = inputOf(name);
  const output = model.predict(new Tensor(shape, input));
  const described = describe(model, shape);
  const into = join(folder, name);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, "model.json"), JSON.stringify(described.description));
  writeAll(join(into, "weights.f32"), described.arrays.map(bytesOf));
  writeAll(join(into, "model.onnx"), onnxChunks(described, output.shape));
  writeAll(join(into, "input.f32"), [bytesOf(input)]);
  writeAll(join(into, "output.f32"), [bytesOf(output.data)]);
}

function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function writeAll(path, chunks) {
  const file = openSync(path, "w");
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 1 << 28) writeSync(file, chunk.subarray(at, at + (1 << 28)));
  }
  closeSync(file);
}
