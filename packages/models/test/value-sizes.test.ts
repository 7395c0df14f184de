import { full } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx, loadTfjs } from "../src/index.ts";
import { node, onnx } from "./onnx/write-onnx.ts";

test("a few bytes cannot make values of gigabytes from one pixel", () => {
  const config = { name: "z", batch_input_shape: [null, 1, 1, 1], size: [30_000, 30_000] };
  const model_config = { class_name: "Sequential", config: { layers: [{ class_name: "UpSampling2D", config }] } };
  const keras = loadTfjs(JSON.stringify({ modelTopology: { model_config } }), []);
  const resized = loadOnnx(onnx({
    nodes: [node("Upsample", ["x"], "y", { scales: [1, 1, 30_000, 30_000] })], inputs: { x: ["N", 1, "H", "W"] },
    outputs: ["y"],
  }, 8));
  for (const model of [keras, resized]) {
    expect(() => model.predict(full([1, 1, 1, 1], 1))).toThrow(/makes at most 64 axes of \d+ elements \(the option/);
  }
});
