/** Weighted sums of positions along one axis. */
import { empty, type Tensor } from "@relprop/tensor";
import { aroundAxis } from "./axis.ts";

/** Which input position an output position reads, and how much of it. */
export interface Tap {
  readonly position: number;
  readonly weight: number;
}

/** `out[…, p, …] ← Σ weight · x[…, position, …]` over the taps of p, along an axis. */
export function resample(x: Tensor, axis: number, taps: readonly (readonly Tap[])[]): Tensor {
  const out = empty(x.shape.with(axis, taps.length));
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  const sums = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    taps.forEach((at, p) => {
      sums.fill(0);
      for (const { position, weight } of at) {
        const from = (o * extent + position) * inner;
        for (let i = 0; i < inner; i++) sums[i]! += weight * x.data[from + i]!;
      }
      out.data.set(sums, (o * taps.length + p) * inner);
    });
  }
  return out;
}

/** The adjoint of `resample` for an input axis of `extent` elements. */
export function resampleTransposed(s: Tensor, axis: number, taps: readonly (readonly Tap[])[], extent: number): Tensor {
  const out = empty(s.shape.with(axis, extent));
  const { outer, inner } = aroundAxis(s.shape, axis);
  const sums = new Float64Array(extent * inner);
  for (let o = 0; o < outer; o++) {
    sums.fill(0);
    taps.forEach((at, p) => {
      const from = (o * taps.length + p) * inner;
      for (const { position, weight } of at) {
        for (let i = 0; i < inner; i++) sums[position * inner + i]! += weight * s.data[from + i]!;
      }
    });
    out.data.set(sums, o * sums.length);
  }
  return out;
}
