/** Walks over arrays by steps along axes. */
import type { StridedOperand } from "../kernels.ts";

/** Whether an operand's elements lie in the order in which they are asked for. */
export function isWhole(extents: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    if (strides[axis] !== step) return false;
    step *= extents[axis]!;
  }
  return true;
}

/** Elements from position `start` on of an operand's walk. */
export function spreadOut(
  extents: readonly number[], { data, strides }: StridedOperand, start: number, out: Float32Array,
): void {
  const last = extents.length - 1;
  const position = new Array<number>(extents.length).fill(0);
  let [rest, from] = [start, 0];
  for (let axis = last; axis >= 0; axis--) {
    position[axis] = rest % extents[axis]!;
    from += position[axis]! * strides[axis]!;
    rest = Math.floor(rest / extents[axis]!);
  }
  const step = strides[last] ?? 0;
  for (let at = 0; at < out.length;) {
    const run = Math.min(last < 0 ? 1 : extents[last]! - position[last]!, out.length - at);
    if (step === 0) out.fill(data[from]!, at, at + run);
    else for (let i = 0; i < run; i++) out[at + i] = data[from + i * step]!;
    at += run;
    from += run * step;
    for (let axis = last; axis >= 0; axis--) {
      position[axis]! += axis === last ? run : 1;
      if (axis < last) from += strides[axis]!;
      if (position[axis]! < extents[axis]!) break;
      position[axis] = 0;
      from -= strides[axis]! * extents[axis]!;
    }
  }
}
