/** Which position and which channel each element of an input belongs to. */
import { assumedLayout, sizeOf, type Layout, type Shape } from "@relprop/tensor";

/** An input as channels over a grid of positions; a row of features has one position. */
export interface Grid {
  readonly channels: number;
  /** Whether the channels of a position lie side by side. */
  readonly isLast: boolean;
  /** Of the spatial axes. */
  readonly extents: readonly number[];
  readonly positions: number;
  /** The position of a flat element. */
  positionOf(element: number): number;
  /** The channel of a flat element. */
  channelOf(element: number): number;
  /** The flat element of a channel at a position. */
  element(channel: number, position: number): number;
}

/** The grid of one sample `[1, C, …]`, or `[1, …, C]` with channels last. */
export function gridOf(who: string, shape: Shape, layout?: Layout): Grid {
  const isLast = shape.length > 2 && (layout ?? assumedLayout(who, shape)) === "channelsLast";
  const sample = shape.slice(1);
  const channels = (isLast ? sample.at(-1) : sample[0]) ?? 1;
  const extents = isLast ? sample.slice(0, -1) : sample.slice(1);
  const positions = sizeOf(extents);
  return {
    channels,
    isLast,
    extents,
    positions,
    positionOf: (element) => (isLast ? Math.floor(element / channels) : element % positions),
    channelOf: (element) => (isLast ? element % channels : Math.floor(element / positions)),
    element: (channel, position) => (isLast ? position * channels + channel : channel * positions + position),
  };
}
