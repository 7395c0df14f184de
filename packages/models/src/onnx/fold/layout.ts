/** The same numbers under another shape or in another order. */
import { sizeOf, type Shape } from "@relprop/tensor";
import { constantWeight, encodedConstant, type Constant } from "../constant.ts";
import { resolveReshape } from "../reshape.ts";
import { sliceAxes } from "../slice.ts";
import { broadcastStrides, copyStrided, rowMajorStrides } from "../../strided.ts";
import { turnedOver } from "../../transposed.ts";
import { frontAxis, input, integersOf, type Fold, type FoldCall } from "./call.ts";

/** Reshaping, transposing, slicing, repeating. */
export const layoutFolds: readonly (readonly [string, Fold])[] = [
  ["Reshape", (call) => {
    const x = input(call, 0);
    const target = integersOf(call, 1, "shape") ?? [];
    return [reshaped(x, resolveReshape(x.shape, target, call.attributes.integer("allowzero") === 1))];
  }],
  ["Flatten", (call) => {
    const x = input(call, 0);
    const axis = call.attributes.integer("axis") ?? 1;
    const split = axis === x.shape.length ? axis : frontAxis(axis, x.shape.length);
    return [reshaped(x, [sizeOf(x.shape.slice(0, split)), sizeOf(x.shape.slice(split))])];
  }],
  ["Squeeze", (call) => [reshaped(input(call, 0), squeezed(input(call, 0).shape, integersOf(call, 1, "axes")))]],
  ["Unsqueeze", (call) => [reshaped(input(call, 0), unsqueezed(input(call, 0).shape, integersOf(call, 1, "axes")))]],
  ["Transpose", transpose],
  ["Slice", slice],
  ["Expand", (call) => {
    const [x, target] = [input(call, 0), integersOf(call, 1, "shape") ?? []];
    return [expanded(call, x, broadcastTarget(x.shape, target))];
  }],
  ["Tile", tile],
];

/** A shape without its axes of extent 1, or without the given ones. */
export function squeezed(shape: Shape, axes: readonly number[] | undefined): Shape {
  const dropped = axes?.map((axis) => frontAxis(axis, shape.length));
  const wrong = dropped?.find((axis) => shape[axis] !== 1);
  if (wrong !== undefined) throw new RangeError(`takes an extent of 1 at axis ${wrong}, got [${shape.join(", ")}]`);
  return shape.filter((extent, axis) => (dropped === undefined ? extent !== 1 : !dropped.includes(axis)));
}

/** A shape with axes of extent 1 at the given places of the result. */
export function unsqueezed(shape: Shape, axes: readonly number[] = []): Shape {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => frontAxis(axis, rank)));
  if (added.size !== axes.length) throw new RangeError(`takes axes once each, got [${axes.join(", ")}]`);
  let next = 0;
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : shape[next++]!));
}

function reshaped(x: Constant, shape: Shape): Constant {
  // What is turned over is so as a matrix of its own shape.
  if (x.encoded?.turned !== undefined) return { dtype: x.dtype, shape, data: x.data };
  return x.encoded === undefined ? { ...x, shape } : encodedConstant(x.dtype, shape, x.encoded);
}

/** The order of axes of a transposition: as given, or reversed. */
export function permutation(rank: number, perm: readonly number[] | undefined): readonly number[] {
  const order = perm ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const complete = order.toSorted((a, b) => a - b).every((axis, i) => axis === i);
  if (!complete || order.length !== rank) {
    throw new RangeError(`takes an order of ${rank} axes, got [${order.join(", ")}]`);
  }
  return order;
}

function transpose(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const order = permutation(x.shape.length, call.attributes.integers("perm"));
  const [rows, columns] = x.shape;
  const stored = x.encoded?.permuted?.(x.shape, order);
  if (stored !== undefined) return [encodedConstant(x.dtype, order.map((axis) => x.shape[axis]!), stored)];
  const { dtype } = x;
  if (order.join() === "1,0" && dtype === "F32") {
    call.budget.spend(4 * sizeOf(x.shape));
    const turned = turnedOver(constantWeight(x));
    const [{ encoded }, shape] = [turned, [columns!, rows!]];
    return [encoded === undefined ? { dtype, shape, data: turned.data } : encodedConstant(dtype, shape, encoded)];
  }
  const strides = rowMajorStrides(x.shape);
  return [rearranged(call, x, order.map((axis) => x.shape[axis]!), order.map((axis) => strides[axis]!), 0)];
}

function slice(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const bounds = sliceAxes(x.shape, {
    starts: integersOf(call, 1, "starts") ?? [],
    ends: integersOf(call, 2, "ends") ?? [],
    axes: integersOf(call, 3, "axes"),
    steps: integersOf(call, 4, "steps"),
  });
  const strides = rowMajorStrides(x.shape);
  const start = bounds.reduce((sum, { from }, axis) => sum + from * strides[axis]!, 0);
  const counts = bounds.map(({ count }) => count);
  return [rearranged(call, x, counts, bounds.map(({ step }, axis) => step * strides[axis]!), start)];
}

/** The shape that an `Expand` leads to: extents of 1 on either side stretch. */
export function broadcastTarget(shape: Shape, target: readonly number[]): Shape {
  const rank = Math.max(shape.length, target.length);
  return Array.from({ length: rank }, (_, axis) => {
    const own = shape[axis - rank + shape.length] ?? 1;
    const wanted = target[axis - rank + target.length] ?? 1;
    if (own !== 1 && wanted !== 1 && own !== wanted || wanted < 0) {
      throw new RangeError(`takes a shape that [${shape.join(", ")}] broadcasts to, got [${target.join(", ")}]`);
    }
    return own === 1 ? wanted : own;
  });
}

function expanded(call: FoldCall, x: Constant, shape: Shape): Constant {
  return rearranged(call, x, shape, broadcastStrides(x.shape, shape), 0);
}

function tile(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const given = integersOf(call, 1, "repeats") ?? [];
  const along = call.version < 6 ? integersOf(call, 2, "axis")?.[0] : undefined;
  const repeats = along === undefined ? given : x.shape.map((_, axis) => (axis === along ? given[0]! : 1));
  if (repeats.length !== x.shape.length || repeats.some((times) => !(times >= 0))) {
    throw new RangeError(`takes ${x.shape.length} repeats >= 0, got [${repeats.join(", ")}]`);
  }
  // [2, 3] repeated [4, 5] times is [1, 2, 1, 3] expanded to [4, 2, 5, 3].
  const apart = { ...x, shape: x.shape.flatMap((extent) => [1, extent]) };
  const wide = expanded(call, apart, x.shape.flatMap((extent, axis) => [repeats[axis]!, extent]));
  return [reshaped(wide, x.shape.map((extent, axis) => extent * repeats[axis]!))];
}

function rearranged(call: FoldCall, x: Constant, shape: Shape, strides: readonly number[], start: number): Constant {
  const data = call.budget.array(x.dtype, shape);
  copyStrided(x.data, shape, strides, start, data);
  return { dtype: x.dtype, shape, data };
}
