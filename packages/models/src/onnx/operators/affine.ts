/** Constants that scale and shift: made `Scale` layers, or part of the layer before them. */
import { Conv, ConvTranspose, Dense, Scale, type Layer } from "@relprop/layers";
import { formatShape, full, Tensor, type Shape } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { absorbNormalization } from "./normalizations.ts";

/** A parameter and the axis of the input at which its first axis stands. */
export interface Aligned {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly axis: number;
}

/** `weight ⊙ x + bias`, 1 and 0 if absent; as part of the layer that makes x where that has no bias yet. */
export function scaleAndShift(op: Operation, x: Flow, weight: Tensor | undefined, bias: Tensor | undefined): Flow {
  const absorbed = absorb(op, x, weight, bias);
  if (absorbed !== undefined) return absorbed;
  const aligned = alignToSample(op.rank(x), weight ?? full([], 1), bias);
  return op.emit(new Scale(aligned.weight, { bias: aligned.bias, axis: aligned.axis }), x);
}

/** Parameters that broadcast against an input of this rank, without outer and inner axes of extent 1. */
export function alignToSample(rank: number, weight: Tensor, bias?: Tensor): Aligned {
  const shapes = [weight, ...(bias === undefined ? [] : [bias])].map(({ shape }) => sampleShape(rank, shape));
  const used = (axis: number): boolean => shapes.some((shape) => shape[axis] !== 1);
  let [first, last] = [0, rank - 1];
  while (first < last && !used(first)) first++;
  while (last > first && !used(last - 1)) last--;
  return {
    weight: weight.reshape(shapes[0]!.slice(first, last)),
    bias: bias?.reshape(shapes[1]!.slice(first, last)),
    axis: Math.min(first + 1, Math.max(1, rank - 1)),
  };
}

/** The shape of a parameter filled up to the axes behind the batch. */
function sampleShape(rank: number, shape: Shape): Shape {
  const extra = Math.max(0, shape.length - (rank - 1));
  if (shape.slice(0, extra).some((extent) => extent !== 1)) {
    throw new RangeError(`takes constants that are the same for the whole batch, got ${formatShape(shape)}`);
  }
  return [...new Array<number>(Math.max(0, rank - 1 - shape.length)).fill(1), ...shape.slice(extra)];
}

function absorb(op: Operation, x: Flow, weight: Tensor | undefined, bias: Tensor | undefined): Flow | undefined {
  if (x.step === undefined) return undefined;
  const { layer, inputs, origin } = x.step;
  const merged = absorbNormalization(layer, op.rank(x), weight, bias)
    ?? (weight === undefined && bias !== undefined ? withBias(layer, op.rank(x), bias) : undefined);
  if (merged === undefined) return undefined;
  op.inherit(origin);
  return op.emit(merged, ...inputs);
}

/** The layer with a bias it did not have yet; `undefined` if it cannot take it. */
function withBias(layer: Layer, rank: number, bias: Tensor): Layer | undefined {
  const isProduct = layer instanceof Dense || layer instanceof Conv || layer instanceof ConvTranspose;
  const isPlain = isProduct || (layer instanceof Scale && layer.kind === "Scale");
  if (!isPlain || layer.bias !== undefined) return undefined;
  if (layer instanceof Scale) {
    const own = layer.weight.reshape([
      ...layer.weight.shape, ...new Array<number>(rank - layer.axis - layer.weight.shape.length).fill(1),
    ]);
    const { weight, bias: aligned, axis } = alignToSample(rank, own, bias);
    return new Scale(weight, { bias: aligned, axis });
  }
  const channelAxis = layer instanceof Dense ? rank - 1 : 1;
  const { weight, axis } = alignToSample(rank, bias);
  const outputs = layer instanceof ConvTranspose ? layer.weight.shape[1]! * layer.groups : layer.weight.shape[0]!;
  const isPerOutput = axis === channelAxis && formatShape(weight.shape) === formatShape([outputs]);
  if (!isPerOutput && !(outputs === 1 && weight.size === 1)) return undefined;
  const perOutput = weight.reshape([outputs]);
  if (layer instanceof Dense) return new Dense(layer.weight, { bias: perOutput });
  const { stride, padding, dilation, groups } = layer;
  const options = { bias: perOutput, stride, padding, dilation, groups };
  return layer instanceof Conv
    ? new Conv(layer.weight, options)
    : new ConvTranspose(layer.weight, { ...options, outputPadding: layer.outputPadding });
}
