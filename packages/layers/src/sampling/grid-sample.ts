/** Images read at points that another input says. */
import { empty, formatShape, oneOf, optionsOf, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization } from "../layer/layer.ts";
import { two } from "../layer/operands.ts";
import { strides } from "../shaping/routing.ts";
import { cubic, cubicSlope } from "./interpolation.ts";

/** What a `GridSample` may be given. */
export interface GridSampleOptions {
  /** `"linear"` by default. */
  readonly mode?: "nearest" | "linear" | "cubic";
  /** What lies beyond the edges: nothing, by default, the edge itself, or the mirrored inside. */
  readonly padding?: "zeros" | "border" | "reflection";
  /** Whether −1 and 1 are the centres of the outermost elements rather than their outer edges. */
  readonly alignCorners?: boolean;
}

/** One element along an axis that a point reads: where, how much of it, and how that changes with the point. */
interface AxisTap {
  readonly position: number;
  readonly weight: number;
  readonly slope: number;
}

/** Points further outside than this read the edge alone, or nothing. */
const FAR = 4;

/** The slope of the cubic kernel at 1. */
const CUBIC = -0.75;

/** `[N, C, …spatial]` read at the points of `[N, …output, D]`, coordinates from −1 to 1, the last axis first. */
export class GridSample implements Layer {
  readonly kind = "GridSample";
  readonly role = "other";
  readonly mode: "nearest" | "linear" | "cubic";
  readonly padding: "zeros" | "border" | "reflection";
  readonly alignCorners: boolean;

  constructor(options: GridSampleOptions = {}) {
    const { mode = "linear", padding = "zeros", alignCorners = false } = optionsOf("GridSample", options);
    this.mode = oneOf("GridSample", "mode", mode, ["nearest", "linear", "cubic"]);
    this.padding = oneOf("GridSample", "padding", padding, ["zeros", "border", "reflection"]);
    this.alignCorners = alignCorners;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [x, grid] = two("GridSample", inputs);
    const axes = x.length - 2;
    if (axes < 1 || grid.length !== x.length || grid.at(-1) !== axes || grid[0] !== x[0]) {
      const got = `${formatShape(x)} and ${formatShape(grid)}`;
      throw new ShapeError(`GridSample: takes [N, C, …] and points [N, …, ${Math.max(1, axes)}], got ${got}`);
    }
    return [x[0]!, x[1]!, ...grid.slice(1, -1)];
  }

  forward(...inputs: Tensor[]): Tensor {
    const [x, grid] = two("GridSample", inputs);
    const out = empty(this.outputShape(x.shape, grid.shape));
    const sums = new Float64Array(out.size);
    this.#visit(x.shape, grid, (from, to, weight) => {
      sums[to]! += weight * x.data[from]!;
    });
    out.data.set(sums);
    return out;
  }

  /** Elements get the weights they were read with; points get what a step along each axis would change. */
  pullback(...inputs: Tensor[]): Linearization {
    const [x, grid] = two("GridSample", inputs);
    const back = (s: Tensor): Tensor[] => {
      const [toX, toGrid] = [new Float64Array(x.size), new Float64Array(grid.size)];
      this.#visit(x.shape, grid, (from, to, weight, point, slopes) => {
        toX[from]! += weight * s.data[to]!;
        slopes.forEach((slope, d) => (toGrid[point + d]! += slope * x.data[from]! * s.data[to]!));
      });
      return [toX, toGrid].map((sums, i) => {
        const out = empty(inputs[i]!.shape);
        out.data.set(sums);
        return out;
      });
    };
    return { output: this.forward(x, grid), back };
  }

  /** Calls `visit` for every element that every output reads. */
  #visit(
    shape: Shape, grid: Tensor,
    visit: (from: number, to: number, weight: number, point: number, slopes: readonly number[]) => void,
  ): void {
    const [batch = 0, channels = 0, ...spatial] = shape;
    const points = sizeOf(grid.shape.slice(1, -1));
    const [steps, plane, axes] = [strides(spatial), sizeOf(spatial), spatial.length];
    for (let n = 0; n < batch; n++) {
      for (let p = 0; p < points; p++) {
        const point = (n * points + p) * axes;
        // The first coordinate of a point is along the last axis.
        const taps = spatial.map((extent, axis) => this.#taps(grid.data[point + axes - 1 - axis]!, extent));
        for (const { offset, weight, slopes } of combined(taps, steps)) {
          for (let c = 0; c < channels; c++) {
            const at = n * channels + c;
            visit(at * plane + offset, at * points + p, weight, point, slopes);
          }
        }
      }
    }
  }

  #taps(given: number, extent: number): readonly AxisTap[] {
    const [low, high] = this.alignCorners ? [0, extent - 1] : [-0.5, extent - 0.5];
    const perUnit = (this.alignCorners ? extent - 1 : extent) / 2;
    const raw = this.alignCorners ? ((given + 1) / 2) * (extent - 1) : ((given + 1) * extent - 1) / 2;
    const [point, turn] = this.#moved(this.mode === "nearest" ? roundToEven(raw) : raw, extent, low, high);
    const first = Math.floor(point);
    const [from, to] = this.mode === "cubic" ? [first - 1, first + 2] : [first, first + 1];
    const taps: AxisTap[] = [];
    if (this.mode === "nearest") return this.#inside(taps, roundToEven(point), 1, 0, extent, low, high);
    for (let at = from; at <= to; at++) {
      const t = point - at;
      const weight = this.mode === "cubic" ? cubic(t, CUBIC) : 1 - Math.abs(t);
      const slope = this.mode === "cubic" ? cubicSlope(t, CUBIC) : at === first ? -1 : 1;
      this.#inside(taps, at, weight, slope * turn * perUnit, extent, low, high);
    }
    return taps;
  }

  #inside(
    taps: AxisTap[], at: number, weight: number, slope: number, extent: number, low: number, high: number,
  ): readonly AxisTap[] {
    const inside = at >= 0 && at < extent;
    if (inside || this.padding !== "zeros") {
      const position = inside
        ? at
        : this.padding === "border"
          ? Math.min(Math.max(at, 0), extent - 1)
          : Math.min(Math.max(Math.trunc(reflected(at, low, high)[0]), 0), extent - 1);
      taps.push({ position, weight, slope });
    }
    return taps;
  }

  /** A point brought inside where the padding says so, and how it then moves with what is given. */
  #moved(point: number, extent: number, low: number, high: number): readonly [number, number] {
    if (!(point < low || point > high)) return [point, 1];
    if (this.padding === "reflection") return reflected(point, low, high);
    if (this.padding === "border" && this.mode !== "cubic") return [Math.min(Math.max(point, 0), extent - 1), 0];
    // Cubic curves bend up to the edge and beyond, as PyTorch's do. Far outside nothing changes any more.
    return [Math.min(Math.max(point, -FAR), extent + FAR), 1];
  }
}

function reflected(point: number, low: number, high: number): readonly [number, number] {
  const range = high - low;
  if (range <= 0) return [low, 0];
  const [beyond, isBelow] = point < low ? [low - point, true] : [point - high, false];
  if (beyond <= 0) return [point, 1];
  const turns = Math.floor(beyond / range);
  const rest = beyond - turns * range;
  const fromSame = turns % 2 === 0;
  const [at, direction] = isBelow === fromSame ? [low + rest, 1] : [high - rest, -1];
  return [at, isBelow ? -direction : direction];
}

function roundToEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}

interface CombinedTap {
  readonly offset: number;
  readonly weight: number;
  /** Per coordinate, in the order of a point's. */
  readonly slopes: readonly number[];
}

/** One tap of every axis, for every combination. */
function combined(axes: readonly (readonly AxisTap[])[], steps: readonly number[]): readonly CombinedTap[] {
  return axes.reduce<readonly CombinedTap[]>((outer, taps, axis) => outer.flatMap((before) => taps.map((tap) => ({
    offset: before.offset + tap.position * steps[axis]!,
    weight: before.weight * tap.weight,
    slopes: [before.weight * tap.slope, ...before.slopes.map((slope) => slope * tap.weight)],
  }))), [{ offset: 0, weight: 1, slopes: [] }]);
}
