/** Maxima of sliding windows. */
import type { Shape } from "@relprop/tensor";
import { MaxPooling } from "./pooling.ts";
import type { AxisWindows } from "./pool-windows.ts";
import { SlidingWindow, type SlidingOptions } from "./sliding-window.ts";
import type { PerAxis } from "./window.ts";

/** `max` over windows of `[N, C, …spatial]`; the first element wins on ties, and gets everything that goes back. */
export class MaxPool extends MaxPooling {
  readonly kind = "MaxPool";
  readonly window: SlidingWindow;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(kernel: PerAxis, options: SlidingOptions = {}) {
    super();
    this.window = new SlidingWindow("MaxPool", kernel, options);
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return this.window.windows(spatial, false);
  }
}
