/** Operators that onnxruntime's optimiser makes of several, taken apart again. */
import {
  ActivationLayer, Add, clip, elu, gelu, geluTanh, hardSigmoid, LayerNorm, leakyRelu, Multiply, relu, RMSNorm, sigmoid,
  silu, softplus, softsign, tanh, threshold, type Activation,
} from "@relprop/layers";
import { full, type Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow, Value } from "../value.ts";
import { activated } from "./activations.ts";
import { scaleAndShift } from "./affine.ts";
import { conv } from "./convolutions.ts";
import { gemm, multiplied } from "./dense.ts";
import type { Operator } from "./operator.ts";

/** Products with activations, sums with normalisations, activations with biases. */
export const fused: readonly (readonly [string, Operator])[] = [
  ["com.microsoft.BiasGelu", (op) => activated(op, gelu, biased(op, op.flow(0), op.tensor(1)))],
  ["com.microsoft.FastGelu", (op) => activated(op, geluTanh, biased(op, op.flow(0), op.tensor(1)))],
  ["com.microsoft.QuickGelu", (op) => swish(op, op.attributes.float("alpha") ?? 1.702)],
  ["Swish", (op) => swish(op, op.attributes.float("alpha") ?? 1)],
  ["com.microsoft.FusedConv", (op) => {
    const product = conv(op);
    const added = op.value(3) === undefined ? product : op.emit(new Add(), [product, op.flow(3)]);
    return finished(op, added, op.attributes.floats("activation_params") ?? []);
  }],
  ["com.microsoft.FusedGemm", (op) => {
    const { attributes } = op;
    const parameters = [attributes.float("activation_alpha"), attributes.float("activation_beta")];
    return finished(op, gemm(op), parameters.filter((value) => value !== undefined));
  }],
  ["com.microsoft.FusedMatMul", (op) => {
    const { attributes } = op;
    for (const name of ["transBatchA", "transBatchB"]) {
      if (attributes.integer(name) === 1) throw new RangeError(`takes matrices along the last axes, got ${name}`);
    }
    const [first, second] = [attributes.integer("transA") === 1, attributes.integer("transB") === 1];
    return multiplied(op, { first, second, factor: attributes.float("alpha") ?? 1 });
  }],
  ["SimplifiedLayerNormalization", (op) => rms(op, op.flow(0), op.parameter(1))],
  ["com.microsoft.SkipLayerNormalization", (op) => {
    const sum = skipped(op, op.tensor(4));
    const [weight, bias] = [op.parameter(2), op.tensor(3)];
    const layer = new LayerNorm(weight.shape, { epsilon: op.attributes.float("epsilon") ?? 1e-12, weight, bias });
    return results(op, op.emit(layer, [sum]), sum);
  }],
  ["com.microsoft.SkipSimplifiedLayerNormalization", (op) => {
    const sum = skipped(op, op.tensor(3));
    return results(op, rms(op, sum, op.parameter(2)), sum);
  }],
];

function rms(op: Operation, x: Flow, weight: Tensor): Flow {
  const axis = op.attributes.integer("axis") ?? -1;
  const count = axis < 0 ? -axis : op.rank(x) - axis;
  if (count !== weight.shape.length) throw new RangeError(`takes a scale of ${count} axes, got ${weight.shape.length}`);
  return op.emit(new RMSNorm(weight.shape, { epsilon: op.attributes.float("epsilon") ?? 1e-5, weight }), [x]);
}

/** `input + skip`; the bias belongs to what made the input. */
function skipped(op: Operation, bias: Tensor | undefined): Flow {
  return op.emit(new Add(), [biased(op, op.flow(0), bias), op.flow(1)], { part: "sum" });
}

/** The normalised value, two statistics that nothing reads in inference, and the sum. */
function results(op: Operation, y: Flow, sum: Flow): readonly Value[] {
  const none = { kind: "refused", error: op.error("statistics are for training") } as const;
  return [y, none, none, sum];
}

function biased(op: Operation, x: Flow, bias: Tensor | undefined): Flow {
  return bias === undefined ? x : scaleAndShift(op, x, undefined, bias);
}

/** `x σ(α x)` */
function swish(op: Operation, alpha: number): Flow {
  const x = op.flow(0);
  if (alpha === 1) return activated(op, silu, x);
  const scaled = scaleAndShift(op, x, full([], alpha), undefined);
  const gate = op.emit(new ActivationLayer(sigmoid), [scaled], { part: "gate" });
  return op.emit(new Multiply({ gating: { factor: 1, as: "self" } }), [x, gate]);
}

const ACTIVATIONS: Readonly<Record<string, (a: number | undefined, b: number | undefined) => Activation>> = {
  Clip: (a, b) => clip(a ?? -Infinity, b ?? Infinity),
  Elu: (a) => elu(a ?? 1),
  HardSigmoid: (a, b) => hardSigmoid(a ?? 0.2, b ?? 0.5),
  LeakyRelu: (a) => leakyRelu(a ?? 0.01),
  Relu: () => relu,
  Sigmoid: () => sigmoid,
  Softplus: () => softplus(),
  Softsign: () => softsign,
  Tanh: () => tanh,
  ThresholdedRelu: (a) => threshold(a ?? 1),
};

/** The activation behind a product, if there is one. */
function finished(op: Operation, x: Flow, [a, b]: readonly number[]): Flow {
  const name = op.attributes.text("activation") ?? "";
  if (name === "") return x;
  const make = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (make === undefined) throw new RangeError(`takes activations ${Object.keys(ACTIVATIONS).join(", ")}, got ${name}`);
  return op.emit(new ActivationLayer(make(a, b)), [x], { part: name.toLowerCase() });
}
