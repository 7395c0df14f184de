/** The same elements under another shape. */
import { Flatten, GroupNorm, InstanceNorm, Reshape, Squeeze, Unsqueeze, type FlattenOptions } from "@relprop/layers";
import { formatShape, sameShape, sizeOf, type Shape } from "@relprop/tensor";
import { squeezed, unsqueezed } from "../fold/layout.ts";
import { DEPENDS, type Operation } from "../operation.ts";
import { resolveReshape } from "../reshape.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Reshaping, flattening, squeezing. */
export const reshapes: readonly (readonly [string, Operator])[] = [
  ["Flatten", flatten],
  ["Reshape", reshape],
  ["Squeeze", (op) => {
    const [x, axes] = [op.flow(0), op.numbers(1, "axes")];
    const shapes = x.shapes.map((shape) => squeezed(shape, axes));
    checkBatch(x.shapes, shapes);
    const dropped = axes ?? x.shapes[0]!.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
    return dropped.length === 0 ? x : op.emit(new Squeeze(dropped), x);
  }],
  ["Unsqueeze", (op) => {
    const [x, axes] = [op.flow(0), op.numbers(1, "axes") ?? []];
    checkBatch(x.shapes, x.shapes.map((shape) => unsqueezed(shape, axes)));
    return op.emit(new Unsqueeze(axes), x);
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
  if (sameShapes(x.shapes, shapes)) return x;
  checkBatch(x.shapes, shapes);
  const grouped = groupNorm(x, shapes);
  if (grouped !== undefined) return op.emit(grouped.layer, grouped.x);
  const joined = joinedAxes(x.shapes, shapes);
  if (joined !== undefined) return op.emit(new Flatten(joined), x);
  const [first, ...others] = shapes as [Shape, ...Shape[]];
  const isOpen = (axis: number): boolean => axis > 0 && others.some((shape) => shape[axis] !== first[axis]);
  const open = first.flatMap((_, axis) => (isOpen(axis) ? [axis] : []));
  if (open.length > 1 || others.some((shape) => shape.length !== first.length)) {
    throw new RangeError(`takes reshapes with one open extent, got one that ${DEPENDS}`);
  }
  return op.emit(new Reshape(first.map((extent, axis) => (axis === open[0] ? -1 : extent)).slice(1)), x);
}

function sameShapes(a: readonly Shape[], b: readonly Shape[]): boolean {
  return a.every((shape, probe) => sameShape(shape, b[probe]!));
}

function checkBatch(from: readonly Shape[], to: readonly Shape[]): void {
  const wrong = from.findIndex((shape, probe) => to[probe]!.length === 0 || shape[0] !== to[probe]![0]);
  if (wrong >= 0) {
    throw new RangeError(
      `takes reshapes that keep the batch, got ${formatShape(from[wrong]!)} to ${formatShape(to[wrong]!)}`,
    );
  }
}

/** Instance normalisation of channels put together, when they are taken apart again: what group normalisation does. */
function groupNorm({ step }: Flow, shapes: readonly Shape[]): { layer: GroupNorm; x: Flow } | undefined {
  const inner = step?.inputs[0]?.step;
  const isGrouped = step?.layer instanceof InstanceNorm && step.layer.scale === undefined &&
    (inner?.layer instanceof Reshape || inner?.layer instanceof Flatten);
  const x = inner?.inputs[0];
  if (!isGrouped || x === undefined || !sameShapes(x.shapes, shapes)) return undefined;
  const groups = step.inputs[0]!.shapes.map((shape) => shape[1]!);
  const fits = groups.every((count, probe) => count === groups[0] && x.shapes[probe]![1]! % count === 0);
  if (!fits) return undefined;
  const { epsilon } = step.layer as InstanceNorm;
  return { layer: new GroupNorm(groups[0]!, { epsilon }), x };
}

/** The run of axes that, made one, leads from `from` to `to`; `undefined` if there is none. */
function joinedAxes(from: readonly Shape[], to: readonly Shape[]): FlattenOptions | undefined {
  const [rank, target] = [from[0]!.length, to[0]!.length];
  for (let start = 1; start < target; start++) {
    const end = start + rank - target;
    if (end <= start) continue;
    const leads = from.every((shape, probe) => {
      const joined = [...shape.slice(0, start), sizeOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)];
      return sameShape(joined, to[probe]!);
    });
    if (leads) return start === 1 && end === rank - 1 ? {} : { startAxis: start, endAxis: end };
  }
  return undefined;
}
