/** Files read with some groups of operators: as `loadOnnx` reads them, or refused. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ActivationLayer, Model, Multiply } from "@relprop/layers";
import { describe, expect, test } from "vitest";
import {
  controlOperators, convolutionalOperators, generalOperators, loadOnnx, onnxReader, quantizedOperators,
  recurrentOperators, samplingOperators, tabularOperators, transformerOperators, type OperatorGroup,
} from "../../src/index.ts";

const root = new URL("../../../../", import.meta.url);
const read = (path: string): Uint8Array => readFileSync(new URL(path, root));
const folders = ["test/torchvision/networks/", "test/conformance/cases/attn/", "examples/digits/", "examples/reviews/"];
const files = folders.filter((folder) => existsSync(new URL(folder, root))).flatMap((folder) =>
  readdirSync(new URL(folder, root)).filter((name) => name.endsWith(".onnx")).map((name) => folder + name));

/** What a network is, but for its numbers. */
function described({ nodes, outputs }: Model): unknown {
  return [outputs, nodes.map(({ name, layer, inputs, inert }) => {
    const { activation } = layer as Partial<ActivationLayer>;
    const { gating } = layer as Partial<Multiply>;
    return { name, kind: layer.kind, inputs, inert, activation: activation?.name, gating };
  })];
}

function refusal(make: () => Model): string {
  try {
    make();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("with the operators of convolutional networks", () => {
  const readConvolutional = onnxReader(convolutionalOperators);

  test.each(files)("%s is what it is with all operators, or refused with what to do", (path) => {
    const message = refusal(() => readConvolutional(read(path)));
    if (message === "") expect(described(readConvolutional(read(path)))).toEqual(described(loadOnnx(read(path))));
    else expect(message).toMatch(/of the groups convolutional.*: give the reader more groups, or read with loadOnnx/);
  });

  test.each([
    "alexnet", "densenet121", "efficientnet_b0", "googlenet", "inception_v3", "mnasnet1_0", "mobilenet_v2",
    "mobilenet_v3_small", "regnet_x_400mf", "regnet_y_400mf", "resnet18", "resnet50", "resnext50_32x4d", "series_cnn",
    "shufflenet_v2_x1_0", "squeezenet1_1", "vgg16", "vgg11_bn",
  ])("%s is read", (name) => {
    expect(refusal(() => readConvolutional(read(`test/torchvision/networks/${name}.onnx`)))).toBe("");
  });

  test.each([
    ["test/torchvision/networks/convnext_tiny.onnx", /got 5 nodes of others: Pow .*, Erf \(node "[^"]+" and 3 more\)/],
    ["test/torchvision/networks/fcn_resnet50.onnx", /uses operator Resize, which is not among the operators/],
    ["test/conformance/cases/attn/gpt2.t13.onnx", /\(Gather\): takes no rows that are looked up with the operators/],
    ["test/conformance/cases/attn/rmsnorm_div.onnx", /uses operator Pow, which is not among/],
  ])("%s is not", (path, message) => {
    expect(refusal(() => readConvolutional(read(path)))).toMatch(message);
  });
});

const NEEDED: readonly (readonly [path: string, groups: readonly OperatorGroup[]])[] = [
  ["test/torchvision/networks/convnext_tiny.onnx", [generalOperators]],
  ["test/torchvision/networks/unet.onnx", [samplingOperators]],
  ["test/conformance/cases/attn/vit.op17.onnx", [generalOperators]],
  ["test/conformance/cases/attn/bert.t13.onnx", [generalOperators, transformerOperators]],
  ["test/conformance/cases/attn/mamba.t13.onnx", [generalOperators, transformerOperators]],
  ["test/conformance/cases/attn/bilstm.t13.onnx", [recurrentOperators, transformerOperators]],
  ["test/conformance/cases/attn/linear_q8.onnx", [quantizedOperators]],
];

test.each(NEEDED)("%s is what it is with all operators where the groups it needs are named", (path, groups) => {
  const given = [...groups, convolutionalOperators];
  expect(described(onnxReader(...given)(read(path)))).toEqual(described(loadOnnx(read(path))));
  expect(refusal(() => onnxReader(...groups.slice(1), convolutionalOperators)(read(path)))).not.toBe("");
});

const ALL = [
  controlOperators, convolutionalOperators, generalOperators, quantizedOperators, recurrentOperators, samplingOperators,
  tabularOperators, transformerOperators,
];

test("no two groups have an operator or a step of the same name, so their order does not matter", () => {
  const parts = ["operators", "folds", "structures"] as const;
  for (const part of parts) {
    const names = ALL.flatMap((group) => (group[part] ?? []).map(([name]) => name));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  }
  const steps = ALL.flatMap(({ steps = {} }) => Object.keys(steps));
  expect(new Set(steps).size).toBe(steps.length);
});

test.each(files)("%s is read with all groups, in another order, as loadOnnx reads it", (path) => {
  const outcome = (reader: (file: Uint8Array) => Model): unknown => {
    const message = refusal(() => reader(read(path)));
    return message === "" ? described(reader(read(path))) : message;
  };
  expect(outcome(onnxReader(...ALL.toReversed()))).toEqual(outcome(loadOnnx));
});
