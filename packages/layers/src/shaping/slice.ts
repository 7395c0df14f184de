/** A part of some axes. */
import { optionsOf } from "@relprop/tensor";
import type { Shape } from "@relprop/tensor";
import { axisOf } from "../layer/axis.ts";
import { Routing, stepped, strided, strides, type Route } from "./routing.ts";

/** Which positions of one axis a `Slice` keeps, as Python's `start:end:step` does. */
export interface SliceRange {
  readonly axis: number;
  /** From the end if negative; by default the first position that `step` leads away from. */
  readonly start?: number;
  /** Not kept itself; from the end if negative; by default everything is kept to the end. */
  readonly end?: number;
  /** `1` by default; negative steps go backwards. */
  readonly step?: number;
  /** Whether a start before the first position stands for the first, backwards too; in Python nothing is kept then. */
  readonly clampStart?: boolean;
}

/** `x[start : end : step]` along each of the given axes: `new Slice({ axis: 1, end: 3 })`. */
export class Slice extends Routing {
  readonly kind = "Slice";
  readonly axisUse = "kept";
  readonly rearranges = true;
  readonly ranges: readonly SliceRange[];

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(...ranges: readonly SliceRange[]) {
    super();
    for (const range of ranges) {
      const { start, end, step } = optionsOf("Slice", range);
      if (step === 0 || ![start, end, step].every((value) => value === undefined || Number.isInteger(value))) {
        const [from, to, by] = [start, end, step].map((value) => value ?? "none");
        throw new RangeError(`Slice: takes whole start and end and a step other than 0, got ${from}, ${to} and ${by}`);
      }
    }
    this.ranges = ranges;
  }

  protected route(input: Shape): Route {
    const steps = strides(input);
    const offsets = input.map((extent, axis) => strided(extent, steps[axis]!));
    const shape = [...input];
    for (const range of this.ranges) {
      const axis = axisOf("Slice", range.axis, input.length);
      const { first, count, step } = kept(range, input[axis]!);
      offsets[axis] = stepped(count, steps[axis]!, (i) => first + i * step);
      shape[axis] = count;
    }
    return { shape, offsets };
  }
}

/** The positions of an axis that a range keeps. */
function kept(
  { start, end, step = 1, clampStart = false }: SliceRange, extent: number,
): { readonly first: number; readonly count: number; readonly step: number } {
  const [lowest, highest] = step > 0 ? [0, extent] : [-1, extent - 1];
  const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + extent : value, lowest), highest);
  const given = start === undefined ? (step > 0 ? lowest : highest) : bound(start);
  const first = clampStart && extent > 0 ? Math.max(given, 0) : given;
  const last = end === undefined ? (step > 0 ? highest : lowest) : bound(end);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)), step };
}
