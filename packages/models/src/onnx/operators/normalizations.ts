/** Normalisations. */
import {
  GroupNorm, InstanceNorm, LayerNorm, LocalResponseNorm, RMSNorm, type Allowance, type Layer,
  type NormalizedShape,
} from "@relprop/layers";
import { formatShape, Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { epsilon } from "./batch-norms.ts";
import { scaledBy, scaledPerChannel } from "./computed-parameters.ts";
import { isComputed } from "./is-computed.ts";
import type { Operator } from "./operator.ts";

/** Normalisations by momentary statistics. */
export const normalizations: readonly (readonly [string, Operator])[] = [
  ["GroupNormalization", groupNorm],
  ["InstanceNormalization", (op) => {
    if (isComputed(op, 1, 2)) {
      const plain = op.emit(new InstanceNorm({ epsilon: epsilon(op) }), [op.flow(0)]);
      return scaledPerChannel(op, plain, op.node.inputs[1]!, op.node.inputs[2]!);
    }
    const [weight, bias] = [op.parameter(1), op.parameter(2)];
    op.graph.budget.spend(weight.data.byteLength);
    return op.emit(new InstanceNorm({ epsilon: epsilon(op), ...unlessTrivial(weight, bias) }), [op.flow(0)]);
  }],
  ["LayerNormalization", (op) => {
    const x = op.flow(0);
    const shape = trailingShape(op, x);
    if (isComputed(op, 1, 2)) {
      const plain = op.emit(new LayerNorm(shape, { epsilon: epsilon(op) }), [x]);
      return scaledBy(op, plain, op.node.inputs[1]!, op.node.inputs[2] ?? "");
    }
    const fitted = (parameter: Tensor | undefined): Tensor | undefined => parameter && fittingAxes(parameter, shape);
    const [weight, bias] = [fitted(op.parameter(1)), fitted(op.tensor(2))];
    return op.emit(new LayerNorm(shape, { epsilon: epsilon(op), weight, bias }), [x]);
  }],
  ["RMSNormalization", (op) => {
    const x = op.flow(0);
    const shape = trailingShape(op, x);
    if (isComputed(op, 1)) {
      const plain = op.emit(new RMSNorm(shape, { epsilon: epsilon(op) }), [x]);
      return scaledBy(op, plain, op.node.inputs[1]!, "");
    }
    const weight = fittingAxes(op.parameter(1), shape);
    return op.emit(new RMSNorm(shape, { epsilon: epsilon(op), weight }), [x]);
  }],
  ["LRN", (op) => {
    const { attributes } = op;
    const size = attributes.integer("size") ?? 0;
    const alpha = attributes.float("alpha") ?? 1e-4;
    const beta = attributes.float("beta") ?? 0.75;
    return op.emit(new LocalResponseNorm(size, { alpha, beta, bias: attributes.float("bias") ?? 1 }), [op.flow(0)]);
  }],
];

function groupNorm(op: Operation): Flow {
  const groups = op.attributes.integer("num_groups") ?? 0;
  const x = op.flow(0);
  if (isComputed(op, 1, 2)) {
    if (op.version < 21) throw new RangeError("takes constants before operator set 21, got scales that are computed");
    const plain = op.emit(new GroupNorm(groups, { epsilon: epsilon(op) }), [x]);
    return scaledPerChannel(op, plain, op.node.inputs[1]!, op.node.inputs[2]!);
  }
  const [weight, bias] = [op.parameter(1), op.parameter(2)];
  const read = op.graph.budget.positions;
  read.take(weight.size);
  const make = (channels: number, allowance: Allowance): GroupNorm => {
    const [scales, shifts] = [weight, bias].map((tensor) => perChannel(allowance, tensor, groups, channels));
    return new GroupNorm(groups, { epsilon: epsilon(op), ...unlessTrivial(scales!, shifts!) });
  };
  // From operator set 21 on, scale and bias are given per channel.
  if (weight.size !== groups || op.version >= 21) return op.emit(make(weight.size, read), [x]);
  return op.decide({
    kind: "GroupNorm", role: "normalization", reads: [x], shapesOf: [x],
    make: ({ shapes: [shape], allowance }) => make(shape![1] ?? 0, allowance),
  });
}

/** Before operator set 21, scale and bias are given per group. */
function perChannel(allowance: Allowance, tensor: Tensor, groups: number, channels: number): Tensor {
  if (tensor.size === channels || tensor.size !== groups || channels % groups !== 0) return tensor;
  allowance.take(channels);
  const perGroup = channels / groups;
  const data = Float32Array.from({ length: channels }, (_, c) => tensor.data[Math.floor(c / perGroup)]!);
  return new Tensor([channels], data);
}

/** What is normalised: as many axes as stand behind `axis`. */
function trailingShape(op: Operation, x: Flow): NormalizedShape {
  const axis = op.attributes.integer("axis") ?? -1;
  const axes = axis < 0 ? -axis : op.rank(x) - axis;
  if (axes < 1) throw new RangeError(`takes an axis of the input, got ${axis}`);
  return { axes };
}

/** A parameter with as many axes as are normalised. */
function fittingAxes(parameter: Tensor, shape: NormalizedShape): Tensor {
  const { axes } = shape as { readonly axes: number };
  const missing = axes - parameter.shape.length;
  return missing > 0
    ? parameter.reshape([...new Array<number>(missing).fill(1), ...parameter.shape])
    : parameter.reshape(parameter.shape.slice(-axes));
}

/** Ones and zeros say nothing: exporters write them where there is no scale. */
function unlessTrivial(weight: Tensor, bias: Tensor): { readonly weight?: Tensor; readonly bias?: Tensor } {
  return weight.data.every((value) => value === 1) && bias.data.every((value) => value === 0) ? {} : { weight, bias };
}

/** A normalisation layer that takes up a scale or a shift it did not have; `undefined` for other layers. */
export function absorbNormalization(
  layer: Layer, rank: number | undefined, weight: Tensor | undefined, bias: Tensor | undefined,
): Layer | undefined {
  const isTrailing = layer instanceof LayerNorm || layer instanceof RMSNorm;
  const isKnown = isTrailing || layer instanceof GroupNorm || layer instanceof InstanceNorm;
  if (!isKnown || layer.scale?.bias !== undefined) return undefined;
  if (weight !== undefined && layer.scale !== undefined) return undefined;
  const fitted = (parameter: Tensor | undefined): Tensor | undefined | false => {
    if (parameter === undefined) return undefined;
    return layer instanceof LayerNorm || layer instanceof RMSNorm
      ? fitting(parameter, layer)
      : channelParameter(parameter, rank);
  };
  const [newWeight, newBias] = [fitted(weight), fitted(bias)];
  if (newWeight === false || newBias === false) return undefined;
  const { epsilon, epsilonOutside } = layer;
  const options = { epsilon, epsilonOutside, weight: newWeight ?? layer.scale?.weight, bias: newBias };
  if (isTrailing) {
    const shape = (newWeight ?? newBias ?? layer.scale?.weight)!.shape;
    return layer instanceof LayerNorm ? new LayerNorm(shape, options) : new RMSNorm(shape, options);
  }
  return layer instanceof GroupNorm ? new GroupNorm(layer.groups, options) : new InstanceNorm(options);
}

/** `[C, 1, …]` as `[C]`; `false` for anything else. */
function channelParameter(parameter: Tensor, rank: number | undefined): Tensor | false {
  if (rank === undefined) return false;
  const shape = parameter.shape.length === rank ? parameter.shape.slice(1) : parameter.shape;
  const fits = parameter.size > 1 && shape.length === rank - 1 && shape[0] === parameter.size;
  return fits ? parameter.reshape([parameter.size]) : false;
}

/** A parameter of exactly the normalised axes; one of fewer or other extents is a scale of its own. */
function fitting(parameter: Tensor, { axes, shape }: LayerNorm | RMSNorm): Tensor | false {
  const first = parameter.shape.findIndex((extent) => extent !== 1);
  const own = first < 0 ? [] : parameter.shape.slice(first);
  if (own.length !== axes || (shape !== undefined && formatShape(own) !== formatShape(shape))) return false;
  return parameter.reshape(own);
}
