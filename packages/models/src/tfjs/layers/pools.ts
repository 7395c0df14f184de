/** Pools, and planes made larger or smaller. */
import { AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool, Pad, Resize, Slice, Upsample } from "@relprop/layers";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";
import { slidingOf } from "./sliding.ts";

/** Layers over the spatial axes, which have no weights. */
export const pools: readonly (readonly [string, KerasLayer])[] = [
  ["Resizing", resized],
  ...[1, 2, 3].flatMap((rank): readonly (readonly [string, KerasLayer])[] => [
    [`MaxPooling${rank}D`, (call) => pool(call, rank, (kernel, options) => new MaxPool(kernel, options))],
    [`AveragePooling${rank}D`, (call) =>
      pool(call, rank, (kernel, options) => new AvgPool(kernel, { ...options, countIncludePad: false }))],
    [`GlobalMaxPooling${rank}D`, (call) => call.emit(new GlobalMaxPool(keeping(call)), [call.channelsFirst])],
    [`GlobalAveragePooling${rank}D`, (call) => call.emit(new GlobalAvgPool(keeping(call)), [call.channelsFirst])],
    [`ZeroPadding${rank}D`, (call) => zeroPadded(call, rank)],
    [`Cropping${rank}D`, (call) => cropped(call, rank)],
    [`UpSampling${rank}D`, (call) => upsampled(call, rank)],
  ]),
];

function pool(
  call: LayerCall, rank: number,
  make: (kernel: readonly number[], options: Omit<ReturnType<typeof slidingOf>, "dilation">) => MaxPool | AvgPool,
): Stream {
  const x = call.channelsFirst;
  const kernel = call.config.numbers("pool_size", rank) ?? new Array<number>(rank).fill(2);
  const { stride, padding, same } = slidingOf(call, x, kernel);
  call.take(kernel.reduce((total, extent, axis) => total + extent * x.shape[axis + 2]!, 0));
  return call.emit(make(kernel, { stride, padding, same }), [x]);
}

function keeping(call: LayerCall): { readonly keepDims: boolean } {
  return { keepDims: call.config.flag("keepdims") ?? false };
}

/** `[[before, after], …]` per spatial axis, however short it is written. */
function sides(call: LayerCall, setting: string, rank: number): readonly (readonly [number, number])[] {
  const given = call.config.any(setting);
  const list: readonly unknown[] = Array.isArray(given) ? given : new Array<unknown>(rank).fill(given);
  // In one dimension, two numbers are the two sides.
  const perAxis = rank === 1 && list.length === 2 ? [list] : list;
  const pairs = perAxis.map((side): unknown => (Array.isArray(side) ? side : [side, side]));
  if (pairs.length !== rank || !pairs.every(isPair)) {
    throw new RangeError(`takes two whole numbers >= 0 for each of ${rank} axes as ${setting}, got something else`);
  }
  return pairs;
}

function isPair(side: unknown): side is readonly [number, number] {
  const isWidth = (n: unknown): boolean => Number.isInteger(n) && (n as number) >= 0 && (n as number) < 2 ** 20;
  return Array.isArray(side) && side.length === 2 && side.every(isWidth);
}

function zeroPadded(call: LayerCall, rank: number): Stream {
  const widths = sides(call, "padding", rank);
  const inside = call.channelsFirst;
  return { ...call.emit(new Pad(widths), [inside]), zeros: { inside, widths } };
}

function cropped(call: LayerCall, rank: number): Stream {
  const x = call.channelsFirst;
  const ranges = sides(call, "cropping", rank).map(([before, after], i) =>
    ({ axis: i + 2, start: before, ...(after > 0 && { end: -after }) }));
  return call.emit(new Slice(...ranges), [x]);
}

/** To a size of its own, as Keras does; TensorFlow.js 4.22 runs no network that has it. */
function resized(call: LayerCall): Stream {
  const sizes = [call.config.number("height") ?? 0, call.config.number("width") ?? 0];
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 2 ** 16)) {
    throw new RangeError(`takes a height and a width from 1 to 2^16, got [${sizes.join(", ")}]`);
  }
  const mode = call.config.text("interpolation") ?? "bilinear";
  if (mode !== "nearest" && mode !== "bilinear") {
    throw new RangeError(`takes interpolation nearest or bilinear, got ${mode}`);
  }
  if (call.config.flag("crop_to_aspect_ratio") === true || call.config.flag("pad_to_aspect_ratio") === true) {
    throw new RangeError("takes sizes that need not keep proportions, got crop_to_aspect_ratio or pad_to_aspect_ratio");
  }
  call.take(sizes[0]! + sizes[1]!);
  return call.emit(new Resize({
    mode: mode === "nearest" ? "nearest" : "linear", coordinates: "half_pixel", rounding: "round_prefer_ceil",
    cubic: -0.75, excludeOutside: false, antialias: false,
  }, { sizes, axes: [2, 3] }), [call.channelsFirst]);
}

function upsampled(call: LayerCall, rank: number): Stream {
  const scale = call.config.numbers("size", rank) ?? new Array<number>(rank).fill(2);
  const mode = call.config.text("interpolation") ?? "nearest";
  if (mode !== "nearest" && mode !== "bilinear") {
    throw new RangeError(`takes interpolation nearest or bilinear, got ${mode}`);
  }
  const x = call.channelsFirst;
  if (!scale.every((factor, i) => Number.isInteger(factor) && factor >= 1 && factor * x.shape[i + 2]! <= 2 ** 20)) {
    throw new RangeError(`takes sizes that are whole numbers, got [${scale.join(", ")}]`);
  }
  // TensorFlow.js counts bilinear positions from the corner of the first pixel, unlike Keras.
  const how = mode === "nearest" ? { mode } as const : { mode: "linear", coordinates: "asymmetric" } as const;
  return call.emit(new Upsample({ scale, ...how }), [x]);
}
