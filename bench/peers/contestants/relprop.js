/** Relprop: `node relprop.js FOLDER [simd|scalar] [threads]`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CRP, topN } from "@relprop/crp";
import { canonize, LRP, presets } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { ones, scalar, Tensor, useKernels } from "@relprop/tensor";
import { useThreads } from "@relprop/tensor/simd";
import { exported, inputOf, subjects } from "../subjects.js";
import { exportedInputs } from "./exported-inputs.js";
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
  return { model: build(), inputs: [new Tensor(shape, inputOf(subject))] };
}

function readNetwork(subject) {
  const model = canonize(loadOnnx(readFileSync(join(folder, subject, "model.onnx"))));
  return { model, inputs: exportedInputs(join(folder, subject)) };
}

/** So many classes, or next tokens of the last one. */
function firstTargets(count, { shape: [, ...extents] }) {
  const at = extents.length === 1 ? [] : [extents[0] - 1];
  return Array.from({ length: count }, (_, k) => ({ at: [...at, k] }));
}

await serve((subject, what) => {
  const { model, inputs } = networkOf(subject);
  const [input] = inputs;
  const count = /^concepts-(\d+)$/.exec(what)?.[1];
  if (count !== undefined) {
    const crp = new CRP(new LRP(model, presets["epsilon-plus-flat"]()), CONCEPT_NODE, topN(Number(count)));
    return () => crp.concepts(input).concepts[0].relevance.data;
  }
  if (what === "predict") return () => model.predict(...inputs).data;
  const several = /^attn-lrp-(\d+)$/.exec(what)?.[1];
  if (several !== undefined) {
    const lrp = new LRP(model, presets["attn-lrp"]());
    const targets = firstTargets(Number(several), model.predict(...inputs));
    return () => lrp.analyzeAll(inputs, { targets })[0].relevance.data;
  }
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
