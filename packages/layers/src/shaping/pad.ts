/** Borders around the last axes. */
import { formatShape, optionsOf, ShapeError, type Shape } from "@relprop/tensor";
import { checkExtent } from "../layer/axis.ts";
import type { Region } from "../layer/layer.ts";
import { Routing, stepped, strides, type Route } from "./routing.ts";
import { checkList } from "./whole-numbers.ts";

/** What stands in a border: a constant, the mirrored inside without its edge, the edge, or the other end. */
export type PadMode = "constant" | "reflect" | "edge" | "wrap";

/** What a `Pad` may be given besides its widths. */
export interface PadOptions {
  /** `"constant"` by default. */
  readonly mode?: PadMode;
  /** The constant; `0` by default. */
  readonly value?: number;
}

/** `[before, after]` elements more at each of the last axes, the last pair at the last axis; fewer where negative. */
export class Pad extends Routing {
  readonly kind = "Pad";
  readonly axisUse = "kept";
  readonly widths: readonly (readonly [before: number, after: number])[];
  readonly mode: PadMode;
  protected override readonly fill: number;

  constructor(
    widths: readonly (readonly [before: number, after: number])[],
    options: PadOptions = {},
  ) {
    const { mode = "constant", value = 0 } = optionsOf("Pad", options);
    super();
    checkList("Pad", widths);
    if (!widths.flat().every(Number.isInteger)) {
      throw new ShapeError(`Pad: takes pairs of whole numbers, got ${JSON.stringify(widths)}`);
    }
    if (!Object.hasOwn(MODES, mode)) {
      throw new RangeError(`Pad: takes mode ${Object.keys(MODES).join(", ")}, got "${mode}"`);
    }
    this.widths = widths;
    this.mode = mode;
    this.fill = value;
  }

  /** Known where a border repeats nothing of the inside. */
  reach(output: Region, input: Shape): Region {
    const first = input.length - this.widths.length;
    return this.mode === "constant"
      ? output.map(([from, to], axis) => {
        const [before] = this.widths[axis + 2 - first] ?? [0];
        return [from - before, to - before];
      })
      : input.slice(2).map((extent) => [0, extent]);
  }

  protected route(input: Shape): Route {
    const steps = strides(input);
    const first = input.length - this.widths.length;
    if (first < 0) {
      throw new ShapeError(`Pad: takes at least ${this.widths.length} dimensions, got ${formatShape(input)}`);
    }
    const shape: number[] = [];
    const offsets = input.map((extent, axis) => {
      const [before, after] = this.widths[axis - first] ?? [0, 0];
      const length = checkExtent("Pad", extent + before + after);
      const { reach, source } = MODES[this.mode];
      if (length < 0 || Math.min(before, after) < -extent || Math.max(before, after, 0) > reach(extent)) {
        throw new ShapeError(
          `Pad: takes inputs that "${this.mode}" can pad by ${JSON.stringify(this.widths)}, got ${formatShape(input)}`,
        );
      }
      shape.push(length);
      return stepped(length, steps[axis]!, (i) => source(i - before, extent));
    });
    return { shape, offsets };
  }
}

interface Mode {
  /** The widest border that an axis of this extent can fill. */
  readonly reach: (extent: number) => number;
  /** Which position of the axis stands at `i`, which may lie outside; −1 for the constant. */
  readonly source: (i: number, extent: number) => number;
}

const MODES: Readonly<Record<PadMode, Mode>> = {
  constant: { reach: () => Infinity, source: (i, extent) => (i < extent ? i : -1) },
  reflect: {
    reach: (extent) => Math.max(extent - 1, 0),
    source: (i, extent) => (i < 0 ? -i : i < extent ? i : 2 * (extent - 1) - i),
  },
  edge: {
    reach: (extent) => (extent === 0 ? 0 : Infinity),
    source: (i, extent) => Math.min(Math.max(i, 0), extent - 1),
  },
  wrap: { reach: (extent) => extent, source: (i, extent) => (i + extent) % extent },
};
