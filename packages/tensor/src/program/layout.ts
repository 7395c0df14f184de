/** How the elements of several tensors meet: as few axes as possible, and how far apart each tensor's elements lie. */
import { sizeOf, type Shape } from "../shape.ts";

/** What kernels walk over, and per tensor the step along each axis, 0 where its element stays the same. */
export interface Layout {
  /** The axes, outermost first; none is left for a single element. */
  readonly extents: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** The layout of row-major tensors of these shapes, each repeated to `shape`, to which it broadcasts. */
export function broadcastLayout(shapes: readonly Shape[], shape: Shape): Layout {
  const size = sizeOf(shape);
  if (shapes.every((other) => sizeOf(other) === size)) return { extents: [size], strides: shapes.map(() => [1]) };
  return joined(shape, shapes.map((other) => broadcastStrides(other, shape)));
}

/** The steps along the axes of `shape` in a row-major tensor that broadcasts to it. */
function broadcastStrides(own: Shape, shape: Shape): readonly number[] {
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (let axis = own.length - 1; axis >= 0; axis--) {
    const extent = own[axis]!;
    if (extent !== 1) strides[axis + shape.length - own.length] = step;
    step *= extent;
  }
  return strides;
}

/** The same walk with fewer axes: without those of extent 1, and those joined that every tensor steps through alike. */
export function joined(extents: readonly number[], strides: readonly (readonly number[])[]): Layout {
  const axes: { extent: number; steps: number[] }[] = [];
  for (let axis = 0; axis < extents.length; axis++) {
    const [extent, steps] = [extents[axis]!, strides.map((all) => all[axis]!)];
    if (extent === 1) continue;
    const outer = axes.at(-1);
    if (outer !== undefined && outer.steps.every((step, t) => step === steps[t]! * extent)) {
      axes[axes.length - 1] = { extent: outer.extent * extent, steps };
    } else axes.push({ extent, steps });
  }
  return {
    extents: axes.map(({ extent }) => extent),
    strides: strides.map((_, t) => axes.map(({ steps }) => steps[t]!)),
  };
}
