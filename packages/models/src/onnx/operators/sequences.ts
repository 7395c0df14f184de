/** Lists of values whose length is known. */
import { integers } from "../constant.ts";
import type { Operation } from "../operation.ts";
import { known, type Sequence, type Value } from "../value.ts";
import { any } from "./branches.ts";
import type { Operator } from "./operator.ts";
import { applied, decidedConstant, decidedExtent, joined, stacked, whole } from "./unrolled.ts";

/** Lists built, read, changed, cut from a value and put together to one. */
export const sequences: readonly (readonly [string, Operator])[] = [
  ["ConcatFromSequence", (op) => {
    const { items } = sequence(op);
    const missing = items.indexOf("");
    if (missing >= 0) throw new RangeError(`takes lists whose elements are set, got one without ${missing}`);
    const axis = op.attributes.integer("axis") ?? 0;
    const put = op.attributes.integer("new_axis") === 1 ? stacked : joined;
    return op.graph.value(put(op, items, axis));
  }],
  ["SequenceAt", (op) => {
    const { items } = sequence(op);
    const position = op.value(1);
    if (position === undefined) throw new RangeError("takes a position, got none");
    const { value, held } = decidedConstant(op, position);
    const item = items[placeOf(value.data[0] ?? 0, items.length)]!;
    if (item === "") throw new RangeError(`takes an element that was set, got ${value.data[0]}`);
    return op.graph.value(held(item));
  }],
  ["SequenceConstruct", (op) => ({ kind: "sequence", items: op.node.inputs })],
  ["SequenceEmpty", () => ({ kind: "sequence", items: [] })],
  ["SequenceErase", (op) => {
    const { items } = sequence(op);
    return { kind: "sequence", items: items.toSpliced(placeOf(op.scalar(1) ?? -1, items.length), 1) };
  }],
  ["SequenceInsert", (op) => {
    const { items } = sequence(op);
    const given = op.scalar(2) ?? items.length;
    const at = given === items.length ? given : placeOf(given, items.length);
    return { kind: "sequence", items: items.toSpliced(at, 0, op.node.inputs[1] ?? "") };
  }],
  ["SequenceLength", (op) => known(integers([sequence(op).items.length], []))],
  ["SplitToSequence", cut],
];

function sequence(op: Operation): Sequence {
  const value = any(op, 0);
  if (value.kind !== "sequence") throw new RangeError("takes a sequence that the file builds, got another value");
  return value;
}

/** A place in a list of so many, counted from its end if negative. */
function placeOf(given: number, count: number): number {
  const at = given < 0 ? given + count : given;
  if (!(at >= 0 && at < count)) throw new RangeError(`takes a position in a sequence of ${count}, got ${given}`);
  return at;
}

/** A value cut along an axis: into pieces of one extent or of given ones, or into all its slices. */
function cut(op: Operation): Value {
  const axis = op.attributes.integer("axis") ?? 0;
  const [name = ""] = op.node.inputs;
  const value = op.valueNamed(name);
  const split = op.value(1);
  const sizes = split === undefined ? undefined : decidedConstant(op, split);
  if (sizes?.value.shape.length === 1) {
    const [held, extents] = [sizes.held(name), Array.from(sizes.value.data)];
    const parts = applied(op, "Split", [held, whole(op, extents)], { axis }, extents.length);
    return { kind: "sequence", items: parts };
  }
  const extent = decidedExtent(op, value, axis);
  const held = extent.held(sizes?.held(name) ?? name);
  const size = sizes?.value.data[0] ?? 1;
  if (!(size >= 1)) throw new RangeError(`takes pieces of an extent >= 1, got ${size}`);
  const isDropped = sizes === undefined && op.attributes.integer("keepdims") === 0;
  const items = Array.from({ length: Math.ceil(extent.value / size) }, (_, i) => {
    if (isDropped) return applied(op, "Gather", [held, whole(op, i)], { axis })[0]!;
    const ends = [[i * size], [Math.min((i + 1) * size, extent.value)], [axis]];
    return applied(op, "Slice", [held, ...ends.map((end) => whole(op, end))])[0]!;
  });
  return { kind: "sequence", items };
}
