/** Encoded numbers with their axes in another order, read where they are stored. */
import { eachPart, encoded, type Encoding } from "./encoded.ts";
import { positions, SIDE, turn } from "./permuted-numbers.ts";
import { sizeOf, type Shape } from "./shape.ts";
import type { Encoded, Slab, WeightLayout } from "./weights.ts";

/**
 * What an array of this shape is with `axes[i]` as axis i, if its rows (the first axis) lie side by side in storage, as
 * those of convolutions do that TensorFlow.js stores; else `undefined`. Nothing is copied: products that gather get
 * numbers in the order of storage, others get them turned as they are decoded.
 */
export function permutedEncoding(stored: Encoding, shape: Shape, axes: readonly number[]): Encoded | undefined {
  const extents = axes.map((axis) => shape[axis]!);
  const reads = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  const [rows = 0] = extents;
  if (rows < LEAST || extents.length < 3 || reads[0] !== 1 || stored.length === 0) return undefined;
  // Element k of row r is stored at `starts[k] + r`.
  const starts = positions(extents.slice(1), reads.slice(1));
  const size = starts.length;
  const turned = encoded({
    length: stored.length,
    permuted: (_, order) => stored.permuted!(shape, order.map((axis) => axes[axis]!)),
    decode(from, to, out, at) {
      for (let i = from; i < to;) {
        const [row, k] = [Math.floor(i / size), i % size];
        const count = k === 0 ? Math.floor((to - i) / size) : 0;
        if (count > 0) turn(stored.decode, row, starts, count, out, at, new Float32Array(SIDE * SIDE));
        else stored.decode(starts[k]! + row, starts[k]! + row + 1, out, at);
        i += Math.max(count * size, 1);
        at += Math.max(count * size, 1);
      }
    },
  });
  return {
    ...turned,
    slabs(layout, groups, take, body) {
      if (groups !== 1 || layout.gathers !== true) return turned.slabs(layout, groups, take, body);
      const isForward = layout.rows === rows && layout.rowStep === size;
      eachPart(layout.rows, stored.length / layout.rows, take, (first, count, floats) => {
        const [from, to] = isForward ? [0, size] : [first * layout.rowStep, (first + count) * layout.rowStep];
        const [offset, run] = isForward ? [first, count] : [0, rows];
        for (let k = from, at = 0; k < to; k++, at += run) {
          stored.decode(starts[k]! + offset, starts[k]! + offset + run, floats, at);
        }
        body(isForward ? alongRows(layout, first, count) : acrossRows(layout, first, count, size, rows), floats);
      });
    },
  };
}

/** Fewer rows than these are not worth a run of their own. */
const LEAST = 16;

/** Rows side by side: what lies so far apart within a row is `count` times as far. */
function alongRows({ channelStep }: WeightLayout, first: number, count: number): Slab {
  return {
    first, rows: count, rowStep: 1, channelStep: channelStep * count,
    offsets: (whole) => whole.map((offset) => offset * count),
  };
}

/** The channels of a transposed product are the rows of storage, and lie side by side. */
function acrossRows({ rowStep }: WeightLayout, first: number, count: number, size: number, channels: number): Slab {
  return {
    first, rows: count, rowStep: rowStep * channels, channelStep: 1,
    offsets: (whole) => whole.map((offset) => (offset % size) * channels + Math.floor(offset / size)),
  };
}
