/** Operators that the standard has given up, or has as functions of others. */
import { Tile } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import { known, type Flow, type Value } from "../value.ts";
import type { Operator } from "./operator.ts";
import { applied, number, whole } from "./unrolled.ts";

/** What converters of Caffe and CoreML models wrote, and normalisation by the mean and variance over axes. */
export const givenUp: readonly (readonly [string, Operator])[] = [
  ["Affine", (op) => scaled(op, first(op), setting(op, "alpha", 1), setting(op, "beta", 0))],
  ["ConstantFill", fill],
  ["Crop", cropped],
  ["ImageScaler", (op) => {
    const shifts = op.attributes.floats("bias") ?? [];
    const bias = known({ dtype: "F32", shape: [shifts.length, 1, 1], data: Float32Array.from(shifts) });
    const [grown = ""] = applied(op, "Mul", [first(op), setting(op, "scale", 1)]);
    return scaled(op, grown, undefined, shifts.length === 0 ? undefined : op.graph.define(bias, "bias"));
  }],
  ["MeanVarianceNormalization", normalized],
  ["ParametricSoftplus", (op) => curve(op, "Softplus")],
  ["Scale", (op) => scaled(op, first(op), setting(op, "scale", 1), undefined)],
  ["ScaledTanh", (op) => curve(op, "Tanh")],
];

/** Copies along the axis that is named, as before operator set 6; `undefined` for those along every axis. */
export function tiledAlong(op: Operation): Flow | undefined {
  if (op.version >= 6) return undefined;
  const x = op.flow(0);
  return op.decide({
    kind: "Tile", role: "route", keepsSign: true, reads: [x], lists: [1, 2], shapesOf: [x],
    make: ({ lists: [times = [], along = []], shapes: [shape] }) => {
      if (times.length !== 1 || along.length !== 1) {
        throw op.error(`takes a number of copies and an axis, got ${times.length} and ${along.length}`);
      }
      return new Tile(shape!.map((_, axis) => (axis === along[0] ? times[0]! : 1)));
    },
  });
}

/** A number as often as a shape says: that of an attribute, in an input, or of an input. */
function fill(op: Operation): Value {
  const isShape = op.attributes.integer("input_as_shape") === 1;
  const x = first(op);
  const own = x === "" ? whole(op, op.attributes.integers("shape") ?? []) : isShape ? x : applied(op, "Shape", [x])[0]!;
  const more = op.attributes.integers("extra_shape") ?? [];
  const [shape = ""] = more.length === 0 ? [own] : applied(op, "Concat", [own, whole(op, more)], { axis: 0 });
  const filled = applied(op, "Expand", [setting(op, "value", 0), shape]);
  const type = op.attributes.integer("dtype") ?? 1;
  return op.graph.value((type === 1 ? filled : applied(op, "Cast", filled, { to: type }))[0]!);
}

function first(op: Operation): string {
  return op.node.inputs[0] ?? "";
}

function setting(op: Operation, name: string, otherwise: number): string {
  return number(op, op.attributes.float(name) ?? otherwise);
}

function scaled(op: Operation, x: string, scale: string | undefined, shift: string | undefined): Value {
  const [grown = ""] = scale === undefined ? [x] : applied(op, "Mul", [x, scale]);
  return op.graph.value(shift === undefined ? grown : applied(op, "Add", [grown, shift])[0]!);
}

/** `alpha · f(beta · x)` */
function curve(op: Operation, opType: string): Value {
  const inner = applied(op, "Mul", [first(op), setting(op, "beta", 1)]);
  return scaled(op, applied(op, opType, inner)[0]!, setting(op, "alpha", 1), undefined);
}

/** Planes without their borders, or as much of them as `scale` says. */
function cropped(op: Operation): Value {
  const [left = 0, top = 0, right = 0, bottom = 0] = op.attributes.integers("border") ?? [];
  const extents = op.attributes.integers("scale");
  const until = (from: number, off: number, extent: number | undefined): number =>
    extent !== undefined ? from + extent : off === 0 ? 2 ** 31 - 1 : -off;
  const ends = [until(top, bottom, extents?.[0]), until(left, right, extents?.[1])];
  const lists = [[top, left], ends, [2, 3]].map((list) => whole(op, list));
  return op.graph.value(applied(op, "Slice", [first(op), ...lists])[0]!);
}

/** `(x − mean) / (√variance + 1e-9)` over the axes. */
function normalized(op: Operation): Value {
  if (op.version < 9) throw new RangeError("takes the form of operator sets from 9 on: export with a newer set");
  const axes = whole(op, op.attributes.integers("axes") ?? [0, 2, 3]);
  const apart = applied(op, "Sub", [first(op), ...applied(op, "ReduceMean", [first(op), axes])]);
  const variance = applied(op, "ReduceMean", [...applied(op, "Mul", [apart[0]!, apart[0]!]), axes]);
  const deviation = applied(op, "Add", [...applied(op, "Sqrt", variance), number(op, 1e-9)]);
  return op.graph.value(applied(op, "Div", [...apart, ...deviation])[0]!);
}
