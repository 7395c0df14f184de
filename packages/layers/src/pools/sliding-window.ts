/** The options that sliding pools share, checked once and completed when the input's rank is known. */
import { optionsOf, ShapeError, type Shape } from "@relprop/tensor";
import { slidingWindows, type AxisWindows } from "./pool-windows.ts";
import { paddingPairs, perAxis, samePadding, type Padding, type PerAxis, type SamePadding } from "./window.ts";

/** What a sliding pool may be given besides its kernel. */
export interface SlidingOptions {
  /** The kernel if absent: windows side by side. */
  readonly stride?: PerAxis | undefined;
  readonly padding?: Padding;
  /** Padding that follows from the input's extents, instead of `padding`. */
  readonly same?: SamePadding | undefined;
  readonly dilation?: PerAxis;
  /** Round the number of windows up; the last may reach beyond the padding but starts inside the input or before it. */
  readonly ceilMode?: boolean;
}

/** A window that slides over one to three spatial axes; single numbers count for every axis. */
export class SlidingWindow {
  readonly kernel: PerAxis;
  readonly stride: PerAxis;
  readonly padding: Padding;
  readonly same: SamePadding | undefined;
  readonly dilation: PerAxis;
  readonly ceilMode: boolean;
  readonly #who: string;

  constructor(who: string, kernel: PerAxis, options: SlidingOptions) {
    const { stride = kernel, padding = 0, dilation = 1, ceilMode = false } = optionsOf(who, options);
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
    this.same = options.same;
    this.dilation = dilation;
    this.ceilMode = ceilMode;
    this.#who = who;
    const given = [kernel, stride, padding, dilation].find(Array.isArray);
    this.#complete(given?.length ?? 1);
  }

  /** The windows along every axis of an input of these spatial extents. */
  windows(spatial: Shape, countPadding: boolean): readonly AxisWindows[] {
    const { kernel, stride, padding, dilation } = this.#complete(spatial.length);
    const { ceilMode } = this;
    return spatial.map((extent, i) =>
      slidingWindows(extent, {
        kernel: kernel[i]!,
        stride: stride[i]!,
        padding: this.same === undefined
          ? padding[i]!
          : samePadding(this.same, extent, kernel[i]!, stride[i]!, dilation[i]!),
        dilation: dilation[i]!,
        ceilMode,
        countPadding,
      }),
    );
  }

  #complete(rank: number): {
    kernel: readonly number[];
    stride: readonly number[];
    padding: readonly (readonly [number, number])[];
    dilation: readonly number[];
  } {
    if (rank < 1 || rank > 3) throw new ShapeError(`${this.#who}: takes 1 to 3 spatial dimensions, got ${rank}`);
    return {
      kernel: perAxis(`${this.#who} kernel`, this.kernel, rank, 1),
      stride: perAxis(`${this.#who} stride`, this.stride, rank, 1),
      padding: paddingPairs(`${this.#who} padding`, this.padding, rank),
      dilation: perAxis(`${this.#who} dilation`, this.dilation, rank, 1),
    };
  }
}
