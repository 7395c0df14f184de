/** Features as heads, and back. */
import { Concat, Gather, Identity, Reshape, Transpose, type Layer } from "@relprop/layers";
import type { Operation } from "../../operation.ts";
import type { Flow } from "../../value.ts";

/** `[N, T, h·d]` as `[N, h, T, d]`; what has four axes is so already. */
export function splitHeads(op: Operation, x: Flow, heads: number, part: string): Flow {
  if (op.rank(x) === 4) return x;
  if (!(heads >= 1)) throw new RangeError(`takes inputs of three axes with a number of heads, got ${heads}`);
  const apart = op.emit(new Reshape([0, 0, heads, -1], { from: 0, zeroKeeps: true }), [x], { rank: 4, part });
  return op.emit(new Transpose([0, 2, 1, 3]), [apart], { rank: 4, part });
}

/** `[N, h, T, d]` as `[N, T, h·d]`. */
export function mergeHeads(op: Operation, x: Flow): Flow {
  const turned = op.emit(new Transpose([0, 2, 1, 3]), [x], { rank: 4, part: "merged" });
  return op.emit(new Reshape([0, 0, -1], { from: 0, zeroKeeps: true }), [turned], { rank: 3 });
}

/** Keys or values `[N, k, S, d]` of fewer heads, each read by as many heads of the query. */
export function repeatHeads(op: Operation, x: Flow, from: number, to: number, part: string): Flow {
  if (from === to) return x;
  // A file may speak of any number of heads.
  op.graph.budget.positions.take(Math.max(to, 0));
  return op.emit(spreadHeads(from, to), [x], { rank: 4, part });
}

/** For each of `to` heads the one of `from` that it reads. */
export function spreadHeads(from: number, to: number): Layer {
  if (!(from >= 1) || to % from !== 0) {
    throw new RangeError(`takes a number of query heads that is a multiple of that of keys, got ${to} and ${from}`);
  }
  const heads = Array.from({ length: to }, (_, head) => Math.floor((head * from) / to));
  return from === to ? new Identity() : new Gather(heads, { axis: 1, shape: [to] });
}

/** Keys or values with those of earlier tokens before them. */
export function afterPast(op: Operation, past: Flow | undefined, x: Flow, part: string): Flow {
  return past === undefined ? x : op.emit(new Concat(2), [past, x], { rank: 4, part });
}
