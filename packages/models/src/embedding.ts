/** Rows of a table by whole numbers: where the relevance of token ids ends. */
import { Constant, type Operator } from "@relprop/layers";
import { sizeOf, Tensor, type Shape, type Value } from "@relprop/tensor";

/** Which rows of a table ids name. */
export interface EmbeddingOptions {
  /** The axis of the rows; `0` by default. */
  readonly axis?: number;
  /** Whether negative ids count from the end. */
  readonly fromEnd?: boolean;
}

/** The rows of a constant table that ids name; relevance arrives at the rows and goes no further. */
export function embedding(table: Tensor, { axis = 0, fromEnd = false }: EmbeddingOptions = {}): Operator {
  const shapeOf = (ids: Shape): Shape => table.shape.toSpliced(axis, 1, ...ids);
  return {
    kind: "Embedding",
    role: "route",
    lower: ([ids]) => ({
      shape: shapeOf(ids!.shape),
      reads: [],
      source: true,
      bind: ([actual]: readonly Value[]) => {
        const shape = shapeOf(actual!.shape);
        return new Constant(rows(table, { axis, fromEnd }, actual!, shape));
      },
    }),
  };
}

function rows(
  table: Tensor, { axis, fromEnd }: Required<EmbeddingOptions>, indices: Value, shape: Shape,
): Tensor {
  const extent = table.shape[axis]!;
  const inner = sizeOf(table.shape.slice(axis + 1));
  const outer = sizeOf(table.shape.slice(0, axis));
  const out = new Float32Array(sizeOf(shape));
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of indices.data) {
      const at = fromEnd && index < 0 ? index + extent : index;
      if (!(Number.isInteger(at) && at >= 0 && at < extent)) {
        throw new RangeError(`Embedding: takes ids below ${extent}, got ${index}`);
      }
      const from = (o * extent + at) * inner;
      if (table.encoded !== undefined) table.encoded.decode(from, from + inner, out, to);
      else out.set(table.data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return new Tensor(shape, out);
}
