/** Files of models: what is read is what was written, and what is damaged is refused. */
import { loadOnnx, readNpy, readSafetensors, writeNpy, writeSafetensors } from "@relprop/models";
import type { Check } from "./harness.ts";
import { numbers } from "./numbers.ts";

/** The checks of readers and writers; `model` is an ONNX file. */
export function readingChecks(model: Uint8Array): readonly Check[] {
  return [
    ["an ONNX file becomes a graph with its nodes' names", (it) => {
      const names = loadOnnx(model).nodes.map((node) => node.name);
      it.equal(names.includes("features.4"), true);
    }],
    ["a damaged ONNX file is refused", (it) => {
      it.throws(() => loadOnnx(model.subarray(0, 1000)), "ModelFormatError");
      it.throws(() => loadOnnx(new Uint8Array([255, 255, 255])), "ModelFormatError");
    }],
    ["safetensors and npy hold what was written", (it) => {
      const weight = { shape: [3, 5], data: numbers(15, 8) };
      const read = readSafetensors(writeSafetensors([["weight", weight]])).tensors.get("weight");
      it.equal(read?.tensor().data, weight.data);
      it.equal(readNpy(writeNpy(weight)).tensor().data, weight.data);
    }],
  ];
}
