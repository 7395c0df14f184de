/** Elements picked, put in another order, repeated, laid side by side. */
import { Concat, Constant, Expand, Gather, Pad, Slice, Tile, Transpose, type PadMode } from "@relprop/layers";
import { frontAxis } from "../fold/call.ts";
import { splitExtents } from "../fold/gather.ts";
import type { Operation } from "../operation.ts";
import type { Flow, Known } from "../value.ts";
import { constantTensor } from "../constant.ts";
import { constantFlow } from "./affine.ts";
import { stepOf, stepsOf } from "./operator-group.ts";
import type { Operator } from "./operator.ts";

/** Operators whose output elements are input elements. */
export const routes: readonly (readonly [string, Operator])[] = [
  ["Concat", concat],
  ["Expand", (op) => op.decide({
    kind: "Expand", role: "route", keepsSign: true, reads: [op.flow(0)], lists: [1], rank: undefined,
    make: ({ lists: [target = []] }) => new Expand(target),
  })],
  ["Gather", gather],
  ["Pad", pad],
  ["Slice", slice],
  ["Split", split],
  ["Tile", (op) => stepsOf(op).tiledAlong?.(op) ?? op.decide({
    kind: "Tile", role: "route", keepsSign: true, reads: [op.flow(0)], lists: [1],
    make: ({ lists: [repeats = []] }) => new Tile(repeats),
  })],
  ["Transpose", (op) => {
    const [x, order] = [op.flow(0), op.attributes.integers("perm")];
    return order?.every((axis, i) => axis === i) === true ? x : op.emit(new Transpose(order), [x]);
  }],
];

function concat(op: Operation): Flow {
  const axis = op.attributes.integer("axis") ?? 1;
  const values = op.node.inputs.map((_, i) => op.value(i));
  const flows = values.filter((value) => value?.kind === "flow");
  const like = flows.find(({ rank }) => rank !== undefined) ?? flows[0]!;
  return op.emit(new Concat(axis), values.map((value, i) => {
    if (value?.kind === "flow") return op.flow(i);
    if (value === undefined) throw new RangeError(`takes an input ${i}, got none`);
    return asPart(op, value, axis, like);
  }), { rank: like.rank });
}

/** A constant laid beside a flow: where the file was exported for one sample, once for every sample. */
function asPart(op: Operation, { constant }: Known, axis: number, like: Flow): Flow {
  const tensor = constantTensor(constant);
  const perSample = op.graph.fixedBatch === 1 && axis !== 0 && tensor.shape[0] === 1 && tensor.shape.length > 1 &&
    axis !== -tensor.shape.length;
  if (!perSample) return constantFlow(op, tensor);
  const flow = op.emit(new Constant(tensor.reshape(tensor.shape.slice(1))), [like], { rank: tensor.shape.length });
  return { ...flow, inert: true, step: { ...flow.step!, inert: true } };
}

function gather(op: Operation): Flow {
  if (op.value(0)?.kind === "known") return stepOf(op, "lookup");
  const x = op.flow(0);
  const indices = op.value(1);
  if (indices === undefined) throw new RangeError("takes an input 1, got none");
  const axis = op.attributes.integer("axis") ?? 0;
  const shape = indices.kind === "known" ? indices.constant.shape : undefined;
  const rank = shape?.length ?? (indices as Flow).rank;
  return op.decide({
    kind: "Gather", role: "route", keepsSign: true, rearranges: true, reads: [x], lists: [1],
    ...(indices.kind === "flow" ? { shapesOf: [indices] } : {}),
    rank: x.rank === undefined || rank === undefined ? undefined : x.rank + rank - 1,
    make: ({ lists: [positions = []], shapes: [extents = shape ?? []] }) =>
      new Gather(positions, { axis, shape: extents }),
  });
}

function pad(op: Operation): Flow {
  const x = op.flow(0);
  const mode = (op.attributes.text("mode") ?? "constant") as PadMode;
  const value = op.scalar(2) ?? op.attributes.float("value") ?? 0;
  const attribute = op.attributes.integers("pads") ?? op.attributes.integers("paddings");
  return op.decide({
    kind: "Pad", role: "route", reads: [x], lists: [1, 3],
    ...(op.value(3) === undefined ? {} : { shapesOf: [x] }),
    make: ({ lists: [pads = attribute ?? [], axes], shapes: [shape] }) => {
      const widths = axes === undefined ? pairs(pads) : placed(pads, axes, shape!.length);
      const first = widths.findIndex(([before, after]) => before !== 0 || after !== 0);
      return new Pad(first < 0 ? [] : widths.slice(first), { mode, value });
    },
  });
}

function pairs(pads: readonly number[]): (readonly [number, number])[] {
  const half = pads.length / 2;
  return Array.from({ length: Math.floor(half) }, (_, axis) => [pads[axis]!, pads[axis + half]!]);
}

/** Pads for some axes, among all. */
function placed(pads: readonly number[], axes: readonly number[], rank: number): (readonly [number, number])[] {
  if (pads.length !== 2 * axes.length) throw new RangeError(`takes ${2 * axes.length} pads, got ${pads.length}`);
  const widths = Array.from({ length: rank }, (): readonly [number, number] => [0, 0]);
  axes.forEach((axis, i) => (widths[axis < 0 ? axis + rank : axis] = [pads[i]!, pads[i + axes.length]!]));
  if (widths.length !== rank) throw new RangeError(`takes axes of ${rank}, got [${axes.join(", ")}]`);
  return widths;
}

function slice(op: Operation): Flow {
  const list = (given: readonly number[] | undefined, attribute: string): readonly number[] | undefined =>
    given ?? op.attributes.integers(attribute);
  return op.decide({
    kind: "Slice", role: "route", keepsSign: true, rearranges: true, reads: [op.flow(0)], lists: [1, 2, 3, 4],
    make: ({ lists: [starts, ends, axes, steps] }) => {
      const [from, to] = [list(starts, "starts") ?? [], list(ends, "ends") ?? []];
      const along = list(axes, "axes");
      if (from.length !== to.length) {
        throw new RangeError(`takes as many ends as starts, got ${to.length} and ${from.length}`);
      }
      return new Slice(...from.map((start, i) => ({
        axis: along?.[i] ?? i, start, end: to[i]!, step: list(steps, "steps")?.[i] ?? 1, clampStart: true,
      })));
    },
  });
}

function split(op: Operation): readonly Flow[] {
  const x = op.flow(0);
  const axis = op.attributes.integer("axis") ?? 0;
  const parts = op.node.outputs.length;
  const sizes = op.value(1)?.kind === "flow" ? undefined : op.numbers(1, "split");
  const slice = (from: number, to: number): Slice => new Slice({ axis, start: from, end: to });
  if (sizes !== undefined && sizes.length !== parts) throw new RangeError(`takes ${parts} sizes, got ${sizes.length}`);
  let start = 0;
  return op.node.outputs.map((_, part) => {
    if (sizes !== undefined) {
      const from = start;
      start += sizes[part]!;
      return op.emit(slice(from, start), [x]);
    }
    return op.decide({
      kind: "Slice", role: "route", keepsSign: true, rearranges: true, reads: [x], lists: [1], shapesOf: [x],
      make: ({ lists: [given], shapes: [shape] }) => {
        const extent = shape![frontAxis(axis, shape!.length)]!;
        // Equal parts are said in one go; what lists say is added up part by part.
        const chunk = Math.ceil(extent / parts);
        if (given === undefined) return slice(Math.min(part * chunk, extent), Math.min((part + 1) * chunk, extent));
        const extents = splitExtents(extent, given, parts);
        const start = extents.slice(0, part).reduce((a, b) => a + b, 0);
        return slice(start, start + extents[part]!);
      },
    });
  });
}
