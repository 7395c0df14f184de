/** Positions as rotations of pairs of features (Su et al. 2021). */
import { Add, Concat, Multiply, Reshape, Slice, Subtract, Unsqueeze } from "@relprop/layers";
import { sizeOf, Tensor, type Shape } from "@relprop/tensor";
import { constantTensor } from "../../constant.ts";
import type { Operation } from "../../operation.ts";
import type { Flow, Known } from "../../value.ts";
import { constantFlow } from "../affine.ts";
import { computed } from "./computed.ts";

/** What a rotation is told. */
export interface Rotation {
  /** `[N or 1, 1, T, pairs]`, without relevance. */
  readonly cosine: Flow;
  readonly sine: Flow;
  /** Whether pairs are neighbours; else the second half goes with the first. */
  readonly interleaved: boolean;
  /** How many features are turned; all if 0, as many as there are angles for if `"angles"`. */
  readonly features: number | "angles";
}

/** `[N, h, T, d]` with `(a, b)` turned to `(a cos − b sin, b cos + a sin)`. */
export function rotated(op: Operation, x: Flow, rotation: Rotation, part: string): Flow {
  const { cosine, sine, interleaved, features } = rotation;
  const emit = (layer: Parameters<Operation["emit"]>[0], inputs: readonly Flow[], rank = 4): Flow =>
    op.emit(layer, inputs, { rank, part });
  const turned = features === 0 ? x : section(op, x, rotation, "end", part);
  const halves = interleaved
    ? [0, 1].map((start) => emit(new Slice({ axis: 3, start, step: 2 }), [turned]))
    : halved(op, turned, part);
  const times = (a: Flow, b: Flow): Flow => emit(new Multiply(), [a, b]);
  const [a, b] = halves as [Flow, Flow];
  const real = emit(new Subtract(), [times(a, cosine), times(b, sine)]);
  const imaginary = emit(new Add(), [times(b, cosine), times(a, sine)]);
  let result: Flow;
  if (interleaved) {
    const pairs = [real, imaginary].map((half) => emit(new Unsqueeze([4]), [half], 5));
    result = emit(new Reshape([0, 0, 0, -1], { from: 0, zeroKeeps: true }), [emit(new Concat(4), pairs, 5)]);
  } else {
    result = emit(new Concat(3), [real, imaginary]);
  }
  if (features === 0) return result;
  return emit(new Concat(3), [result, section(op, x, rotation, "start", part)]);
}

/** The features before those that are not turned (their `"end"`), or from their `"start"` on. */
function section(op: Operation, x: Flow, { cosine, features }: Rotation, bound: "start" | "end", part: string): Flow {
  const cut = (at: number): Slice => new Slice({ axis: 3, [bound]: at });
  if (features !== "angles") return op.emit(cut(features), [x], { rank: 4, part });
  return op.decide({
    kind: "Slice", role: "route", keepsSign: true, reads: [x], shapesOf: [cosine], rank: 4, part,
    make: ({ shapes: [angles] }) => cut(2 * angles!.at(-1)!),
  });
}

function halved(op: Operation, x: Flow, part: string): readonly Flow[] {
  return [0, 1].map((half) => op.decide({
    kind: "Slice", role: "route", keepsSign: true, reads: [x], shapesOf: [x], rank: 4, part,
    make: ({ shapes: [shape] }) => {
      const middle = Math.floor(shape!.at(-1)! / 2);
      return half === 0 ? new Slice({ axis: 3, start: 0, end: middle }) : new Slice({ axis: 3, start: middle });
    },
  }));
}

/**
 * Rows `[N or 1, 1, T, pairs]` of a cache `[positions, pairs]`; without positions, a cache of three axes as it is. A
 * single position is that of the first token of `x`, where that is given.
 */
export function rowsAt(op: Operation, cache: Flow | Known, positions: Flow | Known | undefined, x?: Flow): Flow {
  const table = asFlow(op, cache);
  if (positions === undefined) {
    return computed(op, {
      kind: "rotation", rank: 4, reads: [table],
      shape: ([extents]) => perSample(extents!),
      compute: ([value], [extents]) => new Tensor(perSample(extents!), Float32Array.from(value!.data)),
    });
  }
  return computed(op, {
    kind: "rotation", rank: 4, reads: [table, asFlow(op, positions), ...(x === undefined ? [] : [x])],
    shape: ([extents, ids, own]) => rowsShape(extents!, ids!, own),
    compute: ([value, ids], [extents, idShape, own]) => {
      const [count, width] = [extents!.at(-2)!, extents!.at(-1)!];
      const shape = rowsShape(extents!, idShape!, own);
      const out = new Float32Array(sizeOf(shape));
      const isFirst = idShape!.length === 1 && own !== undefined;
      const places = isFirst ? Array.from({ length: shape[2]! }, (_, t) => ids!.data[0]! + t) : ids!.data;
      places.forEach((at, i) => {
        if (!(at >= 0 && at < count)) throw new RangeError(`takes positions below ${count}, got ${at}`);
        for (let j = 0; j < width; j++) out[i * width + j] = value!.data[at * width + j]!;
      });
      return new Tensor(shape, out);
    },
  });
}

function perSample([n, t, d]: Shape): Shape {
  return [n!, 1, t!, d!];
}

/** Positions of a batch, of one row for all, or from the first of `x` on. */
function rowsShape(cache: Shape, ids: Shape, x?: Shape): Shape {
  const isFirst = ids.length === 1 && x !== undefined;
  if (isFirst && ids[0] !== 1) throw new RangeError(`takes positions of every token or of the first, got ${ids[0]}`);
  const [n, t] = ids.length >= 2 ? ids : [1, isFirst ? x.at(-2) : (ids[0] ?? 1)];
  return [n!, 1, t!, cache.at(-1)!];
}

/** A value as a flow without relevance. */
export function asFlow(op: Operation, value: Flow | Known): Flow {
  return value.kind === "flow" ? value : constantFlow(op, constantTensor(value.constant));
}
