/** Elements picked, placed and chosen by values. */
import { Pick, Scatter, spanOf, TopK, valueAt, type Meeting, type Operator as LayerOperator } from "@relprop/layers";
import { formatShape, sizeOf, type Shape } from "@relprop/tensor";
import { bound, takePositions } from "../bound.ts";
import type { Constant } from "../constant.ts";
import { frontAxis } from "../fold/call.ts";
import { alongAxis, byTuples, kept, turned, type Positions } from "../fold/indices.ts";
import { distinct, meetingOf } from "../fold/picking.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Gathering, scattering, sorting, turning around. */
export const picks: readonly (readonly [string, Operator])[] = [
  ["Compress", compressed],
  ["GatherElements", (op) => gathered(op, (x, { shape, data }) =>
    alongAxis(x, shape, data, op.attributes.integer("axis") ?? 0), (_, indices) => indices)],
  ["GatherND", (op) => {
    const common = op.attributes.integer("batch_dims") ?? 0;
    return gathered(op, (x, { shape, data }) => byTuples(x, shape, data, common), (x, indices) =>
      [...indices.slice(0, -1), ...x.slice(common + indices.at(-1)!)]);
  }],
  ["ReverseSequence", (op) => {
    const [time, batch] = [op.attributes.integer("time_axis") ?? 0, op.attributes.integer("batch_axis") ?? 1];
    return gathered(op, (x, { data }) => turned(x, data, time, batch), (x) => x);
  }],
  ["Scatter", scatteredAlong],
  ["ScatterElements", scatteredAlong],
  ["ScatterND", (op) => scattered(op, (x, { shape, data }) => byTuples(x, shape, data).positions)],
  ["TensorScatter", tensorScatter],
  ["TopK", (op) => {
    const { attributes } = op;
    const options = { axis: attributes.integer("axis") ?? -1, largest: attributes.integer("largest") !== 0 };
    return op.decide({
      kind: "TopK", role: "route", keepsSign: true, reads: [op.flow(0)], lists: [1],
      make: ({ lists: [list] }) => new TopK(list?.[0] ?? attributes.integer("k") ?? NaN, options),
    });
  }],
  ["Trilu", (op) => {
    const isUpper = op.attributes.integer("upper") !== 0;
    return bound(op, {
      kind: "Trilu", role: "route", keepsSign: true, reads: [op.flow(0)], values: [1], optional: [1],
      rank: op.flow(0).rank,
      shape: ([x]) => x!,
      make: ({ values: [k], shapes: [x] }) => triangle(x!, k?.data[0] ?? 0, isUpper),
    });
  }],
  ["Unique", unique],
];

type Find = (x: Shape, indices: Constant) => Positions;

/** A layer that picks what its second input names. */
function gathered(op: Operation, find: Find, shape: (x: Shape, indices: Shape) => Shape): Flow {
  const kind = op.node.opType;
  const x = op.flow(0);
  return bound(op, {
    kind, role: "route", keepsSign: true, reads: [x], values: [1],
    rank: kind === "ReverseSequence" || kind === "GatherElements" ? x.rank : undefined,
    shape: ([from], [indices]) => shape(from!, indices!),
    make: ({ values: [indices], shapes: [input] }) => {
      const found = find(input!, needed(indices));
      return new Pick({ kind, input: input!, output: found.shape, positions: found.positions });
    },
  });
}

function needed(constant: Constant | undefined): Constant {
  if (constant === undefined) throw new RangeError("takes indices, got none");
  return constant;
}

function scatteredAlong(op: Operation): Flow {
  const axis = op.attributes.integer("axis") ?? 0;
  return scattered(op, (x, { shape, data }) => alongAxis(x, shape, data, axis).positions);
}

function scattered(op: Operation, find: (x: Shape, indices: Constant) => Int32Array): Flow {
  const kind = op.node.opType;
  const meeting: Meeting = meetingOf(op.attributes.text("reduction"));
  const reads = [op.flow(0), op.flow(2)];
  const { role } = new Scatter({ kind, meeting, input: [], updates: [0], positions: new Int32Array(0) });
  return bound(op, {
    kind, role, keepsSign: true, reads, values: [1], rank: reads[0]!.rank,
    shape: ([x]) => x!,
    make: ({ values: [indices], shapes: [x, updates] }) =>
      new Scatter({ kind, meeting, input: x!, updates: updates!, positions: find(x!, needed(indices)) }),
  });
}

/** Rows of a cache replaced from a place that each sample has for itself. */
function tensorScatter(op: Operation): Flow {
  const kind = "TensorScatter";
  const isCircular = op.attributes.text("mode") === "circular";
  const reads = [op.flow(0), op.flow(1)];
  return bound(op, {
    kind, role: "route", keepsSign: true, reads, values: [2], optional: [2], rank: reads[0]!.rank,
    shape: ([x]) => x!,
    make: ({ values: [starts], shapes: [x, updates] }) => {
      const axis = frontAxis(op.attributes.integer("axis") ?? -2, x!.length);
      const [extent, length, inner] = [x![axis]!, updates![axis]!, sizeOf(x!.slice(axis + 1))];
      const perSample = sizeOf(x!.slice(1, axis));
      const positions = new Int32Array(sizeOf(updates!));
      for (let i = 0; i < positions.length; i++) {
        const [outer, at] = [Math.floor(i / (length * inner)), Math.floor(i / inner) % length];
        const place = (starts?.data[Math.floor(outer / perSample)] ?? 0) + at;
        if (!(place >= 0) || (place >= extent && !isCircular)) {
          throw new RangeError(`takes places below ${extent}, got ${place}`);
        }
        positions[i] = (outer * extent + (place % extent)) * inner + (i % inner);
      }
      return new Scatter({ kind, input: x!, updates: updates!, positions });
    },
  });
}

function compressed(op: Operation): Flow {
  const kind = "Compress";
  const axis = op.attributes.integer("axis");
  const x = op.flow(0);
  return op.decide({
    kind, role: "route", keepsSign: true, reads: [x], lists: [1], shapesOf: [x],
    ...(axis === undefined ? { rank: 1 } : {}),
    make: ({ lists: [condition = []], shapes: [shape], allowance }) => {
      takePositions(allowance, shape!);
      const found = kept(shape!, condition, axis);
      return new Pick({ kind, input: shape!, output: found.shape, positions: found.positions });
    },
  });
}

/** The triangle of the last two axes, zeros elsewhere. */
function triangle(x: Shape, k: number, isUpper: boolean): Pick {
  if (x.length < 2) throw new RangeError(`takes matrices, got ${formatShape(x)}`);
  const [rows, columns] = [x.at(-2)!, x.at(-1)!];
  const positions = Int32Array.from({ length: sizeOf(x) }, (_, i) => {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    return (isUpper ? column - row >= k : column - row <= k) ? i : -1;
  });
  return new Pick({ kind: "Trilu", input: x, output: x, positions });
}

/** The different elements: how many there are, the values themselves decide. */
function unique(op: Operation): Flow {
  const kind = "Unique";
  const x = op.flow(0);
  const given = op.attributes.integer("axis");
  const operator: LayerOperator = {
    kind, role: "route", keepsSign: true,
    lower: (inputs, allowance) => {
      const value = valueAt(inputs, 1);
      allowance.take(spanOf(value.shape));
      const axis = given === undefined ? undefined : frontAxis(given, value.shape.length);
      const { first } = distinct(value, axis, op.attributes.integer("sorted") !== 0);
      const extent = axis === undefined ? value.size : value.shape[axis]!;
      const outer = axis === undefined ? 1 : sizeOf(value.shape.slice(0, axis));
      const inner = axis === undefined ? 1 : sizeOf(value.shape.slice(axis + 1));
      const positions = new Int32Array(outer * first.length * inner);
      for (let i = 0; i < positions.length; i++) {
        const [o, at] = [Math.floor(i / (first.length * inner)), first[Math.floor(i / inner) % first.length]!];
        positions[i] = (o * extent + at) * inner + (i % inner);
      }
      const output = axis === undefined ? [first.length] : value.shape.with(axis, first.length);
      return { layer: new Pick({ kind, input: value.shape, output, positions }), reads: [0] };
    },
  };
  return op.emit(operator, [x, x], { rank: given === undefined ? 1 : x.rank });
}
