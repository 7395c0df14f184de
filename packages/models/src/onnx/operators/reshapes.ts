/** The same elements under another shape. */
import { Flatten } from "@relprop/layers";
import { formatShape, sizeOf, type Shape } from "@relprop/tensor";
import { squeezed, unsqueezed } from "../fold/layout.ts";
import type { Operation } from "../operation.ts";
import { resolveReshape } from "../reshape.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Reshaping, flattening, squeezing. */
export const reshapes: readonly (readonly [string, Operator])[] = [
  ["Flatten", flatten],
  ["Reshape", reshape],
  ["Squeeze", (op) => {
    const axes = op.numbers(1, "axes");
    return reshapeTo(op, op.flow(0), op.flow(0).shapes.map((shape) => squeezed(shape, axes)));
  }],
  ["Unsqueeze", (op) => {
    const axes = op.numbers(1, "axes");
    return reshapeTo(op, op.flow(0), op.flow(0).shapes.map((shape) => unsqueezed(shape, axes)));
  }],
];

function flatten(op: Operation): Flow {
  const x = op.flow(0);
  const rank = op.rank(x);
  const given = op.attributes.integer("axis") ?? 1;
  const axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis > rank) throw new RangeError(`takes an axis from ${-rank} to ${rank}, got ${given}`);
  return reshapeTo(op, x, x.shapes.map((shape) => [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))]));
}

function reshape(op: Operation): Flow {
  const x = op.flow(0);
  const targets = op.numbersPerProbe(1) ?? x.shapes.map(() => op.attributes.integers("shape") ?? []);
  const allowZero = op.attributes.integer("allowzero") === 1;
  return reshapeTo(op, x, x.shapes.map((shape, probe) => {
    const [first, ...rest] = targets[probe]!;
    // A file that fixes the batch writes it into its shapes, where it stands for whatever comes.
    const batch = first !== undefined && first === op.graph.fixedBatch ? shape[0]! : first;
    return resolveReshape(shape, batch === undefined ? [] : [batch, ...rest], allowZero);
  }));
}

/** The flow under these shapes, which must leave the batch alone; the flow itself if they are what it has. */
export function reshapeTo(op: Operation, x: Flow, shapes: readonly Shape[]): Flow {
  const all = (holds: (from: Shape, to: Shape) => boolean): boolean =>
    x.shapes.every((from, probe) => holds(from, shapes[probe]!));
  if (all((from, to) => formatShape(from) === formatShape(to))) return x;
  if (!all((from, to) => to.length > 0 && from[0] === to[0])) {
    throw new RangeError(`takes reshapes that keep the batch, got ${formatShape(x.shapes[0]!)} to ${formatShape(shapes[0]!)}`);
  }
  const joined = joinedAxes(x.shapes, shapes);
  if (joined !== undefined) return op.emit(new Flatten(joined), x);
  throw new RangeError("reshape");
}

/** The run of axes that, made one, leads from `from` to `to`; `undefined` if there is none. */
function joinedAxes(from: readonly Shape[], to: readonly Shape[]): { startAxis?: number; endAxis?: number } | undefined {
  const [rank, target] = [from[0]!.length, to[0]!.length];
  for (let start = 1; start < target; start++) {
    const end = start + rank - target;
    if (end <= start) continue;
    const leads = from.every((shape, probe) => {
      const joined = [...shape.slice(0, start), sizeOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)];
      return formatShape(joined) === formatShape(to[probe]!);
    });
    if (leads) return start === 1 && end === rank - 1 ? {} : { startAxis: start, endAxis: end };
  }
  return undefined;
}
