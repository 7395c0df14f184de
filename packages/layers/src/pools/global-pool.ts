/** Pools over whole planes. */
import { empty, optionsOf, rowKernels, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { adaptiveWindows, type AxisWindows } from "./pool-windows.ts";
import { AveragePooling, MaxPooling } from "./pooling.ts";

/** What a global pool may be given. */
export interface GlobalPoolOptions {
  /** Output `[N, C, 1, …]` (the default) rather than `[N, C]`. */
  readonly keepDims?: boolean;
}

/** The maximum of every channel: `[N, C, …spatial]` to `[N, C, 1, …]`. */
export class GlobalMaxPool extends MaxPooling {
  readonly kind = "GlobalMaxPool";
  readonly keepDims: boolean;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(options: GlobalPoolOptions = {}) {
    const { keepDims = true } = optionsOf("GlobalMaxPool", options);
    super();
    this.keepDims = keepDims;
  }

  override outputShape(input: Shape): Shape {
    return kept(super.outputShape(input), this.keepDims);
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return whole(spatial);
  }
}

/** The mean of every channel: `[N, C, …spatial]` to `[N, C, 1, …]`. */
export class GlobalAvgPool extends AveragePooling {
  readonly kind = "GlobalAvgPool";
  readonly keepDims: boolean;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(options: GlobalPoolOptions = {}) {
    const { keepDims = true } = optionsOf("GlobalAvgPool", options);
    super();
    this.keepDims = keepDims;
  }

  override outputShape(input: Shape): Shape {
    return kept(super.outputShape(input), this.keepDims);
  }

  protected windows(spatial: Shape): readonly AxisWindows[] {
    return whole(spatial);
  }

  override forward(x: Tensor): Tensor {
    const output = empty(this.outputShape(x.shape));
    const extent = sizeOf(x.shape.slice(2));
    rowKernels().sumAxis(output.size, extent, 1, extent, x.data, undefined, output.data);
    return output;
  }
}

function kept(output: Shape, dims: boolean): Shape {
  return dims ? output : output.slice(0, 2);
}

function whole(spatial: Shape): readonly AxisWindows[] {
  return spatial.map((extent) => adaptiveWindows(extent, 1));
}
