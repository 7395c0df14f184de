import { Tensor, type Shape } from "@relprop/tensor";
import { expect, test } from "vitest";
import { leNet5, ModelFormatError, resNet18, resNet50, vgg11, vgg16Bn, type NamedWeights } from "../src/index.ts";

/** Weights that are all 0.01, but for variances of 1. */
function weightsOf(shapes: Readonly<Record<string, Shape>>): Map<string, Tensor> {
  return new Map(Object.entries(shapes).map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(name.endsWith("running_var") ? 1 : 0.01);
    return [name, new Tensor(shape, data)];
  }));
}

const leNetShapes = {
  "conv1.weight": [6, 1, 5, 5], "conv1.bias": [6], "conv2.weight": [16, 6, 5, 5], "conv2.bias": [16],
  "fc1.weight": [120, 400], "fc1.bias": [120], "fc2.weight": [84, 120], "fc2.bias": [84],
  "fc3.weight": [7, 84], "fc3.bias": [7],
};

/** The names and shapes of torchvision's resnet18. */
function resnetShapes(): Record<string, Shape> {
  const shapes: Record<string, Shape> = { "fc.weight": [5, 512], "fc.bias": [5] };
  const normalized = (conv: string, norm: string, to: number, from: number, kernel: number): void => {
    shapes[`${conv}.weight`] = [to, from, kernel, kernel];
    for (const name of ["weight", "bias", "running_mean", "running_var"]) shapes[`${norm}.${name}`] = [to];
    shapes[`${norm}.num_batches_tracked`] = [];
  };
  normalized("conv1", "bn1", 64, 3, 7);
  for (let stage = 1; stage <= 4; stage++) {
    for (let block = 0; block < 2; block++) {
      const [name, to] = [`layer${stage}.${block}`, 32 * 2 ** stage];
      const from = block === 0 && stage > 1 ? to / 2 : to;
      normalized(`${name}.conv1`, `${name}.bn1`, to, from, 3);
      normalized(`${name}.conv2`, `${name}.bn2`, to, to, 3);
      if (from !== to) normalized(`${name}.downsample.0`, `${name}.downsample.1`, to, from, 1);
    }
  }
  return shapes;
}

test("leNet5 takes images of 32 pixels, or of 28 with padding, and as many classes as its weights have", () => {
  const weights = weightsOf(leNetShapes);
  expect(leNet5(weights).predict(new Tensor([2, 1, 32, 32], new Float32Array(2048))).shape).toEqual([2, 7]);
  const padded = leNet5(weights, { padding: 2, pool: "average" });
  expect(padded.shapes([1, 1, 28, 28]).get("pool2")).toEqual([1, 16, 5, 5]);
  expect(() => padded.shapes([1, 1, 32, 32])).toThrow("takes [N, 1, 28, 28]");
});

test("resNet18 is the graph that torchvision's names describe", () => {
  const model = resNet18(weightsOf(resnetShapes()));
  expect(model.nodes).toHaveLength(69);
  expect(model.node("layer2.0.Add").inputs).toEqual(["layer2.0.bn2", "layer2.0.downsample.1"]);
  expect(model.node("layer2.1.Add").inputs).toEqual(["layer2.1.bn2", "layer2.0.relu_1"]);
  expect(model.shapes([4, 3, 224, 224]).get("fc")).toEqual([4, 5]);
});

test.each<readonly [string, (weights: NamedWeights) => unknown, NamedWeights, string]>([
  ["what is missing", vgg11, new Map(),
    "vgg11: takes the parameters of its layers, got missing: features.0.weight, features.0.bias, "],
  ["how much is missing", vgg16Bn, new Map(), "… 78 more"],
  ["other shapes", leNet5, weightsOf({ ...leNetShapes, "fc2.bias": [85] }),
    "got of another shape: fc2.bias [85] for [84]"],
  ["what does not belong", leNet5, weightsOf({ ...leNetShapes, "fc4.bias": [1] }), "got unexpected: fc4.bias"],
  ["all of it", resNet50, weightsOf(resnetShapes()), "missing: layer1.0.conv3.weight"],
])("weights that do not fit are refused, saying %s", (_, build, weights, message) => {
  expect(() => build(weights)).toThrow(ModelFormatError);
  expect(() => build(weights)).toThrow(message);
});
