/** Images made larger or smaller by interpolation. */
import { formatShape, oneOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { checkExtent } from "../layer/axis.ts";
import { ForShape } from "../model/for-shape.ts";
import type { Layer, Linearization, Region, Role } from "../layer/layer.ts";
import { axisTaps, resample, type AxisTaps, type Tap } from "./resample.ts";
import { perAxis, type PerAxis } from "../pools/window.ts";

/** Which point of the input an output position stands for; the names are those of ONNX's Resize. */
export type Coordinates = "asymmetric" | "halfPixel" | "pytorchHalfPixel" | "alignCorners";

/** Which element is nearest to a point between two. */
export type Rounding = "floor" | "ceil" | "roundPreferFloor" | "roundPreferCeil";

/** What an `Upsample` does; it takes either `scale` or `size`. */
export interface UpsampleOptions {
  /** By how much every spatial axis grows, or each. */
  readonly scale?: number | readonly number[];
  /** The extents afterwards. */
  readonly size?: PerAxis;
  /** `"linear"` is bilinear over two axes and trilinear over three; `"nearest"` by default. */
  readonly mode?: "nearest" | "linear";
  /** As in PyTorch by default: `"asymmetric"` for nearest, `"halfPixel"` for linear. */
  readonly coordinates?: Coordinates;
  /** For nearest; `"floor"` by default, as in PyTorch. */
  readonly rounding?: Rounding;
}

/** `[N, C, …spatial]` with other spatial extents, by nearest or linear interpolation, axis by axis. */
export class Upsample implements Layer {
  readonly kind = "Upsample";
  /** Nearest copies elements, linear averages them. */
  readonly role: Role;
  readonly keepsSign = true;
  readonly axisUse = "channelsFirst";
  readonly scale: number | readonly number[] | undefined;
  readonly size: PerAxis | undefined;
  readonly mode: "nearest" | "linear";
  readonly coordinates: Coordinates;
  readonly rounding: Rounding;
  /** The taps of every spatial axis. */
  readonly #taps = new ForShape((input): readonly AxisTaps[] =>
    this.#resized(input).map((axis) =>
      axisTaps(axis.from, checkExtent("Upsample", axis.to), (p) => this.#tapsAt(p, axis))));

  constructor(options: UpsampleOptions) {
    const { scale, size, mode = "nearest", rounding = "floor" } = Object(options) as UpsampleOptions;
    if ((scale === undefined) === (size === undefined)) {
      throw new RangeError("Upsample: takes either a scale or a size");
    }
    if (scale !== undefined && ![scale].flat().every((factor) => factor > 0)) {
      throw new RangeError(`Upsample: takes scales > 0, got ${[scale].flat().join(", ")}`);
    }
    this.scale = scale;
    this.size = size;
    this.mode = oneOf("Upsample", "mode", mode, ["nearest", "linear"]);
    this.role = mode === "nearest" ? "route" : "average";
    this.coordinates = options.coordinates ?? (mode === "nearest" ? "asymmetric" : "halfPixel");
    this.rounding = oneOf("Upsample", "rounding", rounding, Object.keys(ROUNDINGS) as Rounding[]);
  }

  outputShape(input: Shape): Shape {
    return [...input.slice(0, 2), ...this.#resized(input).map(({ to }) => checkExtent("Upsample", to))];
  }

  reach(output: Region, input: Shape): Region {
    const axes = this.#taps.get(input);
    return output.map(([from, to], axis) => {
      const { starts, positions, weights } = axes[axis]!.forward;
      const range: [number, number] = [Infinity, -Infinity];
      for (let t = starts[from]!; t < starts[to]!; t++) {
        if (weights[t] === 0) continue;
        range[0] = Math.min(range[0], positions[t]!);
        range[1] = Math.max(range[1], positions[t]! + 1);
      }
      return range;
    });
  }

  forward(x: Tensor): Tensor {
    // The last axis first: what is added to most elements lies side by side then.
    return this.#taps.get(x.shape).reduceRight((y, { forward }, i) => resample(y, i + 2, forward), x);
  }

  pullback(x: Tensor): Linearization {
    const axes = this.#taps.get(x.shape);
    const back = (s: Tensor): Tensor[] => [axes.reduce((t, taps, i) => resample(t, i + 2, taps.back), s)];
    return { output: this.forward(x), back };
  }

  /** What becomes of every spatial axis. */
  #resized(input: Shape): readonly Resized[] {
    const spatial = input.slice(2);
    if (spatial.length < 1 || spatial.includes(0)) {
      throw new ShapeError(`Upsample: takes [N, C, …spatial], got ${formatShape(input)}`);
    }
    const { scale, size } = this;
    if (size !== undefined) {
      return perAxis("Upsample size", size, spatial.length, 1).map((to, i) =>
        ({ from: spatial[i]!, to, over: spatial[i]!, by: to }));
    }
    const scales = typeof scale === "number" ? spatial.map(() => scale) : scale!;
    if (scales.length !== spatial.length) {
      throw new ShapeError(`Upsample: takes ${scales.length} spatial axes, got ${formatShape(input)}`);
    }
    return scales.map((by, i) => ({ from: spatial[i]!, to: Math.floor(spatial[i]! * by), over: 1, by }));
  }

  /** What position p of an axis reads. */
  #tapsAt(p: number, { from, to, over, by }: Resized): readonly Tap[] {
    const point = POINTS[this.coordinates](p, from, to, over, by, this.mode === "nearest" ? Math.fround : same);
    if (this.mode === "nearest") return [{ position: clamp(ROUNDINGS[this.rounding](point), from), weight: 1 }];
    const low = Math.floor(point);
    const weight = point - low;
    return [{ position: clamp(low, from), weight: 1 - weight }, { position: clamp(low + 1, from), weight }];
  }
}

/** An axis of `from` elements that becomes one of `to`; `over / by` elements stand for one. */
interface Resized {
  readonly from: number;
  readonly to: number;
  readonly over: number;
  readonly by: number;
}

function clamp(position: number, extent: number): number {
  return Math.min(Math.max(position, 0), extent - 1);
}

/**
 * The point for position p of an axis that goes from `from` to `to` elements; `over / by` of them stand for one. Where
 * points are rounded to elements, they are floats first: 1.5 / 0.6 is 2.5, though the float of 0.6 is not 0.6.
 */
type Point = (
  p: number, from: number, to: number, over: number, by: number, rounded: (value: number) => number,
) => number;

const same = (value: number): number => value;

const POINTS: Readonly<Record<Coordinates, Point>> = {
  asymmetric: (p, _from, _to, over, by, rounded) => rounded((p * over) / by),
  halfPixel: (p, _from, _to, over, by, rounded) => rounded(((p + 0.5) * over) / by) - 0.5,
  pytorchHalfPixel: (p, _from, to, over, by, rounded) => (to > 1 ? rounded(((p + 0.5) * over) / by) - 0.5 : 0),
  alignCorners: (p, from, to) => (to > 1 ? (p * (from - 1)) / (to - 1) : 0),
};

const ROUNDINGS: Readonly<Record<Rounding, (point: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  roundPreferFloor: (point) => Math.ceil(point - 0.5),
  roundPreferCeil: (point) => Math.floor(point + 0.5),
};
