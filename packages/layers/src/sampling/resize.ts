/** Any axes made larger or smaller, by every interpolation there is. */
import { empty, formatShape, oneOf, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import { axisOf, checkExtent } from "../layer/axis.ts";
import { ForShape } from "../model/for-shape.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";
import { axisTaps, resample, type AxisTaps } from "./resample.ts";
import { tapsAt, type Interpolation, type ResizedAxis } from "./interpolation.ts";

/** What a `Resize` is told besides how to interpolate; either scales or sizes. */
export interface ResizeOptions {
  readonly scales?: readonly number[] | undefined;
  readonly sizes?: readonly number[] | undefined;
  /** The axes that these are for; all by default. */
  readonly axes?: readonly number[] | undefined;
  /** Whether sizes are taken as they are, or as bounds within which, or beyond which, proportions are kept. */
  readonly proportions?: "stretch" | "not_larger" | "not_smaller" | undefined;
  /** The starts and then the ends of what is cut out, as shares of the axes. */
  readonly region?: readonly number[] | undefined;
  /** What stands where a position lies outside of it. */
  readonly extrapolation?: number;
}

interface Plan {
  readonly shape: Shape;
  /** What changes. */
  readonly axes: readonly (ResizedAxis & { readonly axis: number })[];
}

interface ChosenAxis extends AxisTaps {
  readonly axis: number;
}

/** `x` with other extents, each position a weighted sum of elements, axis by axis. */
export class Resize implements Layer {
  readonly kind = "Resize";
  readonly role: Role;
  readonly keepsSign: boolean;
  readonly how: Interpolation;
  readonly options: ResizeOptions;
  readonly #plan = new ForShape((input): Plan => this.#planned(input));
  // Only when something is computed: shapes alone are bounded by whoever asks for them.
  readonly #taps = new ForShape((input): readonly ChosenAxis[] =>
    this.#plan.get(input).axes.map((axis) =>
      ({ axis: axis.axis, ...axisTaps(axis.from, axis.to, (p) => tapsAt(p, axis, this.how)) })));

  constructor(how: Interpolation, options: ResizeOptions) {
    optionsOf("Resize", how);
    optionsOf("Resize", options);
    for (const key of ["scales", "sizes", "axes", "region"] as const) {
      if (options[key] !== undefined) checkList("Resize", options[key]);
    }
    if ((options.scales === undefined) === (options.sizes === undefined)) {
      throw new RangeError("Resize: takes either scales or sizes");
    }
    if (options.scales?.every((scale) => scale > 0 && scale < Infinity) === false) {
      throw new RangeError(`Resize: takes scales > 0, got ${options.scales.join(", ")}`);
    }
    oneOf("Resize", "mode", how.mode, ["nearest", "linear", "cubic"]);
    this.how = how;
    this.options = options;
    this.role = how.mode === "nearest" ? "route" : "average";
    this.keepsSign = how.mode !== "cubic" && (options.extrapolation ?? 0) >= 0;
  }

  outputShape(input: Shape): Shape {
    return this.#plan.get(input).shape;
  }

  forward(x: Tensor): Tensor {
    const axes = this.#taps.get(x.shape);
    const { shape } = this.#plan.get(x.shape);
    const y = axes.reduceRight((from, { axis, forward }) => resample(from, axis, forward), x);
    const outside = axes.filter(({ forward }) => forward.starts.some((start, p, starts) => start === starts[p + 1]));
    return outside.length === 0 ? y : this.#filled(y, shape, outside);
  }

  pullback(x: Tensor): Linearization {
    const axes = this.#taps.get(x.shape);
    const through = (s: Tensor): Tensor => axes.reduce((t, taps) => resample(t, taps.axis, taps.back), s);
    const back = (s: Tensor): Tensor[] => [through(s)];
    return { output: this.forward(x), back };
  }

  #filled(y: Tensor, shape: Shape, outside: readonly ChosenAxis[]): Tensor {
    const out = empty(shape);
    out.data.set(y.data);
    for (const { axis, forward: { starts } } of outside) {
      const outputs = starts.length - 1;
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      for (let i = 0; i < out.size; i++) {
        const p = Math.floor(i / inner) % outputs;
        if (starts[p] === starts[p + 1]) out.data[i] = this.options.extrapolation ?? 0;
      }
    }
    return out;
  }

  #planned(input: Shape): Plan {
    const { scales, sizes, proportions = "stretch", region } = this.options;
    const { axes: chosen = input.map((_, axis) => axis) } = this.options;
    const axes = chosen.map((axis) => axisOf("Resize", axis, input.length));
    const values = scales ?? sizes!;
    if (values.length !== axes.length) {
      throw new ShapeError(`Resize: takes ${values.length} axes, got ${formatShape(axes.map((axis) => input[axis]!))}`);
    }
    const ratios = axes.map((axis, i) => (scales === undefined ? sizes![i]! / input[axis]! : scales[i]!));
    const common = proportions === "stretch" || scales !== undefined
      ? undefined
      : ratios.reduce(proportions === "not_larger" ? (a, b) => Math.min(a, b) : (a, b) => Math.max(a, b));
    const shape = [...input];
    const resized = axes.map((axis, i): ResizedAxis & { readonly axis: number } => {
      const from = input[axis]!;
      const scale = common ?? ratios[i]!;
      const to = common !== undefined
        ? Math.floor(common * from + 0.5)
        : scales === undefined ? sizes![i]! : Math.floor(from * scale);
      shape[axis] = checkExtent("Resize", to);
      const ends: readonly [number, number] = region === undefined
        ? [0, 1]
        : [region[i] ?? 0, region[i + axes.length] ?? 1];
      return { axis, from, to, scale, region: ends };
    });
    const cuts = this.how.coordinates === "tf_crop_and_resize";
    const changed = resized.filter(({ from, to, scale }) => cuts || from !== to || scale !== 1);
    if (changed.some(({ from, to }) => from === 0 && to > 0)) {
      throw new ShapeError(`Resize: takes axes with an element, got ${formatShape(input)}`);
    }
    return { shape, axes: changed };
  }
}
