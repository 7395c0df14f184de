/** Rows of a constant table by whole numbers. */
import { embedding } from "../../embedding.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";

/** The rows of a constant table that ids name; relevance arrives at the rows and goes no further. */
export function lookup(op: Operation): Flow {
  const table = op.weight(0);
  const ids = op.value(1);
  if (ids?.kind !== "flow") throw new RangeError("takes ids from the network's inputs, got a constant");
  const given = op.attributes.integer("axis") ?? 0;
  const axis = given < 0 ? given + table.shape.length : given;
  const rank = ids.rank === undefined ? undefined : ids.rank + table.shape.length - 1;
  const flow = op.emit(embedding(table, { axis, fromEnd: true }), [ids], { rank });
  return { ...flow, inert: false, step: { ...flow.step!, inert: false } };
}
