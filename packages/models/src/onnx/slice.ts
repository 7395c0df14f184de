/** What a `Slice` picks along each axis. */
import type { Shape } from "@relprop/tensor";

/** `count` elements from `from` on, `step` apart. */
export interface SliceBounds {
  readonly from: number;
  readonly count: number;
  readonly step: number;
}

/** What a slice is told; all axes with step 1 by default. */
export interface SliceRequest {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[] | undefined;
  readonly steps: readonly number[] | undefined;
}

/** What is picked along every axis of `shape`; throws a `RangeError` for axes or steps that do not exist. */
export function sliceAxes(shape: Shape, { starts, ends, axes, steps }: SliceRequest): readonly SliceBounds[] {
  const bounds: SliceBounds[] = shape.map((extent) => ({ from: 0, count: extent, step: 1 }));
  if (ends.length !== starts.length) {
    throw new RangeError(`takes as many ends as starts, got ${ends.length} and ${starts.length}`);
  }
  starts.forEach((start, i) => {
    const given = axes?.[i] ?? i;
    const axis = given < 0 ? given + shape.length : given;
    const extent = shape[axis];
    const step = steps?.[i] ?? 1;
    if (extent === undefined || !Number.isInteger(step) || step === 0) {
      throw new RangeError(`takes an axis of [${shape.join(", ")}] and a step other than 0, got ${given} and ${step}`);
    }
    bounds[axis] = along(extent, start, ends[i]!, step);
  });
  return bounds;
}

function along(extent: number, start: number, end: number, step: number): SliceBounds {
  const fromFront = (at: number): number => (at < 0 ? at + extent : at);
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const from = Math.min(Math.max(fromFront(start), 0), high);
  const to = Math.min(Math.max(fromFront(end), low), step > 0 ? extent : high);
  return { from, count: Math.max(0, Math.ceil((to - from) / step)), step };
}
