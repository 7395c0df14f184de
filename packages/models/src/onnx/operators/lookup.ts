/** Rows of a constant table by whole numbers: where the relevance of token ids ends. */
import { Constant, type Operator as LayerOperator } from "@relprop/layers";
import { sizeOf, Tensor, type Shape, type Value } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";

/** The rows of a constant table that ids name; relevance arrives at the rows and goes no further. */
export function lookup(op: Operation): Flow {
  const table = op.parameter(0);
  const ids = op.value(1);
  if (ids?.kind !== "flow") throw new RangeError("takes ids from the network's inputs, got a constant");
  const given = op.attributes.integer("axis") ?? 0;
  const axis = given < 0 ? given + table.shape.length : given;
  const shapeOf = (indices: Shape): Shape => table.shape.toSpliced(axis, 1, ...indices);
  const embedding: LayerOperator = {
    kind: "Embedding",
    role: "route",
    lower: ([indices]) => ({
      shape: shapeOf(indices!.shape),
      reads: [],
      source: true,
      bind: ([actual]: readonly Value[]) => new Constant(rows(table, axis, actual!, shapeOf(actual!.shape))),
    }),
  };
  const rank = ids.rank === undefined ? undefined : ids.rank + table.shape.length - 1;
  const flow = op.emit(embedding, [ids], { rank });
  return { ...flow, inert: false, step: { ...flow.step!, inert: false } };
}

function rows(table: Tensor, axis: number, indices: Value, shape: Shape): Tensor {
  const extent = table.shape[axis]!;
  const inner = sizeOf(table.shape.slice(axis + 1));
  const outer = sizeOf(table.shape.slice(0, axis));
  const out = new Float32Array(sizeOf(shape));
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of indices.data) {
      const at = index < 0 ? index + extent : index;
      if (!(at >= 0 && at < extent)) throw new RangeError(`Embedding: takes ids below ${extent}, got ${index}`);
      const from = (o * extent + at) * inner;
      out.set(table.data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return new Tensor(shape, out);
}
