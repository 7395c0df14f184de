/** What a model says of the pictures that it takes: where it has channels, whether it reads bytes. */
import type { Model } from "@relprop/layers";
import {
  checkLayout, fromChannelsFirst, Integers, ShapeError, type Layout, type Tensor, type Value,
} from "@relprop/tensor";

/** Where the channels of a model's pictures stand, and how many there are: 1, or 3 unless the model says. */
export interface PictureLayout {
  readonly layout: Layout;
  readonly channels: 1 | 3;
  /** Extents, `undefined` where free. */
  readonly height: number | undefined;
  readonly width: number | undefined;
}

/**
 * What a model says of the pictures that it takes as its first input. Throws a `ShapeError` for models that take none,
 * and for those that do not tell where channels stand: then it names the option `layout`.
 */
export function pictureLayout(model: Model, given?: Layout): PictureLayout {
  const { name, shape } = model.inputs[0]!;
  const stated = checkLayout("explain", given) ?? model.layout(name);
  if (shape === undefined) {
    return { layout: stated ?? "channelsFirst", channels: 3, height: undefined, width: undefined };
  }
  const extents = `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
  if (shape.length !== 4) throw new ShapeError(`explain: takes models of pictures, got one of ${extents}`);
  const layout = stated ?? pictured(shape[1], shape[3]);
  if (layout === undefined) {
    throw new ShapeError(
      `explain: takes the option layout, "channelsFirst" or "channelsLast", for a model input of ${extents}, got none`,
    );
  }
  const [channels, height, width] = layout === "channelsLast" ? [shape[3], shape[1], shape[2]] : shape.slice(1);
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new ShapeError(`explain: takes models of pictures with 1 or 3 channels, got one of ${extents}`);
  }
  return { layout, channels: channels ?? 3, height, width };
}

/** Pictures have 1 or 3 channels, which tells them from other axes. */
function pictured(second: number | undefined, last: number | undefined): Layout | undefined {
  const [first, behind] = [second, last].map((extent) => extent === 1 || extent === 3);
  if (first === behind) return undefined;
  return first === true ? "channelsFirst" : "channelsLast";
}

/** Values `[N, C, H, W]` in the layout and the type of the model's first input. */
export function valueFor(model: Model, values: Tensor, layout: Layout): Value {
  const { type } = model.inputs[0]!;
  const turned = fromChannelsFirst(values, layout);
  if (type === undefined) return turned;
  return new Integers(turned.shape, Float64Array.from(turned.data, (value) => Math.round(value)), type);
}
