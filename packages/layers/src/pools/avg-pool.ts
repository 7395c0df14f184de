/** Means and sums of sliding windows. */
import type { Shape } from "@relprop/tensor";
import type { Role } from "../layer/layer.ts";
import type { AxisWindows } from "./pool-windows.ts";
import { AveragePooling } from "./pooling.ts";
import { SlidingWindow, type SlidingOptions } from "./sliding-window.ts";
import type { PerAxis } from "./window.ts";

/** What an `AvgPool` may be given besides its kernel. */
export interface AvgPoolOptions extends SlidingOptions {
  /** Whether the zeros of the padding count as elements; true by default, as in PyTorch (ONNX: false). */
  readonly countIncludePad?: boolean;
}

/** The mean over windows of `[N, C, …spatial]`. What a window covers beyond the padding never counts. */
export class AvgPool extends AveragePooling {
  readonly kind = "AvgPool";
  readonly window: SlidingWindow;
  readonly countIncludePad: boolean;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(kernel: PerAxis, options: AvgPoolOptions = {}) {
    super();
    this.window = new SlidingWindow("AvgPool", kernel, options);
    this.countIncludePad = options.countIncludePad ?? true;
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return this.window.windows(spatial, this.countIncludePad);
  }
}

/** The sum over windows of `[N, C, …spatial]`. */
export class SumPool extends AveragePooling {
  readonly kind = "SumPool";
  override readonly role: Role = "sum";
  protected override readonly divides = false;
  readonly window: SlidingWindow;

  constructor(kernel: PerAxis, options: SlidingOptions = {}) {
    super();
    this.window = new SlidingWindow("SumPool", kernel, options);
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return this.window.windows(spatial, false);
  }
}
