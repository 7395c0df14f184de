/** The layers of Flux, in the words of the cases. */
import {
  activationByName, ActivationLayer, AdaptiveAvgPool, AdaptiveMaxPool, AvgPool, BatchNorm, Conv, ConvTranspose, Dense,
  Dropout, Flatten, GlobalAvgPool, GlobalMaxPool, GroupNorm, identity, Identity, InstanceNorm, isAffine, LayerNorm,
  MaxPool, Scale, type Activation, type Layer,
} from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import { lookUp, NotUnderstood, type Words } from "../words.ts";

/** Finds a layer's parameter by its own name: `weight`, `running_mean`. */
export type Parameters = (name: string) => Tensor | undefined;

/** What a layer of Flux is here: the layer, and its activation where that has to be a layer of its own. */
export interface Made {
  readonly layer: Layer;
  readonly activation: ActivationLayer | undefined;
}

type Maker = (words: Words, parameters: Parameters, activation: Activation) => Layer;

const makers: Readonly<Record<string, Maker>> = {
  linear: (_, p, activation) => new Dense(required(p, "weight"), { bias: p("bias"), activation }),
  conv: (words, p, activation) =>
    new Conv(required(p, "weight"), { ...convolution(words), bias: p("bias"), activation }),
  conv_transpose: (words, p, activation) =>
    new ConvTranspose(required(p, "weight"), {
      ...convolution(words), bias: p("bias"), activation, outputPadding: words.numberOrList("output_padding", 0),
    }),
  scale: (_, p, activation) => new Scale(required(p, "weight"), { bias: p("bias"), activation }),
  batch_norm: (words, p, activation) =>
    new BatchNorm({
      gamma: p("weight"), beta: p("bias"), mean: required(p, "running_mean"), variance: required(p, "running_var"),
      epsilon: words.number("eps", 1e-5), activation,
    }),
  // Flux adds ε to the deviation, outside the root.
  layer_norm: (words, p) =>
    new LayerNorm(words.numbersOf("normalized_shape"), { ...normalization(words, p), epsilonOutside: true }),
  group_norm: (words, p) => new GroupNorm(words.number("groups"), normalization(words, p)),
  instance_norm: (words, p) => new InstanceNorm(normalization(words, p)),
  max_pool: (words) => new MaxPool(words.numberOrList("kernel_size"), window(words)),
  avg_pool: (words) => new AvgPool(words.numberOrList("kernel_size"), window(words)),
  adaptive_max_pool: (words) => new AdaptiveMaxPool(words.numberOrList("output_size")),
  adaptive_avg_pool: (words) => new AdaptiveAvgPool(words.numberOrList("output_size")),
  global_max_pool: () => new GlobalMaxPool(),
  global_avg_pool: () => new GlobalAvgPool(),
  flatten: (words) => new Flatten({ startAxis: words.number("start_dim", 1) }),
  dropout: (words) => new Dropout(words.number("p", 0.5)),
  identity: () => new Identity(),
};

/** The layer that a case describes; the number of its dimensions (`conv2d`) follows from its parameters. */
export function juliaLayer(words: Words, parameters: Parameters): Made {
  const type = words.text("type").replace(/[123]d$/, "");
  const activation = juliaActivation(words);
  const layer = lookUp(makers, type, "layer")(words, parameters, activation);
  const apart = activation !== identity && !(isAffine(layer) && layer.activation === activation);
  return { layer, activation: apart ? new ActivationLayer(activation) : undefined };
}

function juliaActivation(words: Words): Activation {
  const name = words.text("activation", "identity");
  if (name === "leakyrelu") return activationByName("leakyRelu", { slope: words.number("negative_slope", 0.01) });
  return activationByName(lookUp(activationNames, name, "activation"));
}

const activationNames: Readonly<Record<string, string>> = {
  identity: "identity", relu: "relu", relu6: "relu6", elu: "elu", selu: "selu", celu: "celu", gelu: "gelu",
  mish: "mish", swish: "silu", silu: "silu", sigmoid: "sigmoid", tanh: "tanh", softplus: "softplus",
  softsign: "softsign",
  hardtanh: "hardtanh", hardswish: "hardSwish", hardsigmoid: "hardSigmoid",
};

interface Window {
  readonly stride?: number | readonly number[];
  readonly padding: number | readonly number[];
}

function window(words: Words): Window {
  const stride = words.has("stride") ? { stride: words.numberOrList("stride") } : {};
  return { ...stride, padding: words.numberOrList("padding", 0) };
}

interface Convolution extends Window {
  readonly dilation: number | readonly number[];
  readonly groups: number;
}

function convolution(words: Words): Convolution {
  return { ...window(words), dilation: words.numberOrList("dilation", 1), groups: words.number("groups", 1) };
}

interface Normalization {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly epsilon: number;
}

function normalization(words: Words, parameters: Parameters): Normalization {
  return { weight: parameters("weight"), bias: parameters("bias"), epsilon: words.number("eps", 1e-5) };
}

function required(parameters: Parameters, name: string): Tensor {
  const parameter = parameters(name);
  if (parameter === undefined) throw new NotUnderstood(`layer: takes a parameter ${name}, got none`);
  return parameter;
}
