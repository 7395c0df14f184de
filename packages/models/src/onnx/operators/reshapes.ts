/** The same elements under another shape. */
import { Dense, Flatten, Reshape, Scale, Squeeze, Unsqueeze } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow, Step } from "../value.ts";
import { stepsOf } from "./operator-group.ts";
import type { Operator } from "./operator.ts";

/** Reshaping, flattening, squeezing. */
export const reshapes: readonly (readonly [string, Operator])[] = [
  ["Flatten", flatten],
  ["Reshape", reshape],
  ["Squeeze", (op) => {
    const [x, known] = [op.flow(0), listLength(op, 1, "axes")];
    return op.decide({
      kind: "Squeeze", role: "route", keepsSign: true, rearranges: true, reads: [x], lists: [1],
      rank: x.rank === undefined || known === undefined ? undefined : x.rank - known,
      make: ({ lists: [axes = op.attributes.integers("axes")] }) => new Squeeze(axes ?? "all"),
    });
  }],
  ["Unsqueeze", (op) => {
    const [x, known] = [op.flow(0), listLength(op, 1, "axes")];
    return op.decide({
      kind: "Unsqueeze", role: "route", keepsSign: true, rearranges: true, reads: [x], lists: [1],
      rank: x.rank === undefined || known === undefined ? undefined : x.rank + known,
      make: ({ lists: [axes = op.attributes.integers("axes")] }) => new Unsqueeze(axes ?? []),
    });
  }],
];

/** How many numbers an input or attribute holds, where the file says so. */
export function listLength(op: Operation, index: number, attribute: string): number | undefined {
  const value = op.value(index);
  if (value?.kind === "flow") return undefined;
  return value?.constant.data.length ?? op.attributes.integers(attribute)?.length;
}

function flatten(op: Operation): Flow {
  const x = op.flow(0);
  const axis = op.attributes.integer("axis") ?? 1;
  if (axis === 1) return op.emit(new Flatten(), [x], { rank: 2 });
  // The axes before and those behind become one each.
  return op.decide({
    kind: "Flatten", role: "route", keepsSign: true, rearranges: true, reads: [x], shapesOf: [x], rank: 2,
    make: ({ shapes: [shape] }) => {
      const split = axis < 0 ? axis + shape!.length : axis;
      if (split < 0 || split > shape!.length) {
        throw new RangeError(`takes an axis from ${-shape!.length} to ${shape!.length}, got ${axis}`);
      }
      const size = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1);
      return new Reshape([size(shape!.slice(0, split)), size(shape!.slice(split))], { from: 0 });
    },
  });
}

function reshape(op: Operation): Flow {
  const x = op.flow(0);
  const zeroKeeps = op.attributes.integer("allowzero") !== 1;
  const attribute = op.attributes.integers("shape");
  const grouped = stepsOf(op).groupNorm?.(op, x);
  if (grouped !== undefined) return grouped;
  const known = op.value(1)?.kind === "flow" ? undefined : op.numbers(1, "shape");
  // What a file that was exported for one sample says of it holds for each of several.
  const saysOne = op.graph.fixedBatch === 1 && known?.[0] === 1;
  const isMerged = saysOne && hasMergedBatch(x);
  return op.decide({
    kind: "Reshape", role: "route", keepsSign: true, rearranges: true, reads: [x], lists: [1],
    ...(saysOne ? { shapesOf: [x, op.graph.firstInput] } : {}),
    rank: listLength(op, 1, "shape"),
    make: ({ lists: [target = attribute ?? []], shapes: [shape, input] }) => {
      const perSample = saysOne && input![0] !== 1 && (shape![0] === input![0] || isMerged);
      return asFlatten(x, target, zeroKeeps)
        ?? new Reshape(perSample ? [input![0]!, ...target.slice(1)] : target, { from: 0, zeroKeeps });
    },
  });
}

/** Whether the batch was merged with other axes, as for products of matrices, and not split off again. */
function hasMergedBatch(flow: Flow): boolean {
  let step: Step | undefined = flow.step;
  while (step !== undefined) {
    const { layer, inputs }: Step = step;
    const from: Flow | undefined = inputs[0];
    if (layer instanceof Reshape) {
      const [first] = layer.shape;
      return first !== 0 && first !== 1 && layer.shape.length < (from?.rank ?? 0);
    }
    if (inputs.length !== 1 || !(layer instanceof Dense || layer.role === "activation" || layer instanceof Scale)) {
      return false;
    }
    step = from?.step;
  }
  return false;
}

/** `[N, −1]` and `[0, −1]` are what `Flatten` does, and read better. */
function asFlatten(x: Flow, [first, second, ...others]: readonly number[], zeroKeeps: boolean): Flatten | undefined {
  const isFlat = others.length === 0 && second === -1 && first === 0 && zeroKeeps && x.rank !== 1;
  return isFlat ? new Flatten() : undefined;
}
