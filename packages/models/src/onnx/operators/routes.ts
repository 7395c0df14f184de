/** Elements picked, put in another order, repeated, laid side by side. */
import {
  Concat, Constant, Expand, Gather, Pad, Slice, Transpose, type PadMode, type SliceRange,
} from "@relprop/layers";
import { formatShape, Tensor } from "@relprop/tensor";
import { splitExtents } from "../fold/gather.ts";
import { permutation } from "../fold/layout.ts";
import { DEPENDS, type Operation } from "../operation.ts";
import { sliceAxes } from "../slice.ts";
import { agreed, type Flow, type Known } from "../value.ts";
import { modest } from "./modest.ts";
import type { Operator } from "./operator.ts";
import { constantTensor } from "../constant.ts";

/** Operators whose output elements are input elements. */
export const routes: readonly (readonly [string, Operator])[] = [
  ["Concat", (op) => {
    const axis = behindBatch(op.attributes.integer("axis") ?? 1, op.rank(anyFlow(op)));
    return op.emit(new Concat(axis), ...op.node.inputs.map((_, i) => asFlow(op, i, anyFlow(op))));
  }],
  ["Expand", expand],
  ["Gather", gather],
  ["Pad", pad],
  ["Slice", slice],
  ["Split", split],
  ["Tile", tile],
  ["Transpose", (op) => transpose(op, op.flow(0), op.attributes.integers("perm"))],
];

/** An axis counted from the front; throws a `RangeError` for the batch and for those that do not exist. */
export function behindBatch(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!(front >= 1 && front < rank)) throw new RangeError(`takes an axis behind the batch, of ${rank}, got ${axis}`);
  return front;
}

/** The first input that is a flow. */
function anyFlow(op: Operation): Flow {
  return op.flow(Math.max(0, op.node.inputs.findIndex((_, i) => op.value(i)?.kind === "flow")));
}

/** An input as a flow: constants become layers that repeat them for every sample of `like`. */
export function asFlow(op: Operation, index: number, like: Flow): Flow {
  const value = op.value(index);
  if (value === undefined) throw new RangeError(`takes an input ${index}, got none`);
  return value.kind === "flow" ? value : op.emit(new Constant(perSample(value, like)), like);
}

/** What a constant is for every sample: without the batch axis that it may have. */
function perSample(value: Known, like: Flow): Tensor {
  const constant = agreed(value);
  if (constant !== undefined) {
    const tensor = constantTensor(constant);
    const hasBatch = tensor.shape.length === like.shapes[0]!.length;
    if (hasBatch && tensor.shape[0] !== 1) {
      throw new RangeError(`takes constants for one sample, got ${formatShape(tensor.shape)}`);
    }
    return hasBatch ? tensor.reshape(tensor.shape.slice(1)) : tensor;
  }
  // Made to measure for the batch: every sample's part must be the same.
  const samples = value.constants.map(({ shape, data }, probe) => {
    const [batch, ...sample] = shape;
    const size = batch === undefined ? 0 : data.length / batch;
    const repeats = batch === like.shapes[probe]![0] && data.every((x: number, i: number) => x === data[i % size]);
    if (!repeats) throw new RangeError(`takes a constant, got one that ${DEPENDS}`);
    return new Tensor(sample, Float32Array.from(data.subarray(0, size)));
  });
  const [first, ...others] = samples;
  if (first === undefined || others.some((other) => formatShape(other.shape) !== formatShape(first.shape))) {
    throw new RangeError(`takes a constant, got one that ${DEPENDS}`);
  }
  return first;
}

/** The axes in another order; the flow itself if the order is theirs. */
export function transpose(op: Operation, x: Flow, perm: readonly number[] | undefined): Flow {
  const order = permutation(op.rank(x), perm);
  if (order.every((axis, i) => axis === i)) return x;
  if (order[0] !== 0) {
    throw new RangeError(`takes orders of axes that leave the batch first, got [${order.join(", ")}]`);
  }
  modest(op, x.shapes);
  return op.emit(new Transpose(order), x);
}

function expand(op: Operation): Flow {
  const x = op.flow(0);
  const targets = op.numbersPerProbe(1) ?? [];
  const [target, ...others] = targets.map((numbers, probe) => numbers.map((extent, axis) => {
    const isBatch = axis === 0 && numbers.length === op.rank(x);
    return isBatch && (extent === x.shapes[probe]![0] || extent === op.graph.fixedBatch) ? 1 : extent;
  }));
  if (target === undefined || others.some((other) => other.join() !== target.join())) {
    throw new RangeError(`takes a shape to expand to, got one that ${DEPENDS}`);
  }
  if (target.length > op.rank(x) || (target.length === op.rank(x) && target[0] !== 1)) {
    throw new RangeError(`takes shapes that leave the batch alone, got [${target.join(", ")}]`);
  }
  if (target.every((extent) => extent === 1)) return x;
  modest(op, [target]);
  return op.emit(new Expand(target), x);
}

function gather(op: Operation): Flow {
  if (op.value(0)?.kind === "known") {
    throw new RangeError("takes constants as indices, got indices that depend on the input");
  }
  const x = op.flow(0);
  const indices = op.constant(1);
  if (indices === undefined) throw new RangeError("takes an input 1, got none");
  const axis = behindBatch(op.attributes.integer("axis") ?? 0, op.rank(x));
  modest(op, [...x.shapes, indices.shape]);
  return op.emit(new Gather(Array.from(indices.data), { axis, shape: indices.shape }), x);
}

function pad(op: Operation): Flow {
  const x = op.flow(0);
  const rank = op.rank(x);
  const pads = op.numbers(1, "pads") ?? op.attributes.integers("paddings") ?? [];
  const axes = op.numbers(3, "axes") ?? Array.from({ length: rank }, (_, axis) => axis);
  if (pads.length !== 2 * axes.length) throw new RangeError(`takes ${2 * axes.length} pads, got ${pads.length}`);
  const widths = Array.from({ length: rank }, (): readonly [number, number] => [0, 0]);
  axes.forEach((axis, i) => (widths[axis < 0 ? axis + rank : axis] = [pads[i]!, pads[i + axes.length]!]));
  if (widths.length !== rank || widths[0]!.some((width) => width !== 0)) {
    throw new RangeError(`takes pads behind the batch, got [${pads.join(", ")}]`);
  }
  if (widths.flat().every((width) => width === 0)) return x;
  const first = widths.findIndex(([before, after]) => before !== 0 || after !== 0);
  modest(op, x.shapes.map((shape) => [...shape, ...widths.flat().map(Math.abs)]));
  const mode = (op.attributes.text("mode") ?? "constant") as PadMode;
  const value = op.scalar(2) ?? op.attributes.float("value") ?? 0;
  return op.emit(new Pad(widths.slice(first), { mode, value }), x);
}

function slice(op: Operation): Flow {
  const x = op.flow(0);
  const list = (index: number, attribute: string): readonly (readonly number[] | undefined)[] =>
    op.numbersPerProbe(index) ?? x.shapes.map(() => op.attributes.integers(attribute));
  const requests = x.shapes.map((_, probe) => ({
    starts: list(1, "starts")[probe] ?? [],
    ends: list(2, "ends")[probe] ?? [],
    axes: list(3, "axes")[probe],
    steps: list(4, "steps")[probe],
  }));
  modest(op, x.shapes);
  const bounds = x.shapes.map((shape, probe) => sliceAxes(shape, requests[probe]!));
  const ranges: SliceRange[] = [];
  for (let axis = 0; axis < op.rank(x); axis++) {
    const isWhole = bounds.every((b, probe) => b[axis]!.step === 1 && b[axis]!.count === x.shapes[probe]![axis]);
    if (isWhole) continue;
    const { from, count, step } = bounds[0]![axis]!;
    const end = from + count * step;
    if (axis === 0 || bounds.some((b) => b[axis]!.from !== from || b[axis]!.count !== count)) {
      throw new RangeError(
        axis === 0 ? "takes slices behind the batch, got one of it" : `takes a slice, got one that ${DEPENDS}`,
      );
    }
    ranges.push({ axis, start: from, ...(end < 0 ? {} : { end }), step });
  }
  return ranges.length === 0 ? x : op.emit(new Slice(...ranges), x);
}

function split(op: Operation): readonly Flow[] {
  const x = op.flow(0);
  const axis = behindBatch(op.attributes.integer("axis") ?? 0, op.rank(x));
  const extent = op.sample(x)[axis - 1]!;
  const parts = op.node.outputs.length;
  let start = 0;
  return splitExtents(extent, op.numbers(1, "split"), parts).map((size) => {
    modest(op, x.shapes);
    const part = op.emit(new Slice({ axis, start, end: start + size }), x);
    start += size;
    return part;
  });
}

function tile(op: Operation): Flow {
  const repeats = op.numbers(1, "repeats") ?? [];
  const isModest = repeats.every((times) => times >= 1 && times <= 1024);
  if (repeats.length !== op.rank(op.flow(0)) || repeats[0] !== 1 || !isModest) {
    throw new RangeError(`takes 1 to 1024 repeats of every axis behind the batch, got [${repeats.join(", ")}]`);
  }
  return repeats.reduce(
    (x, times, axis) => (times === 1 ? x : op.emit(new Concat(axis), ...new Array<Flow>(times).fill(x))), op.flow(0));
}
