/** Reference cases that lie beside the repository; where they are absent, that is said and nothing is claimed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relativeError } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx, readSafetensors } from "../../src/index.ts";

const folder = new URL("../../../../../shared/fixtures/zennit/onnx/", import.meta.url);
const models = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".onnx")) : [];

test.skipIf(models.length > 0)("the reference cases of ../shared/fixtures are absent: nothing was compared", () => {});

test.each(models)("%s gives the output that PyTorch gave", (name) => {
  const { tensors } = readSafetensors(readFileSync(new URL(name.replace(/\..*/, ".io.safetensors"), folder)));
  const output = loadOnnx(readFileSync(new URL(name, folder))).predict(tensors.get("input")!.tensor());
  const error = relativeError(output.data, tensors.get("output")!.float64());
  console.log(name, error);
  expect(error).toBeLessThan(1e-5);
});
