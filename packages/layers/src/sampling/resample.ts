/** Weighted sums of positions along one axis. */
import { empty, tapKernels, type TapLists, type Tensor } from "@relprop/tensor";
import { aroundAxis } from "../layer/axis.ts";
import { TapList } from "./tap-list.ts";

/** Which input position an output position reads, and how much of it. */
export interface Tap {
  readonly position: number;
  readonly weight: number;
}

/** The taps of every output along an axis, and of every input the outputs that read it. */
export interface AxisTaps {
  readonly forward: TapLists;
  readonly back: TapLists;
}

/** The taps of an axis that goes from `extent` positions to `outputs`, from those of each output. */
export function axisTaps(extent: number, outputs: number, tapsAt: (p: number) => readonly Tap[]): AxisTaps {
  const list = new TapList();
  for (let p = 0; p < outputs; p++) {
    for (const { position, weight } of tapsAt(p)) list.tap(position, weight);
    list.end();
  }
  const forward = list.table();
  return { forward, back: transposed(extent, forward) };
}

/** `out[…, p, …] ← Σ weight · x[…, position, …]` over the taps of p, along an axis; sums are in double precision. */
export function resample(x: Tensor, axis: number, taps: TapLists): Tensor {
  const out = empty(x.shape.with(axis, taps.starts.length - 1));
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  tapKernels().sumTaps(outer, extent, inner, taps, x.data, out.data);
  return out;
}

/** The outputs that read each of `extent` positions, in order. */
function transposed(extent: number, { starts, positions, weights }: TapLists): TapLists {
  const back = {
    starts: new Int32Array(extent + 1),
    positions: new Int32Array(positions.length),
    weights: new Float64Array(weights.length),
  };
  for (const position of positions) back.starts[position + 1]!++;
  for (let i = 0; i < extent; i++) back.starts[i + 1]! += back.starts[i]!;
  const next = back.starts.slice();
  for (let p = 0; p + 1 < starts.length; p++) {
    for (let t = starts[p]!; t < starts[p + 1]!; t++) {
      const to = next[positions[t]!]!++;
      back.positions[to] = p;
      back.weights[to] = weights[t]!;
    }
  }
  return back;
}
