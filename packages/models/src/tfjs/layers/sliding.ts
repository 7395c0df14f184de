/** Windows as Keras describes them. */
import type { SamePadding } from "@relprop/layers";
import type { Shape } from "@relprop/tensor";
import type { LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";

type Pads = readonly (readonly [before: number, after: number])[];

/** How a window slides. */
export interface Sliding {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Pads;
  /** Padding that follows from the input's extents, instead of `padding`. */
  readonly same: SamePadding | undefined;
}

/** More window positions times taps along one axis than any network has. */
const MOST_TAPS = 2 ** 24;

/** The strides, dilations and padding that the settings say; `dilations` names the setting, if there is one. */
export function slidingOf(call: LayerCall, x: Stream, kernel: Shape, dilations?: string): Sliding {
  const rank = kernel.length;
  const stride = call.config.numbers("strides", rank) ?? (dilations === undefined ? kernel : kernel.map(() => 1));
  const dilation = (dilations === undefined ? undefined : call.config.numbers(dilations, rank)) ?? kernel.map(() => 1);
  const mode = call.config.text("padding") ?? "valid";
  if (mode !== "valid" && mode !== "same" && mode !== "causal") {
    throw new RangeError(`takes padding valid, same or causal, got ${mode}`);
  }
  const padding = kernel.map((extent, axis): readonly [number, number] => {
    const input = x.shape[axis + 2] ?? 0;
    if (!(extent * input <= MOST_TAPS)) {
      throw new RangeError(`takes windows of moderate size, got ${extent} over ${input}`);
    }
    const reach = (extent - 1) * dilation[axis]! + 1;
    return mode === "causal" ? [reach - 1, 0] : [0, 0];
  });
  return { stride, dilation, padding, same: mode === "same" ? "sameUpper" : undefined };
}

/** A padding, and the zeros laid around `x` before taken into it. */
export function withZeros(x: Stream, { padding, same }: Sliding): { inside: Stream; padding: Pads } {
  if (x.zeros === undefined || same !== undefined) return { inside: x, padding };
  const { inside, widths } = x.zeros;
  return {
    inside,
    padding: padding.map(([before, after], axis) => [before + widths[axis]![0], after + widths[axis]![1]]),
  };
}

/** What a transposed convolution cuts off and adds, so that `same` makes the output stride times as large. */
export function transposedPadding(
  call: LayerCall, kernel: Shape, stride: readonly number[], dilation: readonly number[],
): { padding: Pads; outputPadding: readonly number[] } {
  const extra = call.config.numbers("output_padding", kernel.length);
  if (extra !== undefined) throw new RangeError("takes no output_padding of its own, got one");
  if ((call.config.text("padding") ?? "valid") === "valid") {
    // The output reaches as far as the stride even where the kernel does not.
    const rest = kernel.map((extent, axis) => Math.max(0, stride[axis]! - ((extent - 1) * dilation[axis]! + 1)));
    return { padding: kernel.map(() => [0, 0]), outputPadding: rest };
  }
  const surplus = kernel.map((extent, axis) => (extent - 1) * dilation[axis]! + 1 - stride[axis]!);
  return {
    padding: surplus.map((total) => [Math.floor(Math.max(0, total) / 2), Math.ceil(Math.max(0, total) / 2)]),
    outputPadding: surplus.map((total) => Math.max(0, -total)),
  };
}
