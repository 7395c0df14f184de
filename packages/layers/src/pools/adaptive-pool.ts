/** Pools with a fixed output size. */
import { checkShape, type Shape } from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import { adaptiveWindows, type AxisWindows } from "./pool-windows.ts";
import { AveragePooling, MaxPooling } from "./pooling.ts";
import { perAxis } from "./window.ts";

/** Output extents: one for every axis, or one per axis where `undefined` keeps the input's. */
export type OutputSize = number | readonly (number | undefined)[];

/** The maximum over windows that divide the input as evenly as they can: `[⌊i·in/out⌋, ⌈(i+1)·in/out⌉)`. */
export class AdaptiveMaxPool extends MaxPooling {
  readonly kind = "AdaptiveMaxPool";
  readonly size: OutputSize;

  constructor(size: OutputSize) {
    super();
    this.size = checked("AdaptiveMaxPool", size);
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return windowsOf(this.kind, this.size, spatial);
  }
}

/** The mean over windows that divide the input as evenly as they can: `[⌊i·in/out⌋, ⌈(i+1)·in/out⌉)`. */
export class AdaptiveAvgPool extends AveragePooling {
  readonly kind = "AdaptiveAvgPool";
  readonly size: OutputSize;

  constructor(size: OutputSize) {
    super();
    this.size = checked("AdaptiveAvgPool", size);
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return windowsOf(this.kind, this.size, spatial);
  }
}

function checked(who: string, size: OutputSize): OutputSize {
  if (typeof size !== "number") checkList(`${who} size`, size);
  const given = typeof size === "number" ? [size] : size.map((extent) => extent ?? 1);
  perAxis(`${who} size`, given, given.length, 1);
  return size;
}

function windowsOf(who: string, size: OutputSize, spatial: Shape): readonly AxisWindows[] {
  const wanted = typeof size === "number" ? size : spatial.length === size.length
    ? size.map((extent, i) => extent ?? spatial[i]!)
    : size.map((extent) => extent ?? 1);
  checkShape(`${who} size`, [wanted].flat());
  return perAxis(`${who} size`, wanted, spatial.length, 1).map((windows, i) => adaptiveWindows(spatial[i]!, windows));
}
