/** Files by their paths, as `explain` reads them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { Model } from "@relprop/layers";
import { explain } from "relprop";
import { filesBeside } from "../src/host-files.ts";

const folder = mkdtempSync(join(tmpdir(), "relprop-paths-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllGlobals());
const digits = new URL("../../../examples/digits/digits.onnx", import.meta.url);

test.each<readonly [string, string]>([
  ["nothing.onnx", 'explain: takes files that can be read, got "nothing.onnx": there is no such file'],
  [folder, "it is a folder"],
  ["/dev/zero", "it is no file"],
  ["https://example.com/model.onnx", 'takes paths of files, got "https://example.com/model.onnx": give what fetch'],
])("%s is told", async (path, message) => {
  await expect(explain(path, [1])).rejects.toThrow(message);
  await expect(explain(digits, path)).rejects.toThrow(message);
});

test("a text for a model of token ids leads to what takes texts", async () => {
  const model = new Model({ inputs: [{ name: "ids", type: "int64", shape: [1, 3] }], nodes: [], outputs: ["ids"] });
  const { readSample } = await import("../src/sample.ts");
  await expect(readSample("explain", model, "a dull film")).rejects.toThrow("no such file; explainText takes texts");
});

test("a host without files says so", async () => {
  vi.stubGlobal("process", undefined);
  await expect(explain("model.onnx", [1])).rejects.toThrow(
    'explain: takes paths where the host has files, got "model.onnx": give its bytes, or a Response',
  );
});

test("weights are read from the folder of the model, and links that lead out of it are not followed", async () => {
  mkdirSync(join(folder, "model/parts"), { recursive: true });
  writeFileSync(join(folder, "model/parts/weights.bin"), "12");
  writeFileSync(join(folder, "model/model.onnx"), "");
  writeFileSync(join(folder, "secret.bin"), "3");
  symlinkSync(join(folder, "secret.bin"), join(folder, "model/link.bin"));
  symlinkSync(join(folder, "model/model.onnx"), join(folder, "linked.onnx"));
  const beside = filesBeside("explain", join(folder, "model/model.onnx"));
  expect(await beside("parts/weights.bin")).toHaveLength(2);
  expect(await beside("other.bin")).toBeUndefined();
  await expect(beside("link.bin")).rejects.toThrow("takes weights in the folder of the model, got a link to");
  await expect(beside("../secret.bin")).rejects.toThrow("takes weights in the folder of the model");
  expect(await filesBeside("explain", join(folder, "linked.onnx"))("secret.bin")).toHaveLength(1);
});

test("a model and its weights may both be links into one folder, as caches lay them out", async () => {
  for (const name of ["store", "shelf"]) mkdirSync(join(folder, name));
  for (const name of ["model.onnx", "weights.bin"]) {
    writeFileSync(join(folder, "store", name), "1234");
    symlinkSync(join(folder, "store", name), join(folder, "shelf", name));
  }
  expect(await filesBeside("explain", join(folder, "shelf/model.onnx"))("weights.bin")).toHaveLength(4);
});
