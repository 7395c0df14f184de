/** Rows of a constant table by whole numbers. */
import type { Tensor } from "@relprop/tensor";
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
  return source(op.emit(embedding(table, { axis, fromEnd: true }), [ids], { rank }));
}

/** The rows of a table that ids name, as a part of an operator. */
export function looked(op: Operation, table: Tensor, ids: Flow, part: string): Flow {
  return source(op.emit(embedding(table), [ids], { rank: (ids.rank ?? 2) + 1, part }));
}

/** Relevance arrives here, though nothing that carries it makes it. */
function source(flow: Flow): Flow {
  return { ...flow, inert: false, step: { ...flow.step!, inert: false } };
}
