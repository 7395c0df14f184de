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
  /** How many features are turned; all if 0. */
  readonly features: number;
}

/** `[N, h, T, d]` with `(a, b)` turned to `(a cos − b sin, b cos + a sin)`. */
export function rotated(op: Operation, x: Flow, rotation: Rotation, part: string): Flow {
  const { cosine, sine, interleaved, features } = rotation;
  const emit = (layer: Parameters<Operation["emit"]>[0], inputs: readonly Flow[], rank = 4): Flow =>
    op.emit(layer, inputs, { rank, part });
  const turned = features === 0 ? x : emit(new Slice({ axis: 3, start: 0, end: features }), [x]);
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
  return emit(new Concat(3), [result, emit(new Slice({ axis: 3, start: features }), [x])]);
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

/** Rows `[N or 1, 1, T, pairs]` of a cache `[positions, pairs]`; without positions, a cache of three axes as it is. */
export function rowsAt(op: Operation, cache: Flow | Known, positions: Flow | Known | undefined): Flow {
  const table = asFlow(op, cache);
  if (positions === undefined) {
    return computed(op, {
      kind: "rotation", rank: 4, reads: [table],
      shape: ([extents]) => perSample(extents!),
      compute: ([value], [extents]) => new Tensor(perSample(extents!), Float32Array.from(value!.data)),
    });
  }
  return computed(op, {
    kind: "rotation", rank: 4, reads: [table, asFlow(op, positions)],
    shape: ([extents, ids]) => rowsShape(extents!, ids!),
    compute: ([value, ids], [extents, idShape]) => {
      const [count, width] = [extents!.at(-2)!, extents!.at(-1)!];
      const shape = rowsShape(extents!, idShape!);
      const out = new Float32Array(sizeOf(shape));
      ids!.data.forEach((at, i) => {
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

/** Positions of a batch, or of one row for all. */
function rowsShape(cache: Shape, ids: Shape): Shape {
  const [n, t] = ids.length >= 2 ? ids : [1, ids[0] ?? 1];
  return [n!, 1, t!, cache.at(-1)!];
}

/** A value as a flow without relevance. */
export function asFlow(op: Operation, value: Flow | Known): Flow {
  return value.kind === "flow" ? value : constantFlow(op, constantTensor(value.constant));
}
