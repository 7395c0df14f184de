/** Random layers of every kind with one input, made to fit a shape. */
import {
  ActivationLayer, AdaptiveAvgPool, AdaptiveMaxPool, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Dropout, elu,
  Flatten, Gather, gelu, GlobalAvgPool, GlobalMaxPool, GroupNorm, InstanceNorm, LayerNorm, leakyRelu,
  LocalResponseNorm, MaxPool, Pad, PRelu, ReduceMax, ReduceMean, ReduceSum, relu, Reshape, RMSNorm, Scale, sigmoid,
  silu, Slice, Softmax, softplus, SumPool, tanh, Transpose, Upsample, type Activation, type Layer, type PadMode,
} from "@relprop/layers";
import { sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import type { Draw } from "./draw.ts";

/** What random layers may have. */
export interface LayerOptions {
  readonly bias: boolean;
  /** Activations, as layers and fused into others. */
  readonly activations: readonly Activation[];
}

/** A random layer for inputs of this shape; `undefined` where the kind does not take it. */
export type Maker = (shape: Shape, draw: Draw, options: LayerOptions) => Layer | undefined;

/** The activations there are unless others are asked for; smooth ones, and kinks at 0 alone. */
export const activations: readonly Activation[] = [
  relu, relu, relu, leakyRelu(0.1), gelu, silu, tanh, sigmoid, elu(), softplus(),
];

const spatial = (shape: Shape): readonly number[] => shape.slice(2);
const divisors = (n: number): readonly number[] => [1, 2, 3, 4].filter((d) => n % d === 0);

function withBias(draw: Draw, channels: number, { bias }: LayerOptions): { readonly bias?: Tensor } {
  return bias && draw.chance(0.7) ? { bias: draw.tensor([channels], -0.3, 0.3) } : {};
}

function fused(draw: Draw, { activations }: LayerOptions): { readonly activation?: Activation } {
  return draw.chance(0.3) ? { activation: draw.among(activations) } : {};
}

/** Kernels, strides, paddings and dilations that fit these extents. */
function windows(draw: Draw, extents: readonly number[]): {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
} {
  const kernel = extents.map((extent) => draw.integer(1, Math.min(3, extent)));
  const dilation = kernel.map((k, i) => (k > 1 && (k - 1) * 2 < extents[i]! ? draw.integer(1, 2) : 1));
  const side = (k: number): number => draw.integer(0, Math.floor(k / 2));
  return {
    kernel, dilation, stride: extents.map(() => draw.integer(1, 2)), padding: kernel.map((k) => [side(k), side(k)]),
  };
}

const needsSpace = (maker: Maker): Maker => (shape, draw, options) =>
  shape.length < 3 || shape.length > 5 ? undefined : maker(shape, draw, options);

/** Every kind with one input, by name. */
export const makers: Readonly<Record<string, Maker>> = {
  Dense: (shape, draw, options) => {
    const out = draw.integer(1, 5);
    const weight = draw.weight([out, shape.at(-1)!], shape.at(-1)!);
    return new Dense(weight, { ...withBias(draw, out, options), ...fused(draw, options) });
  },
  Conv: needsSpace((shape, draw, options) => {
    const { kernel, ...window } = windows(draw, spatial(shape));
    const groups = draw.among(divisors(shape[1]!));
    const [out, into] = [groups * draw.integer(1, 2), shape[1]! / groups];
    const weight = draw.weight([out, into, ...kernel], into * sizeOf(kernel));
    return new Conv(weight, { ...window, groups, ...withBias(draw, out, options), ...fused(draw, options) });
  }),
  ConvTranspose: needsSpace((shape, draw, options) => {
    const kernel = spatial(shape).map(() => draw.integer(1, 3));
    const stride = kernel.map(() => draw.integer(1, 2));
    const padding = kernel.map((k): [number, number] => [k > 1 ? draw.integer(0, 1) : 0, 0]);
    const outputPadding = stride.map((s) => draw.integer(0, s - 1));
    const groups = draw.among(divisors(shape[1]!));
    const [out, into] = [draw.integer(1, 2), shape[1]! / groups];
    const weight = draw.weight([shape[1]!, out, ...kernel], into * sizeOf(kernel));
    const others = { ...withBias(draw, out * groups, options), ...fused(draw, options) };
    return new ConvTranspose(weight, { stride, padding, outputPadding, groups, ...others });
  }),
  Scale: (shape, draw, options) => {
    const [axis, size] = draw.chance(0.5) ? [1, shape[1]!] : [-1, shape.at(-1)!];
    const weight = draw.tensor([size], 0.5, 1.5);
    return new Scale(weight, { axis, ...withBias(draw, size, options), ...fused(draw, options) });
  },
  BatchNorm: (shape, draw, { bias }) => {
    const channels = [shape[1]!];
    const shift = bias ? { beta: draw.tensor(channels) } : {};
    const mean = bias ? draw.tensor(channels) : draw.tensor(channels, 0, 0);
    const [variance, gamma] = [draw.tensor(channels, 0.5, 2), draw.tensor(channels, 0.5, 2)];
    return new BatchNorm({ mean, variance, gamma, ...shift });
  },
  LayerNorm: (shape, draw, { bias }) => {
    const axes = shape.slice(draw.integer(1, shape.length - 1));
    const affine = bias && draw.chance(0.6) ? { weight: draw.tensor(axes, 0.5, 2), bias: draw.tensor(axes) } : {};
    return new LayerNorm(axes, { epsilon: 0.5, ...affine });
  },
  RMSNorm: (shape, draw) => new RMSNorm(shape.at(-1)!, { epsilon: 0.5, weight: draw.tensor([shape.at(-1)!], 0.5, 2) }),
  GroupNorm: (shape, draw, { bias }) => {
    const channels = [shape[1]!];
    const affine = bias ? { weight: draw.tensor(channels, 0.5, 2), bias: draw.tensor(channels) } : {};
    return new GroupNorm(draw.among(divisors(shape[1]!)), { epsilon: 0.5, ...affine });
  },
  InstanceNorm: needsSpace(() => new InstanceNorm({ epsilon: 0.5 })),
  LocalResponseNorm: needsSpace((_, draw) => new LocalResponseNorm(draw.integer(1, 3), { alpha: 0.1 })),
  Activation: (_, draw, options) => new ActivationLayer(draw.among(options.activations)),
  PRelu: (shape, draw) => new PRelu(draw.tensor([shape[1]!], 0, 0.5), { axis: 1 }),
  Softmax: () => new Softmax(),
  MaxPool: needsSpace((shape, draw) => {
    const { kernel, ...window } = windows(draw, spatial(shape));
    return new MaxPool(kernel, { ...window, ceilMode: draw.chance(0.3) });
  }),
  AvgPool: needsSpace((shape, draw) => {
    const { kernel, ...window } = windows(draw, spatial(shape));
    return new AvgPool(kernel, { ...window, ceilMode: draw.chance(0.3), countIncludePad: draw.chance(0.5) });
  }),
  SumPool: needsSpace((shape, draw) => {
    const { kernel, ...window } = windows(draw, spatial(shape));
    return new SumPool(kernel, window);
  }),
  AdaptiveMaxPool: needsSpace((shape, draw) => new AdaptiveMaxPool(spatial(shape).map((e) => draw.integer(1, e)))),
  AdaptiveAvgPool: needsSpace((shape, draw) => new AdaptiveAvgPool(spatial(shape).map((e) => draw.integer(1, e)))),
  GlobalMaxPool: needsSpace((_, draw) => new GlobalMaxPool({ keepDims: draw.chance(0.5) })),
  GlobalAvgPool: needsSpace((_, draw) => new GlobalAvgPool({ keepDims: draw.chance(0.5) })),
  Upsample: needsSpace((shape, draw) =>
    sizeOf(shape) > 100 ? undefined : new Upsample({ scale: 2, mode: draw.among(["nearest", "linear"]) })),
  Pad: (shape, draw, { bias }) => {
    const mode = draw.among<PadMode>(["constant", "reflect", "edge", "wrap"]);
    const widths = spatial(shape).map((extent): [number, number] => [Number(extent > 1), 0]);
    return new Pad(widths, { mode, value: bias && mode === "constant" ? 0.5 : 0 });
  },
  Flatten: () => new Flatten(),
  Reshape: (shape) => new Reshape([-1, ...shape.slice(-1)]),
  Transpose: (shape) => new Transpose([0, ...shape.slice(1).map((_, i) => i + 1).reverse()]),
  Slice: (shape, draw) => {
    const start = Number(shape.at(-1)! > 1);
    return new Slice({ axis: shape.length - 1, start, step: draw.integer(1, 2) });
  },
  Gather: (shape, draw) => new Gather([0, draw.integer(-1, shape[1]! - 1)]),
  Dropout: () => new Dropout(),
  ReduceMean: (shape) => new ReduceMean({ axes: [shape.length - 1] }),
  ReduceSum: (shape) => new ReduceSum({ axes: [shape.length - 1] }),
  ReduceMax: (shape) => new ReduceMax({ axes: [shape.length - 1] }),
};
