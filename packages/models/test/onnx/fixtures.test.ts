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
  expect(error).toBeLessThan(5e-6);
});

const digits = new URL("../../../../examples/digits/", import.meta.url);
const networks = ["digits.onnx", "clever-hans.onnx"].filter((name) => existsSync(new URL(name, digits)));

test.skipIf(networks.length > 0)("the networks of examples/digits are absent: nothing was read", () => {});

test.each(networks)("%s is read with its batch normalisation and softmax, under the names of its training", (name) => {
  const model = loadOnnx(readFileSync(new URL(name, digits)));
  const kinds = model.nodes.map(({ layer }) => layer.kind);
  expect(kinds).toContain("BatchNorm");
  expect(kinds.at(-1)).toBe("Softmax");
  expect(model.nodes[0]!.name).toBe("features.0");
  expect(model.shapes([5, 1, 32, 32]).get(model.outputs[0]!)).toEqual([5, 10]);
});
