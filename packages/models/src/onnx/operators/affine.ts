/** Constants that scale and shift: made `Scale` layers, or part of the layer before them. */
import {
  Add, Constant, Conv, ConvTranspose, Dense, GlobalAvgPool, GlobalMaxPool, Multiply, Scale, Subtract, Unsqueeze,
  type Layer, type Operator, type ReduceOptions,
} from "@relprop/layers";
import { full, type Shape, type Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow, Step } from "../value.ts";
import { stepsOf } from "./operator-group.ts";

/** A parameter and the axis of the input at which its first axis stands, from the end if negative. */
export interface Aligned {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly axis: number;
}

/** `weight ⊙ x + bias`, 1 and 0 if absent; as part of the layer that makes x where that has no bias yet. */
export function scaleAndShift(op: Operation, x: Flow, weight: Tensor | undefined, bias: Tensor | undefined): Flow {
  const aligned = align(x.rank, weight ?? full([], 1), bias);
  if (aligned === undefined || widens(x, weight) || widens(x, bias)) return broadcast(op, x, weight, bias);
  const absorbed = absorb(op, x, weight, bias);
  if (absorbed !== undefined) return absorbed;
  return op.emit(new Scale(aligned.weight, { ...aligned, repeats: true }), [x], { rank: x.rank });
}

/** Whether a constant repeats what has an extent of 1 for certain. */
function widens(x: Flow, constant: Tensor | undefined): boolean {
  return constant !== undefined && unitAxes(x).some((axis) => (constant.shape.at(axis) ?? 1) !== 1);
}

/** Axes, from the end, that were inserted or reduced to an extent of 1. */
function unitAxes(flow: Flow): readonly number[] {
  // In a loop, and once per step: networks are deep, and many may read the same.
  const pending = [flow];
  for (let at = pending.at(-1); at !== undefined; at = pending.at(-1)) {
    const open = at.step !== undefined && isPointwise(at.step) ? at.step.inputs.filter((input) => !isKnown(input)) : [];
    for (const input of open) pending.push(input);
    if (open.length > 0) continue;
    pending.pop();
    if (!isKnown(at)) UNIT_AXES.set(at.step!, unitAxesMade(at.step!, at.rank!));
  }
  return known(flow);
}

const UNIT_AXES = new WeakMap<Step, readonly number[]>();

function isKnown({ step, rank }: Flow): boolean {
  return step === undefined || rank === undefined || UNIT_AXES.has(step);
}

function known({ step, rank }: Flow): readonly number[] {
  return step === undefined || rank === undefined ? [] : UNIT_AXES.get(step)!;
}

function isPointwise({ layer }: Step): boolean {
  return layer.role === "activation" || layer.elementwise === true || layer instanceof Scale ||
    layer instanceof Add || layer instanceof Subtract;
}

function unitAxesMade(step: Step, rank: number): readonly number[] {
  const { layer, inputs } = step;
  const { axes, keepDims } = layer as ReduceOptions;
  if (layer instanceof Unsqueeze || (keepDims === true && axes !== undefined)) {
    return axes!.map((axis) => (axis < 0 ? axis : axis - rank));
  }
  if (keepDims === true && (layer instanceof GlobalAvgPool || layer instanceof GlobalMaxPool)) {
    return Array.from({ length: rank - 2 }, (_, i) => i + 2 - rank);
  }
  if (layer instanceof Constant) {
    return layer.value.shape.flatMap((extent, axis) => (extent === 1 ? [axis - rank] : []));
  }
  if (!isPointwise(step)) return [];
  // An axis is one of extent 1 where it is in every input, or none has it.
  const [first = [], ...others] = inputs.map((input) => {
    const missing = Array.from({ length: Math.max(0, rank - (input.rank ?? rank)) }, (_, i) => i - rank);
    return [...missing, ...known(input)];
  });
  return others.reduce<readonly number[]>((all, each) => all.filter((axis) => each.includes(axis)), first);
}

/** Constants that give the result more axes, or that differ between samples, are inputs like any other. */
function broadcast(op: Operation, x: Flow, weight: Tensor | undefined, bias: Tensor | undefined): Flow {
  const rank = (tensor: Tensor, of: Flow): number | undefined => of.rank && Math.max(of.rank, tensor.shape.length);
  const scaled = weight === undefined
    ? x
    : op.emit(new Multiply(), [x, constantFlow(op, weight)], { rank: rank(weight, x) });
  if (bias === undefined) return scaled;
  return op.emit(new Add(), [scaled, constantFlow(op, bias)], { rank: rank(bias, scaled) });
}

/** A constant as a flow that carries no relevance. */
export function constantFlow(op: Operation, value: Tensor): Flow {
  const flow = op.emit(new Constant(value), [], { rank: value.shape.length });
  return { ...flow, inert: true, step: { ...flow.step!, inert: true } };
}

/**
 * Parameters that broadcast against an input of this rank, without outer and inner axes of extent 1; `undefined` where
 * they reach the first axis or beyond.
 */
export function align(rank: number | undefined, weight: Tensor, bias?: Tensor): Aligned | undefined {
  const most = Math.max(weight.shape.length, bias?.shape.length ?? 0);
  const filled = ({ shape }: Tensor): Shape => [...new Array<number>(most - shape.length).fill(1), ...shape];
  const [weights, biases] = [filled(weight), bias && filled(bias)];
  const used = (axis: number): boolean => weights[axis] !== 1 || (biases?.[axis] ?? 1) !== 1;
  let [first, last] = [0, most];
  while (first < last && !used(first)) first++;
  while (last > first && !used(last - 1)) last--;
  if (rank !== undefined && most > rank) return undefined;
  // A number for each plane of a picture without an axis for samples is one for each channel.
  const isPlane = last - first === 1 && most - last > 1;
  if (first < last && rank !== undefined && most - first >= rank && !isPlane) return undefined;
  const fromEnd = first - most;
  // A single number stands anywhere.
  const axis = first === last ? 1 : rank === undefined ? fromEnd : rank + fromEnd;
  return { weight: weight.reshape(weights.slice(first, last)), bias: bias?.reshape(biases!.slice(first, last)), axis };
}

function absorb(op: Operation, x: Flow, weight: Tensor | undefined, bias: Tensor | undefined): Flow | undefined {
  if (x.step === undefined || "lower" in x.step.layer) return undefined;
  const { layer, inputs, origin } = x.step;
  const merged = stepsOf(op).absorbed?.(layer, x.rank, weight, bias)
    ?? (weight === undefined && bias !== undefined ? withBias(layer, x.rank, bias) : undefined);
  if (merged === undefined) return undefined;
  op.inherit(origin);
  return op.emit(merged, inputs, { rank: x.rank });
}

/** The layer with a bias it did not have yet; `undefined` if it cannot take it. */
function withBias(layer: Layer | Operator, rank: number | undefined, bias: Tensor): Layer | undefined {
  if (layer instanceof Scale && layer.kind === "Scale" && layer.bias === undefined) {
    // What is larger than the scale is an addend of its own: masks, positions.
    return bias.size <= layer.weight.size ? shifted(layer, rank, bias) : undefined;
  }
  const isProduct = layer instanceof Dense || layer instanceof Conv || layer instanceof ConvTranspose;
  if (!isProduct || layer.bias !== undefined) return undefined;
  const channelsBehind = layer instanceof Dense ? 0 : layer.weight.shape.length - 2;
  const outputs = layer instanceof ConvTranspose ? layer.weight.shape[1]! * layer.groups : layer.weight.shape[0]!;
  const own = bias.shape.toSpliced(-1 - channelsBehind, 1);
  const isPerOutput = bias.shape.at(-1 - channelsBehind) === outputs && own.every((extent) => extent === 1);
  if (!isPerOutput && !(outputs === 1 && bias.size === 1)) return undefined;
  const perOutput = bias.reshape([outputs]);
  if (layer instanceof Dense) return new Dense(layer.weight, { bias: perOutput });
  const { stride, padding, dilation, groups } = layer;
  const options = { bias: perOutput, stride, padding, dilation, groups };
  return layer instanceof Conv
    ? new Conv(layer.weight, { ...options, same: layer.same })
    : new ConvTranspose(layer.weight, { ...options, outputPadding: layer.outputPadding });
}

/** A scale with a shift it did not have; `undefined` where the axes of both are not known. */
function shifted(layer: Scale, rank: number | undefined, bias: Tensor): Layer | undefined {
  if (rank === undefined && layer.axis > 0 && layer.weight.size > 1) return undefined;
  const behind = layer.axis < 0 ? -layer.axis : (rank ?? 1) - layer.axis;
  const ones = new Array<number>(Math.max(0, behind - layer.weight.shape.length)).fill(1);
  const { weight } = layer;
  const own = weight.reshape(weight.size === 1 ? [] : [...weight.shape, ...ones]);
  const aligned = align(rank, own, bias);
  return aligned && new Scale(aligned.weight, { ...aligned, repeats: true });
}
