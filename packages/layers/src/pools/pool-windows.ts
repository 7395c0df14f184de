/** Where pooling windows lie along one axis, and the geometry that follows from all axes. */
import { ShapeError, type PoolGeometry, type Shape } from "@relprop/tensor";
import { checkExtent } from "../layer/axis.ts";
import { extent3 } from "./window.ts";

/** The windows along one spatial axis, one entry per output position. */
export interface AxisWindows {
  /** The first tap, which may lie in the padding. */
  readonly start: Int32Array;
  /** The number of taps, those in the padding included. */
  readonly taps: Int32Array;
  /** What an average counts. */
  readonly counted: Int32Array;
  readonly dilation: number;
}

/** One axis of a sliding window. */
export interface Sliding {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: readonly [before: number, after: number];
  readonly dilation: number;
  /** A last window may reach beyond the padding, if it starts inside the input or the padding before it. */
  readonly ceilMode: boolean;
  /** Averages count the padding, but never what lies beyond it. */
  readonly countPadding: boolean;
}

/** So many windows are written down beside so many for each element: most of more would lie in the padding. */
const [MOST_WINDOWS, MOST_PER_ELEMENT] = [2 ** 16, 16];

/** Windows that slide by `stride` over `extent` elements; no window at all where the first does not fit. */
export function slidingWindows(extent: number, sliding: Sliding): AxisWindows {
  const { kernel, stride, padding: [before, after], dilation, ceilMode, countPadding } = sliding;
  const room = extent + before + after - (dilation * (kernel - 1) + 1);
  let windows = Math.max(0, (ceilMode ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1);
  if (ceilMode && (windows - 1) * stride >= extent + before) windows--;
  checkExtent("pool", windows * kernel);
  if (windows > MOST_PER_ELEMENT * extent + MOST_WINDOWS) {
    throw new ShapeError(`pool: takes windows in proportion to its input, got ${windows}`);
  }
  const start = new Int32Array(windows);
  for (let p = 0; p < windows; p++) start[p] = p * stride - before;
  const [from, to] = countPadding ? [-before, extent + after] : [0, extent];
  const counted = start.map((first) => {
    const [skipped, last] = [Math.ceil((from - first) / dilation), Math.floor((to - 1 - first) / dilation)];
    return Math.max(0, Math.min(last, kernel - 1) - Math.max(skipped, 0) + 1);
  });
  return { start, taps: new Int32Array(windows).fill(kernel), counted, dilation };
}

/** n windows that cover `extent` elements, the i-th of them `[⌊i · extent / n⌋, ⌈(i + 1) · extent / n⌉)`. */
export function adaptiveWindows(extent: number, windows: number): AxisWindows {
  const start = Int32Array.from({ length: windows }, (_, i) => Math.floor((i * extent) / windows));
  const taps = start.map((first, i) => Math.ceil(((i + 1) * extent) / windows) - first);
  return { start, taps, counted: taps, dilation: 1 };
}

/** Whether every window along an axis of `extent` elements has a tap inside it. */
export function reachInput(extent: number, { start, taps, dilation }: AxisWindows): boolean {
  return start.every((first, p) => {
    const inside = first + Math.max(0, Math.ceil(-first / dilation)) * dilation;
    return inside <= first + (taps[p]! - 1) * dilation && inside < extent;
  });
}

/** What kernels need to know to pool `planes` planes of the given extents. */
export function poolGeometry(
  planes: number,
  spatial: Shape,
  windows: readonly AxisWindows[],
  divides: boolean,
): PoolGeometry {
  const single: AxisWindows = { ...adaptiveWindows(1, 1), dilation: 1 };
  const axes = [...new Array<AxisWindows>(3 - windows.length).fill(single), ...windows];
  const [z, y, x] = [axes[0]!, axes[1]!, axes[2]!];
  const output = extent3(axes.map(({ start }) => start.length), 1);
  const divisor = new Float32Array(output[0] * output[1] * output[2]).fill(1);
  if (divides) {
    let at = 0;
    for (const d of z.counted) {
      for (const h of y.counted) for (const w of x.counted) divisor[at++] = Math.max(1, d * h * w);
    }
  }
  return {
    planes,
    input: extent3(spatial, 1),
    output,
    start: [z.start, y.start, x.start],
    taps: [z.taps, y.taps, x.taps],
    dilation: extent3(axes.map(({ dilation }) => dilation), 1),
    divisor,
  };
}
