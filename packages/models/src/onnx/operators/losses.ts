/** Losses, as graphs of training have them. */
import { LogSoftmax, TapList, Taps } from "@relprop/layers";
import { sizeOf, type Shape } from "@relprop/tensor";
import { bound } from "../bound.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Cross entropies. */
export const losses: readonly (readonly [string, Operator])[] = [
  ["NegativeLogLikelihoodLoss", (op) => likelihood(op, op.flow(0))],
  ["SoftmaxCrossEntropyLoss", (op) => {
    const logs = op.emit(new LogSoftmax(1), [op.flow(0)]);
    return [likelihood(op, logs), logs];
  }],
];

/** `−w_t x_t` for the target class t, for each, added up, or divided by what was added up of w. */
function likelihood(op: Operation, x: Flow): Flow {
  const kind = op.node.opType;
  const reduction = op.attributes.text("reduction") ?? "mean";
  const ignored = op.attributes.integer("ignore_index");
  const each = (input: Shape): Shape => input.toSpliced(1, 1);
  return bound(op, {
    kind, role: "sum", reads: [x], values: [1, 2], optional: [2],
    rank: reduction === "none" ? x.rank && x.rank - 1 : 0,
    shape: ([input]) => (reduction === "none" ? each(input!) : []),
    make: ({ values: [target, weight], shapes: [input] }) => {
      const [batch = 0, classes = 0] = input!;
      const inner = sizeOf(input!.slice(2));
      const list = new TapList();
      const taps = Array.from({ length: batch * inner }, (_, i): readonly [number, number] | undefined => {
        const t = target!.data[i] ?? NaN;
        if (t === ignored) return undefined;
        if (!(t >= 0 && t < classes)) throw new RangeError(`takes targets below ${classes}, got ${t}`);
        return [(Math.floor(i / inner) * classes + t) * inner + (i % inner), weight?.data[t] ?? 1];
      });
      const total = taps.reduce((sum, tap) => sum + (tap?.[1] ?? 0), 0);
      for (const tap of taps) {
        if (tap !== undefined) list.tap(tap[0], reduction === "mean" ? -tap[1] / total : -tap[1]);
        if (reduction === "none") list.end();
      }
      if (reduction !== "none") list.end();
      const output = reduction === "none" ? each(input!) : [];
      return new Taps({ kind, role: "sum", input: input!, output, ...list.table() });
    },
  });
}
