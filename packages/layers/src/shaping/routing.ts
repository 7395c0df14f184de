/** What layers have in common that copy elements to where they belong. */
import { act, empty, type Shape, type Tensor } from "@relprop/tensor";
import { checkExtent } from "../layer/axis.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";

/** Where every output element comes from, said axis by axis. */
export interface Route {
  /** The output's shape. */
  readonly shape: Shape;
  /**
   * Per axis, outermost first: how far into the input each position leads, negative if to nowhere. The extents are
   * those of the output, unless that is reshaped afterwards. Written down when they are asked for, not for a shape.
   */
  readonly offsets: readonly (() => Int32Array)[];
}

/** Every output element is an input element or a constant; what goes back adds up where elements were copied. */
export abstract class Routing implements Layer {
  abstract readonly kind: string;
  readonly role: Role = "route";
  /** What stands where no input element does. */
  protected readonly fill: number = 0;

  /** Checks the input's shape and says what becomes of it. */
  protected abstract route(input: Shape): Route;

  /** Whether no constant is negative. */
  get keepsSign(): boolean {
    return this.fill >= 0;
  }

  outputShape(input: Shape): Shape {
    return this.route(input).shape;
  }

  forward(x: Tensor): Tensor {
    const { shape, offsets } = this.route(x.shape);
    const output = empty(shape);
    const [from, to, { fill }] = [x.data, output.data, this];
    act(() => eachRow(offsets, (base, row, at, inOrder) => {
      if (base < 0) to.fill(fill, at, at + row.length);
      else if (inOrder && row.length > 15) to.set(from.subarray(base + row[0]!, base + row[0]! + row.length), at);
      else for (let i = 0; i < row.length; i++) to[at + i] = row[i]! < 0 ? fill : from[base + row[i]!]!;
    }));
    return output;
  }

  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      const [from, to] = [s.data, out.data];
      const { offsets } = this.route(x.shape);
      act(() => {
        to.fill(0);
        eachRow(offsets, (base, row, at, inOrder) => {
          if (base < 0) return;
          if (inOrder) for (let i = 0, j = base + row[0]!; i < row.length; i++) to[i + j]! += from[at + i]!;
          else for (let i = 0; i < row.length; i++) if (row[i]! >= 0) to[base + row[i]!]! += from[at + i]!;
        });
      });
      return [out];
    };
    return { output: this.forward(x), back };
  }
}

/**
 * Calls `visit` for each row of the output: what its offsets are added to, negative for nowhere, where it is, and
 * whether it is a stretch of the input.
 */
function eachRow(
  axes: readonly (() => Int32Array)[], visit: (base: number, row: Int32Array, at: number, inOrder: boolean) => void,
): void {
  const row = axes.at(-1)?.() ?? Int32Array.of(0);
  const inOrder = row[0]! >= 0 && row.every((offset, i) => offset === row[0]! + i);
  const bases = row.length === 0 ? [] : combinedOffsets(axes.slice(0, -1));
  bases.forEach((base, r) => visit(base, row, r * row.length, inOrder));
}

/** The sums of one offset per axis, for every combination in row-major order; −1 where one of them is negative. */
export function combinedOffsets(axes: readonly (() => Int32Array)[]): Int32Array {
  const offsets = axes.map((axis) => axis());
  // Where an axis is empty, nothing is combined, however long the others are.
  if (offsets.some((axis) => axis.length === 0)) return new Int32Array(0);
  return offsets.reduce((outer, axis) => {
    const combined = new Int32Array(outer.length * axis.length);
    let at = 0;
    for (const base of outer) for (const offset of axis) combined[at++] = base < 0 || offset < 0 ? -1 : base + offset;
    return combined;
  }, Int32Array.of(0));
}

/** `position(i) · step` for so many positions; negative ones lead nowhere. */
export function stepped(count: number, step: number, position: (i: number) => number): () => Int32Array {
  checkExtent("axis", count);
  return () => {
    const offsets = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const at = position(i);
      offsets[i] = at < 0 ? -1 : at * step;
    }
    return offsets;
  };
}

/** `0, step, 2 step, …` */
export function strided(extent: number, step: number): () => Int32Array {
  return stepped(extent, step, (i) => i);
}

/** How far apart neighbours along each axis lie. */
export function strides(shape: Shape): readonly number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}
