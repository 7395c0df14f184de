/** The inputs of layers that take several. */
import { broadcastShape, broadcastTo, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import type { Region } from "./layer.ts";

/** The shape that all broadcast to; throws a `ShapeError` if there is none, or nothing to broadcast. */
export function commonShape(who: string, inputs: readonly Shape[]): Shape {
  if (inputs.length === 0) throw new ShapeError(`${who}: takes at least one input, got none`);
  return inputs.reduce((shape, input) => broadcastShape(who, shape, input));
}

/** What an element depends on in inputs that are broadcast: its own position, or the only one of a repeated axis. */
export function broadcastReach(output: Region, input: Shape): Region {
  return output.map((span, axis) => (input[axis + 2] === 1 ? [0, 1] : span));
}

/** Exactly two, or a `ShapeError`. */
export function two<T>(who: string, inputs: readonly T[]): readonly [T, T] {
  if (inputs.length !== 2) throw new ShapeError(`${who}: takes 2 inputs, got ${inputs.length}`);
  return [inputs[0]!, inputs[1]!];
}

/** Exactly two tensors, broadcast to one shape. */
export function both(who: string, inputs: readonly Tensor[]): readonly [Tensor, Tensor] {
  const [left, right] = two(who, inputs);
  const shape = broadcastShape(who, left.shape, right.shape);
  return [broadcastTo(left, shape), broadcastTo(right, shape)];
}
