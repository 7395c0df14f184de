/** The modules of PyTorch as layers. */
import {
  ActivationLayer, AdaptiveAvgPool, AdaptiveMaxPool, Add, AlphaDropout, AvgPool, BatchNorm, Concat, Conv, ConvTranspose,
  Dense, Dropout, Flatten, GroupNorm, Identity, InstanceNorm, LayerNorm, LocalResponseNorm, LogSoftmax, MaxPool,
  Multiply, Pad, PRelu, ReduceSum, Reshape, RMSNorm, Softmax, Upsample, type Layer, type Padding, type PadMode,
} from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import { lookUp, NotUnderstood, type Words } from "../words.ts";
import { activations } from "./activations.ts";

/** Finds a module's parameter by its own name: `weight`, `running_mean`. */
export type Parameters = (name: string) => Tensor | undefined;

type Maker = (words: Words, parameters: Parameters) => Layer;

const modules: Readonly<Record<string, Maker>> = {
  Linear: (_, p) => new Dense(required(p, "weight"), { bias: p("bias") }),
  Conv: (words, p) => {
    const weight = required(p, "weight");
    return new Conv(weight, { ...convolution(words), padding: padding(words, weight), bias: p("bias") });
  },
  ConvTranspose: (words, p) =>
    new ConvTranspose(required(p, "weight"), {
      ...convolution(words), padding: words.numberOrList("padding", 0), bias: p("bias"),
      outputPadding: words.numberOrList("output_padding", 0),
    }),
  BatchNorm: (words, p) =>
    new BatchNorm({
      gamma: p("weight"), beta: p("bias"), mean: required(p, "running_mean"), variance: required(p, "running_var"),
      epsilon: words.number("eps", 1e-5),
    }),
  LayerNorm: (words, p) => new LayerNorm(words.numbersOf("normalized_shape"), normalization(words, p)),
  RMSNorm: (words, p) => new RMSNorm(words.numbersOf("normalized_shape"), normalization(words, p)),
  GroupNorm: (words, p) => new GroupNorm(words.number("num_groups"), normalization(words, p)),
  InstanceNorm: (words, p) => new InstanceNorm(normalization(words, p)),
  LocalResponseNorm: (words) => {
    const size = words.number("size");
    // Of an even number of channels PyTorch has the odd one before, we and ONNX behind.
    if (size % 2 === 0) throw new NotUnderstood(`LocalResponseNorm: takes an odd size, got ${size}`);
    return new LocalResponseNorm(size, {
      alpha: words.number("alpha", 1e-4), beta: words.number("beta", 0.75), bias: words.number("k", 1),
    });
  },
  MaxPool: (words) => new MaxPool(words.numberOrList("kernel_size"), { ...sliding(words), ...dilation(words) }),
  AvgPool: (words) => {
    if (words.has("divisor_override")) throw new NotUnderstood("AvgPool: takes no divisor_override, got one");
    const countIncludePad = words.flag("count_include_pad", true);
    return new AvgPool(words.numberOrList("kernel_size"), { ...sliding(words), countIncludePad });
  },
  AdaptiveMaxPool: (words) => new AdaptiveMaxPool(outputSize(words)),
  AdaptiveAvgPool: (words) => new AdaptiveAvgPool(outputSize(words)),
  Upsample: (words) => upsample(words),
  UpsamplingNearest: (words) => upsample(words),
  PReLU: (_, p) => {
    const slope = required(p, "weight");
    return new PRelu(slope.size === 1 ? slope.reshape([]) : slope, slope.size === 1 ? {} : { axis: 1 });
  },
  Softmax: (words) => new Softmax(words.number("dim")),
  LogSoftmax: (words) => new LogSoftmax(words.number("dim")),
  Flatten: (words) => new Flatten({ startAxis: words.number("start_dim", 1), endAxis: words.number("end_dim", -1) }),
  Unflatten: (words) => {
    if (words.number("dim") !== 1) throw new NotUnderstood(`Unflatten: takes dim 1, got ${words.number("dim")}`);
    return new Reshape(words.numbers("unflattened_size"));
  },
  Identity: () => new Identity(),
  Dropout: (words) => new Dropout(words.number("p", 0.5)),
  FeatureAlphaDropout: (words) => new AlphaDropout(words.number("p", 0.5)),
  AlphaDropout: (words) => new AlphaDropout(words.number("p", 0.5)),
  ZeroPad: (words) => border(words, "constant"),
  ConstantPad: (words) => border(words, "constant"),
  ReflectionPad: (words) => border(words, "reflect"),
  ReplicationPad: (words) => border(words, "edge"),
  CircularPad: (words) => border(words, "wrap"),
  // Functions, which are no modules but stand in graphs like them; and the module that zennit puts in their place.
  Add: () => new Add(),
  Mul: () => new Multiply(),
  Cat: (words) => new Concat(words.number("dim", 0)),
  Concat: (words) => new Concat(words.number("dim", 1)),
  Sum: (words) => new ReduceSum({ axes: [words.number("dim", -1)], keepDims: false }),
};

/** The layer of a node; the number of its dimensions (`Conv2d`) follows from its parameters and input. */
export function torchLayer(words: Words, parameters: Parameters): Layer {
  const type = words.text("type");
  if (Object.hasOwn(activations, type)) return new ActivationLayer(activations[type]!(words));
  return lookUp(modules, type.replace(/[123]d$/, ""), "module")(words, parameters);
}

type PerAxis = number | readonly number[];

function convolution(words: Words): { readonly stride: PerAxis; readonly dilation: PerAxis; readonly groups: number } {
  const mode = words.text("padding_mode", "zeros");
  if (mode !== "zeros") throw new NotUnderstood(`Conv: takes padding_mode zeros, got "${mode}"`);
  return { stride: words.numberOrList("stride", 1), ...dilation(words), groups: words.number("groups", 1) };
}

/** `"same"` has the odd element behind. */
function padding(words: Words, weight: Tensor): Padding {
  const named = words.value("padding");
  if (named === "valid") return 0;
  if (named !== "same") return words.numberOrList("padding", 0);
  const spread = words.numbersOf("dilation", 1);
  return weight.shape.slice(2).map((extent, axis): readonly [number, number] => {
    const total = (extent - 1) * (spread[axis] ?? spread[0]!);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

function dilation(words: Words): { readonly dilation: PerAxis } {
  return { dilation: words.numberOrList("dilation", 1) };
}

function sliding(words: Words): { readonly stride?: PerAxis; readonly padding: PerAxis; readonly ceilMode: boolean } {
  const stride = words.has("stride") ? { stride: words.numberOrList("stride") } : {};
  return { ...stride, padding: words.numberOrList("padding", 0), ceilMode: words.flag("ceil_mode", false) };
}

function normalization(words: Words, parameters: Parameters): {
  readonly weight: Tensor | undefined; readonly bias: Tensor | undefined; readonly epsilon: number;
} {
  return { weight: parameters("weight"), bias: parameters("bias"), epsilon: words.number("eps", 1e-5) };
}

/** An extent that is null keeps the input's. */
function outputSize(words: Words): number | readonly (number | undefined)[] {
  const size = words.value("output_size");
  return Array.isArray(size) ? size.map((extent: number | null) => extent ?? undefined) : words.number("output_size");
}

function upsample(words: Words): Upsample {
  const mode = words.text("mode", "nearest");
  const linear = ["linear", "bilinear", "trilinear"].includes(mode);
  if (!linear && mode !== "nearest") throw new NotUnderstood(`Upsample: takes nearest or linear, got "${mode}"`);
  const grown = (): { readonly scale: PerAxis } => ({ scale: words.numberOrList("scale_factor") });
  const extent = words.has("size") ? { size: words.numberOrList("size") } : grown();
  if (!linear) return new Upsample({ ...extent, mode: "nearest" });
  const coordinates = words.flag("align_corners", false) ? "alignCorners" : "halfPixel";
  return new Upsample({ ...extent, mode: "linear", coordinates });
}

/** PyTorch counts borders from the last axis on. */
function border(words: Words, mode: PadMode): Pad {
  const widths = words.numbers("padding");
  const pairs = Array.from({ length: widths.length / 2 }, (_, i) => [widths[2 * i]!, widths[2 * i + 1]!] as const);
  return new Pad(pairs.toReversed(), { mode, value: words.number("value", 0) });
}

function required(parameters: Parameters, name: string): Tensor {
  const parameter = parameters(name);
  if (parameter === undefined) throw new NotUnderstood(`module: takes a parameter ${name}, got none`);
  return parameter;
}
