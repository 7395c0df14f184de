/** Queries, keys and values that stand in one input, and caches that stand in one output. */
import { Concat, Slice, Squeeze, Transpose, Unsqueeze } from "@relprop/layers";
import type { Operation } from "../../operation.ts";
import type { Flow } from "../../value.ts";

/** Parts `[N, h, T, d]` of `[N, T, h, parts, d]`. */
export function unpacked(op: Operation, x: Flow, parts: readonly string[]): readonly Flow[] {
  return parts.map((part, i) => {
    const one = op.emit(new Slice({ axis: 3, start: i, end: i + 1 }), [x], { rank: 5, part });
    const flat = op.emit(new Squeeze([3]), [one], { rank: 4, part });
    return op.emit(new Transpose([0, 2, 1, 3]), [flat], { rank: 4, part });
  });
}

/** The keys and the values of a cache `[2, N, h, P, d]`. */
export function cached(op: Operation, past: Flow): readonly [Flow, Flow] {
  return ["key", "value"].map((name, i) => {
    const part = `past ${name}`;
    const one = op.emit(new Slice({ axis: 0, start: i, end: i + 1 }), [past], { rank: 5, part });
    return op.emit(new Squeeze([0]), [one], { rank: 4, part });
  }) as readonly Flow[] as readonly [Flow, Flow];
}

/** `[2, N, h, S, d]` of keys and values. */
export function cache(op: Operation, both: readonly Flow[]): Flow {
  const part = "present";
  const parts = both.map((x) => op.emit(new Unsqueeze([0]), [x], { rank: 5, part }));
  return op.emit(new Concat(0), parts, { rank: 5, part });
}
