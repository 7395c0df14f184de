/** Units of pictures and series: pixels and patches, all channels of a position together. */
import { Integers } from "@relprop/tensor";
import { gridOf } from "./grid.ts";
import type { UnitChoice } from "./units.ts";

/** Every position by itself. */
export function pixels(): UnitChoice {
  return boxes("pixels", () => 1);
}

/** Boxes of this many positions along each spatial axis; by default as many as make at most 28 along the longest. */
export function patches(side?: number): UnitChoice {
  if (side !== undefined && !(Number.isInteger(side) && side >= 1)) {
    throw new RangeError(`patches: takes a side >= 1, got ${side}`);
  }
  return boxes("patches", (extents) => side ?? Math.ceil(extents.reduce((a, b) => Math.max(a, b), 1) / 28));
}

function boxes(name: string, sideOf: (extents: readonly number[]) => number): UnitChoice {
  return (input, layout) => {
    if (input instanceof Integers && input.shape.length < 3) {
      throw new TypeError(`${name}: takes pictures or series, got token ids: use tokens()`);
    }
    const grid = gridOf(name, input.shape, layout);
    if (grid.extents.length === 0) throw new RangeError(`${name}: takes positions, got a row: use features()`);
    const side = sideOf(grid.extents);
    const counts = grid.extents.map((extent) => Math.ceil(extent / side));
    const unitOf = boxOfEach(grid.extents, counts, side);
    const of = new Int32Array(input.size);
    // Photos have many elements: calls for each took as long as a forward pass of a small network.
    if (grid.isLast) for (let i = 0; i < of.length; i++) of[i] = unitOf[Math.floor(i / grid.channels)]!;
    else for (let i = 0; i < of.length; i += unitOf.length) of.set(unitOf, i);
    return { name, count: counts.reduce((all, count) => all * count, 1), of, grid: counts };
  };
}

/** Per position its box, both row-major. */
function boxOfEach(extents: readonly number[], counts: readonly number[], side: number): Int32Array {
  let boxes = Int32Array.of(0);
  extents.forEach((extent, axis) => {
    const outer = boxes;
    boxes = new Int32Array(outer.length * extent);
    for (let i = 0; i < outer.length; i++) {
      const first = outer[i]! * counts[axis]!;
      for (let at = 0; at < extent; at++) boxes[i * extent + at] = first + Math.floor(at / side);
    }
  });
  return boxes;
}
