/** From relevance with channels to one number per pixel. */
import {
  assumedLayout, checkLayout, formatShape, moveAxis, ShapeError, type Layout, type Tensor,
} from "@relprop/tensor";

/**
 * How the channels `r_c` of a pixel become one number: `sum` `Σ r_c`, `norm` `√Σ r_c²`, `maxAbs` `max |r_c|`,
 * `sumAbs` `Σ |r_c|`, `absSum` `|Σ r_c|`. Only `sum` keeps signs.
 */
export type Reduction = "sum" | "norm" | "maxAbs" | "sumAbs" | "absSum";

/** One number per pixel, row-major. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/** A fold that starts at 0, and what happens to its result. */
type Fold = readonly [step: (total: number, r: number) => number, end?: (x: number) => number];

const folds: Readonly<Record<Reduction, Fold>> = {
  sum: [(total, r) => total + r],
  norm: [(total, r) => total + r * r, Math.sqrt],
  maxAbs: [(total, r) => Math.max(total, Math.abs(r))],
  sumAbs: [(total, r) => total + Math.abs(r)],
  absSum: [(total, r) => total + r, Math.abs],
};

/** What a relevance tensor's axes mean and which of its samples are wanted. */
export interface PlaneOptions {
  /** `sum` unless given. */
  readonly reduce?: Reduction;
  /** One sample of a batch; all of them unless given. */
  readonly sample?: number;
  /** Where channels stand; as the explanation says, or behind the batch if nothing speaks against it, unless given. */
  readonly layout?: Layout | undefined;
  /** Whether the last axis alone is a sample's extent: `[N, F]` and `[N, C, F]` instead of `[H, W]` and `[C, H, W]`. */
  readonly signal?: boolean;
}

/**
 * A plane for each sample of `[N, C, H, W]`, `[C, H, W]` or `[H, W]`, channels last if `layout` says so; for signals
 * `[N, C, F]`, `[N, F]` or `[F]`, where planes are one pixel high. A NaN or an infinity among a pixel's channels stays
 * one.
 */
export function planes(given: Tensor, options: PlaneOptions = {}): readonly Plane[] {
  const { reduce = "sum", sample } = options;
  const fold = Object.hasOwn(folds, reduce) ? folds[reduce] : undefined;
  if (fold === undefined) {
    throw new RangeError(`heatmap: takes ${Object.keys(folds).join(", ")} as reduce, got ${JSON.stringify(reduce)}`);
  }
  const isFlat = options.signal ?? isSignal(given);
  const relevance = turned(given, isFlat, checkLayout("heatmap", options.layout));
  const [batch, channels, height, width] = extentsOf(relevance, isFlat);
  if (sample !== undefined && !(Number.isInteger(sample) && sample >= 0 && sample < batch)) {
    throw new RangeError(`heatmap: takes a sample from 0 to ${batch - 1}, got ${sample}`);
  }
  const size = height * width;
  const wanted = sample === undefined ? Array.from({ length: batch }, (_, n) => n) : [sample];
  return wanted.map((n) => {
    const [step, end] = fold;
    const values = new Float64Array(size);
    for (let c = 0; c < channels; c++) {
      const from = (n * channels + c) * size;
      for (let i = 0; i < size; i++) values[i] = step(values[i]!, relevance.data[from + i]!);
    }
    return { width, height, values: end === undefined ? values : values.map(end) };
  });
}

/** Whether a tensor can only be a signal: `[F]`, or `[1, F]`. */
export function isSignal({ shape }: Tensor): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[0] === 1);
}

/** With channels before what they are channels of. */
function turned(x: Tensor, signal: boolean, given: Layout | undefined): Tensor {
  const rank = x.shape.length;
  const least = signal ? 3 : rank === 4 ? 4 : 3;
  if (rank < least || rank > 4) return x;
  const layout = given ?? (signal ? "channelsFirst" : assumedLayout("heatmap", x.shape));
  return layout === "channelsLast" ? moveAxis(x, rank - 1, signal || rank === 4 ? 1 : 0) : x;
}

function extentsOf({ shape, size }: Tensor, signal: boolean): readonly [n: number, c: number, h: number, w: number] {
  const known = signal ? shape.length >= 1 && shape.length <= 3 : shape.length >= 2 && shape.length <= 4;
  if (!known || size === 0) {
    const takes = signal ? "[N, C, F], [N, F] or [F]" : "[N, C, H, W], [C, H, W], [H, W] or [F]";
    throw new ShapeError(`heatmap: takes ${takes} with no extent 0, got ${formatShape(shape)}`);
  }
  const [last, above, third, fourth] = shape.toReversed() as [number, number?, number?, number?];
  if (!signal) return [fourth ?? 1, third ?? 1, above ?? 1, last];
  return third === undefined ? [above ?? 1, 1, 1, last] : [third, above ?? 1, 1, last];
}
