/** Picking and joining. */
import { sizeOf, type Shape } from "@relprop/tensor";
import type { Constant } from "../constant.ts";
import { frontAxis, input, integersOf, type Fold, type FoldCall } from "./call.ts";
import { numberType } from "./whole.ts";

/** Gathering, concatenating, splitting. */
export const gatherFolds: readonly (readonly [string, Fold])[] = [
  ["Gather", gather],
  ["Concat", concat],
  ["Split", split],
];

function gather(call: FoldCall): readonly Constant[] {
  const [x, index] = [input(call, 0), input(call, 1)];
  const axis = frontAxis(call.attributes.integer("axis") ?? 0, x.shape.length);
  const extent = x.shape[axis]!;
  const [before, behind] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const shape = [...before, ...index.shape, ...behind];
  const data = call.budget.array(x.dtype, shape);
  const inner = sizeOf(behind);
  let to = 0;
  for (let outer = 0; outer < sizeOf(before) && inner > 0; outer++) {
    for (const given of index.data) {
      const at = given < 0 ? given + extent : given;
      if (!(at >= 0 && at < extent)) throw new RangeError(`takes indices below ${extent}, got ${given}`);
      const from = (outer * extent + at) * inner;
      for (let i = 0; i < inner; i++) data[to++] = x.data[from + i]!;
    }
  }
  return [{ dtype: x.dtype, shape, data }];
}

function concat(call: FoldCall): readonly Constant[] {
  const parts = call.inputs.map((_, i) => input(call, i));
  const [first] = parts;
  if (first === undefined) throw new RangeError("takes at least one input, got none");
  const axis = frontAxis(call.attributes.integer("axis") ?? 1, first.shape.length);
  const shape = concatShape(parts.map((part) => part.shape), axis);
  const dtype = parts.every((part) => part.dtype === first.dtype) ? first.dtype : numberType(first);
  const data = call.budget.array(dtype, shape);
  let to = 0;
  const outer = sizeOf(shape.slice(0, axis));
  for (let o = 0; o < outer && data.length > 0; o++) {
    for (const part of parts) {
      const run = part.data.length / outer;
      for (let i = 0; i < run; i++) data[to++] = part.data[o * run + i]!;
    }
  }
  return [{ dtype, shape, data }];
}

function concatShape(shapes: readonly Shape[], axis: number): Shape {
  const [first, ...others] = shapes as [Shape, ...Shape[]];
  for (const shape of others) {
    if (shape.length !== first.length || shape.some((extent, i) => i !== axis && extent !== first[i])) {
      throw new RangeError(
        `takes shapes that differ only along axis ${axis}, got [${first.join(", ")}] and [${shape.join(", ")}]`,
      );
    }
  }
  return first.map((extent, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : extent));
}

/** The extents of the parts of a split: as given, or as equal as they can be. */
export function splitExtents(extent: number, given: readonly number[] | undefined, parts: number): readonly number[] {
  const chunk = Math.ceil(extent / parts);
  const sizes = given ?? Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(chunk, extent - i * chunk)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length !== parts || sizes.some((size) => !(size >= 0)) || total !== extent) {
    throw new RangeError(`takes ${parts} parts that add up to ${extent}, got [${sizes.join(", ")}]`);
  }
  return sizes;
}

function split(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const axis = frontAxis(call.attributes.integer("axis") ?? 0, x.shape.length);
  const sizes = splitExtents(x.shape[axis]!, integersOf(call, 1, "split"), call.outputs);
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  let start = 0;
  return sizes.map((size): Constant => {
    const shape = x.shape.map((extent, i) => (i === axis ? size : extent));
    const data = call.budget.array(x.dtype, shape);
    for (let o = 0; o < outer; o++) {
      const from = (o * x.shape[axis]! + start) * inner;
      for (let i = 0; i < size * inner; i++) data[o * size * inner + i] = x.data[from + i]!;
    }
    start += size;
    return { dtype: x.dtype, shape, data };
  });
}
