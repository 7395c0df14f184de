/** Relprop: `node relprop.js FOLDER [simd|scalar] [threads]`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CRP, topN } from "@relprop/crp";
import { canonize, LRP, presets } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { ones, scalar, Tensor, useKernels } from "@relprop/tensor";
import { useThreads } from "@relprop/tensor/simd";
import { exported, inputOf, subjects } from "../subjects.js";
import { floatsOf } from "./floats.js";
import { serve } from "./serve.js";

const [folder, kernels = "simd", threads = "1"] = process.argv.slice(2);
if (kernels === "scalar") useKernels(scalar);
else await useThreads(Number(threads));

/** The last convolution of VGG16. */
const CONCEPT_NODE = "features.28";

const made = new Map();

function networkOf(subject) {
  if (!made.has(subject)) {
    made.set(subject, exported.includes(subject) ? readNetwork(subject) : buildNetwork(subject));
  }
  return made.get(subject);
}

function buildNetwork(subject) {
  const { build, shape } = subjects[subject];
  return { model: build(), input: new Tensor(shape, inputOf(subject)) };
}

function readNetwork(subject) {
  const { inputShape } = JSON.parse(readFileSync(join(folder, subject, "model.json"), "utf8"));
  const model = canonize(loadOnnx(readFileSync(join(folder, subject, "model.onnx"))));
  return { model, input: new Tensor(inputShape, floatsOf(join(folder, subject, "input.f32"))) };
}

await serve((subject, what) => {
  const { model, input } = networkOf(subject);
  const count = /^concepts-(\d+)$/.exec(what)?.[1];
  if (count !== undefined) {
    const crp = new CRP(new LRP(model, presets["epsilon-plus-flat"]()), CONCEPT_NODE, topN(Number(count)));
    return () => crp.concepts(input).concepts[0].relevance.data;
  }
  if (what === "predict") return () => model.predict(input).data;
  const lrp = new LRP(model, (presets[what] ?? presets["lrp-0"])());
  if (what === "forward") return () => lrp.scratch(() => model.predict(input).data.slice());
  if (what === "transposed") {
    const { layer } = model.nodes[0];
    const s = ones([1, ...layer.outputShape(input.shape)]);
    return () => lrp.scratch(() => layer.transpose(s, input.shape).data.slice());
  }
  if (presets[what] === undefined) throw new RangeError(`relprop: cannot do "${what}"`);
  return () => lrp.analyze(input).relevance.data;
});
