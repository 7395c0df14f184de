/** Where the channels of pictures, signals and feature maps stand. */
import { oneOf } from "./one-of.ts";
import { permute } from "./permute.ts";
import { formatShape, ShapeError, type Shape } from "./shape.ts";
import { checkTensor, type Tensor } from "./tensor.ts";

/** Channels behind the batch, `[N, C, …]`, or last, `[N, …, C]`. */
export type Layout = "channelsFirst" | "channelsLast";

/** The tensor with one axis taken out and put in so that it stands at `to`; the same tensor if it does already. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  checkTensor("moveAxis", x);
  return from === to ? x : permute(x, x.shape.map((_, axis) => axis).toSpliced(from, 1).toSpliced(to, 0, from));
}

/** A batch `[N, …]` with its channels behind the batch; as it is where they stand there, or where that is not known. */
export function toChannelsFirst(x: Tensor, layout: Layout | undefined): Tensor {
  checkTensor("toChannelsFirst", x);
  return layout === "channelsLast" && x.shape.length > 2 ? moveAxis(x, x.shape.length - 1, 1) : x;
}

/** What `toChannelsFirst` was given, from what it made. */
export function fromChannelsFirst(x: Tensor, layout: Layout | undefined): Tensor {
  checkTensor("fromChannelsFirst", x);
  return layout === "channelsLast" && x.shape.length > 2 ? moveAxis(x, 1, x.shape.length - 1) : x;
}

/**
 * The layout of a picture `[N, C, H, W]` or `[C, H, W]` that nothing is known of: channels first, unless it may just as
 * well have them last. Throws a `ShapeError` then, which names the option `layout`.
 */
export function assumedLayout(who: string, shape: Shape): Layout {
  const [channels = 1, height = 1, last = 1] = shape.slice(-3);
  const looksLast = shape.length >= 3 && [1, 3, 4].includes(last) && channels > 3 && height > last;
  if (!looksLast) return "channelsFirst";
  throw new ShapeError(
    `${who}: takes the option layout, "channelsFirst" or "channelsLast", for ${formatShape(shape)}, got none: ` +
      "its shape does not tell where its channels are",
  );
}

/** Throws a `RangeError` for what is no layout. */
export function checkLayout(who: string, layout: Layout | undefined): Layout | undefined {
  return layout === undefined ? layout : oneOf(who, "layout", layout, ["channelsFirst", "channelsLast"]);
}
