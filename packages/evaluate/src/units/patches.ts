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
    const unitOf = Int32Array.from({ length: grid.positions }, (_, position) => {
      let [rest, unit, stride] = [position, 0, 1];
      for (let axis = counts.length - 1; axis >= 0; axis--) {
        const extent = grid.extents[axis]!;
        unit += Math.floor((rest % extent) / side) * stride;
        stride *= counts[axis]!;
        rest = Math.floor(rest / extent);
      }
      return unit;
    });
    const of = Int32Array.from({ length: input.size }, (_, element) => unitOf[grid.positionOf(element)]!);
    return { name, count: counts.reduce((all, count) => all * count, 1), of, grid: counts };
  };
}
