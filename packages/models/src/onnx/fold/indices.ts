/** Elements picked or placed by lists of positions, whatever they are: shared by constants and layers. */
import { sizeOf, type Shape } from "@relprop/tensor";
import { rowMajorStrides } from "../../strided.ts";
import { frontAxis } from "./call.ts";

/** Where elements come from or go to: one position of the other array each, row-major over `shape`. */
export interface Positions {
  readonly shape: Shape;
  readonly positions: Int32Array;
}

type List = ArrayLike<number>;

/** `GatherElements` (and where `ScatterElements` puts its updates): an index replaces one coordinate. */
export function alongAxis(x: Shape, indices: Shape, values: List, axis: number): Positions {
  const along = frontAxis(axis, x.length);
  const fits = indices.length === x.length && indices.every((extent, i) => i === along || extent <= x[i]!);
  if (!fits) throw new RangeError(`takes indices within [${x.join(", ")}], got [${indices.join(", ")}]`);
  const strides = rowMajorStrides(x);
  const positions = new Int32Array(sizeOf(indices));
  const at = new Array<number>(x.length).fill(0);
  for (let i = 0; i < positions.length; i++) {
    let to = 0;
    for (let a = 0; a < at.length; a++) to += strides[a]! * (a === along ? inside(values[i]!, x[a]!) : at[a]!);
    positions[i] = to;
    advance(at, indices);
  }
  return { shape: indices, positions };
}

/** `GatherND` (and where `ScatterND` puts its updates): tuples of coordinates, after axes that both have in common. */
export function byTuples(x: Shape, indices: Shape, values: List, batchAxes = 0): Positions {
  const length = indices.at(-1) ?? 0;
  const common = indices.slice(0, batchAxes);
  const isWithin = batchAxes >= 0 && indices.length > batchAxes && batchAxes + length <= x.length;
  if (!isWithin || common.some((extent, i) => extent !== x[i])) {
    throw new RangeError(`takes tuples of coordinates of [${x.join(", ")}], got [${indices.join(", ")}]`);
  }
  const outer = indices.slice(0, -1);
  const inner = x.slice(batchAxes + length);
  const [strides, run] = [rowMajorStrides(x), sizeOf(inner)];
  const perBatch = sizeOf(outer.slice(batchAxes));
  const batchStride = sizeOf(x.slice(batchAxes));
  const positions = new Int32Array(sizeOf(outer) * run);
  for (let t = 0, to = 0; t < sizeOf(outer); t++) {
    let from = perBatch === 0 ? 0 : Math.floor(t / perBatch) * batchStride;
    for (let i = 0; i < length; i++) {
      from += inside(values[t * length + i]!, x[batchAxes + i]!) * strides[batchAxes + i]!;
    }
    for (let i = 0; i < run; i++) positions[to++] = from + i;
  }
  return { shape: [...outer, ...inner], positions };
}

/** `ReverseSequence`: the first elements of each sequence turned around. */
export function turned(x: Shape, lengths: List, time: number, batch: number): Positions {
  const [timeAxis, batchAxis] = [frontAxis(time, x.length), frontAxis(batch, x.length)];
  const strides = rowMajorStrides(x);
  const positions = new Int32Array(sizeOf(x));
  const at = new Array<number>(x.length).fill(0);
  if (lengths.length !== x[batchAxis]) throw new RangeError(`takes ${x[batchAxis]} lengths, got ${lengths.length}`);
  for (let i = 0; i < positions.length; i++) {
    const [step, length] = [at[timeAxis]!, lengths[at[batchAxis]!]!];
    if (!(length >= 0 && length <= x[timeAxis]!)) {
      throw new RangeError(`takes lengths up to ${x[timeAxis]}, got ${length}`);
    }
    positions[i] = i + (step < length ? (length - 1 - 2 * step) * strides[timeAxis]! : 0);
    advance(at, x);
  }
  return { shape: x, positions };
}

/** `Compress`: the positions whose condition is true, of an axis or of all elements in a row. */
export function kept(x: Shape, condition: List, axis: number | undefined): Positions {
  const given = axis === undefined ? undefined : frontAxis(axis, x.length);
  const extent = given === undefined ? sizeOf(x) : x[given]!;
  if (condition.length > extent) throw new RangeError(`takes at most ${extent} conditions, got ${condition.length}`);
  const chosen = Array.from({ length: condition.length }, (_, i) => i).filter((i) => condition[i] !== 0);
  if (given === undefined) return { shape: [chosen.length], positions: Int32Array.from(chosen) };
  const [outer, inner] = [sizeOf(x.slice(0, given)), sizeOf(x.slice(given + 1))];
  const positions = new Int32Array(outer * chosen.length * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const at of chosen) for (let i = 0; i < inner; i++) positions[to++] = (o * extent + at) * inner + i;
  }
  return { shape: x.with(given, chosen.length), positions };
}

/** An index counted from the front; throws a `RangeError` outside. */
function inside(index: number, extent: number): number {
  const at = index < 0 ? index + extent : index;
  if (!(at >= 0 && at < extent)) throw new RangeError(`takes indices below ${extent}, got ${index}`);
  return at;
}

/** The next place in row-major order. */
function advance(at: number[], shape: Shape): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (++at[axis]! < shape[axis]!) return;
    at[axis] = 0;
  }
}
