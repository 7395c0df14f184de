/** Normalisations. */
import { BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LocalResponseNorm, RMSNorm, type Layer } from "@relprop/layers";
import { formatShape, Tensor, type Shape } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Normalisations by stored or by momentary statistics. */
export const normalizations: readonly (readonly [string, Operator])[] = [
  ["BatchNormalization", batchNorm],
  ["GroupNormalization", groupNorm],
  ["InstanceNormalization", (op) => {
    const [weight, bias] = [op.parameter(1), op.parameter(2)];
    return op.emit(new InstanceNorm({ epsilon: epsilon(op), ...unlessTrivial(weight, bias) }), op.flow(0));
  }],
  ["LayerNormalization", (op) => {
    const x = op.flow(0);
    const shape = trailingShape(op, x);
    const [weight, bias] = [op.parameter(1).reshape(shape), op.tensor(2)?.reshape(shape)];
    return op.emit(new LayerNorm(shape, { epsilon: epsilon(op), weight, bias }), x);
  }],
  ["RMSNormalization", (op) => {
    const shape = trailingShape(op, op.flow(0));
    return op.emit(new RMSNorm(shape, { epsilon: epsilon(op), weight: op.parameter(1).reshape(shape) }), op.flow(0));
  }],
  ["LRN", (op) => {
    const { attributes } = op;
    const size = attributes.integer("size") ?? 0;
    const alpha = attributes.float("alpha") ?? 1e-4;
    const beta = attributes.float("beta") ?? 0.75;
    return op.emit(new LocalResponseNorm(size, { alpha, beta, bias: attributes.float("bias") ?? 1 }), op.flow(0));
  }],
];

function epsilon({ attributes }: Operation): number {
  return attributes.float("epsilon") ?? 1e-5;
}

function batchNorm(op: Operation): Flow {
  if (op.attributes.integer("training_mode") === 1) {
    throw new RangeError("takes the inference form, got training_mode = 1");
  }
  if (op.attributes.integer("spatial") === 0) throw new RangeError("takes statistics per channel, got spatial = 0");
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => op.parameter(i)) as [Tensor, Tensor, Tensor, Tensor];
  op.graph.budget.spend(2 * gamma.data.byteLength); // for scale and shift, which the layer works out
  return op.emit(new BatchNorm({ gamma, beta, mean, variance, epsilon: epsilon(op) }), op.flow(0));
}

function groupNorm(op: Operation): Flow {
  const groups = op.attributes.integer("num_groups") ?? 0;
  const channels = op.sample(op.flow(0))[0] ?? 0;
  const [weight, bias] = [op.parameter(1), op.parameter(2)].map((tensor) => perChannel(op, tensor, groups, channels));
  return op.emit(new GroupNorm(groups, { epsilon: epsilon(op), ...unlessTrivial(weight!, bias!) }), op.flow(0));
}

/** Before operator set 21, scale and bias are given per group. */
function perChannel({ graph }: Operation, tensor: Tensor, groups: number, channels: number): Tensor {
  if (tensor.size === channels || tensor.size !== groups || channels % groups !== 0) return tensor;
  graph.budget.spend(4 * channels);
  const perGroup = channels / groups;
  const data = Float32Array.from({ length: channels }, (_, c) => tensor.data[Math.floor(c / perGroup)]!);
  return new Tensor([channels], data);
}

function trailingShape(op: Operation, x: Flow): Shape {
  const given = op.attributes.integer("axis") ?? -1;
  const rank = op.rank(x);
  const axis = given < 0 ? given + rank : given;
  if (axis < 1 || axis >= rank) throw new RangeError(`takes an axis behind the batch, got ${given}`);
  return op.sample(x).slice(axis - 1);
}

/** Ones and zeros say nothing: exporters write them where there is no scale. */
function unlessTrivial(weight: Tensor, bias: Tensor): { readonly weight?: Tensor; readonly bias?: Tensor } {
  return weight.data.every((value) => value === 1) && bias.data.every((value) => value === 0) ? {} : { weight, bias };
}

/** A normalisation layer that takes up a scale or a shift it did not have; `undefined` for other layers. */
export function absorbNormalization(
  layer: Layer, rank: number, weight: Tensor | undefined, bias: Tensor | undefined,
): Layer | undefined {
  const isKnown = layer instanceof LayerNorm || layer instanceof GroupNorm || layer instanceof InstanceNorm;
  if (!isKnown || layer.scale?.bias !== undefined) return undefined;
  if (weight !== undefined && layer.scale !== undefined) return undefined;
  const fitted = (parameter: Tensor | undefined): Tensor | undefined | false => {
    if (parameter === undefined) return undefined;
    return layer instanceof LayerNorm ? fitting(parameter, layer.shape) : channelParameter(parameter, rank);
  };
  const [newWeight, newBias] = [fitted(weight), fitted(bias)];
  if (newWeight === false || newBias === false) return undefined;
  const { epsilon, epsilonOutside } = layer;
  const options = { epsilon, epsilonOutside, weight: newWeight ?? layer.scale?.weight, bias: newBias };
  if (layer instanceof LayerNorm) return new LayerNorm(layer.shape, options);
  return layer instanceof GroupNorm ? new GroupNorm(layer.groups, options) : new InstanceNorm(options);
}

/** `[C, 1, …]` as `[C]`; `false` for anything else. */
function channelParameter(parameter: Tensor, rank: number): Tensor | false {
  const shape = parameter.shape.length === rank ? parameter.shape.slice(1) : parameter.shape;
  const fits = parameter.size > 1 && shape.length === rank - 1 && shape[0] === parameter.size;
  return fits ? parameter.reshape([parameter.size]) : false;
}

function fitting(parameter: Tensor, shape: Shape): Tensor | false {
  const own = parameter.shape.slice(parameter.shape.findIndex((extent) => extent !== 1));
  return formatShape(own) === formatShape(shape) ? parameter.reshape(shape) : false;
}
