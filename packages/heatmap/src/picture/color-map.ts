/** Colour maps: from a position between 0 and 1 to a colour. */
import { rgb, type Color, type Rgb } from "../image/image.ts";

/** A colour and where it stands, from 0 to 1. */
export interface ColorStop {
  readonly at: number;
  readonly color: Color;
}

/**
 * The colour maps known by name. Diverging, with 0 in the middle: `redBlue` (blue, white, red), `coldHot` (cyan and
 * blue, black, red and yellow). Sequential: `gray` (black to white), `viridis`, `jet`.
 */
export const colorMapNames = ["redBlue", "coldHot", "gray", "viridis", "jet"] as const;

/** One of `colorMapNames`. */
export type ColorMapName = (typeof colorMapNames)[number];

/** A colour map by name, as colours at equal distances, or as stops in ascending order from 0 to 1. */
export type ColorMap = ColorMapName | readonly Color[] | readonly ColorStop[];

/** The colour at a position from 0 to 1. */
export type Colorize = (position: number) => Rgb;

const named: Readonly<Record<ColorMapName, readonly Color[] | readonly ColorStop[]>> = {
  redBlue: ["#00004d", "#0000ff", "#ffffff", "#ff0000", "#800000"],
  coldHot: ["#c8ffff", "#00c8ff", "#0032ff", "#000000", "#ff3200", "#ffc800", "#ffffc8"],
  gray: ["#000000", "#ffffff"],
  // Ten samples of the map by Stéfan van der Walt and Nathaniel Smith (2015), released under CC0.
  viridis: [
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
  ],
  jet: [
    { at: 0, color: "#000080" },
    { at: 0.125, color: "#0000ff" },
    { at: 0.375, color: "#00ffff" },
    { at: 0.625, color: "#ffff00" },
    { at: 0.875, color: "#ff0000" },
    { at: 1, color: "#800000" },
  ],
};

/** The function behind a colour map: linear between its stops in each of red, green and blue. */
export function colorMap(map: ColorMap): Colorize {
  const paint = painter(map);
  return (position) => {
    const color: [number, number, number] = [0, 0, 0];
    paint(position, color, 0);
    return color;
  };
}

/** Writes the colour at a position to three places from `to` on: a picture has too many pixels for a list each. */
export type Paint = (position: number, out: { [place: number]: number }, to: number) => void;

/** The same as `colorMap`, writing into what there is. */
export function painter(map: ColorMap): Paint {
  const stops = stopsOf(map);
  return (position, out, to) => {
    const x = Math.min(1, Math.max(0, position));
    let next = 1;
    while (next < stops.length - 1 && stops[next]!.at < x) next++;
    const [left, right] = [stops[next - 1]!, stops[next]!];
    const share = right.at > left.at ? (x - left.at) / (right.at - left.at) : 1;
    for (let channel = 0; channel < 3; channel++) {
      const from = left.color[channel]!;
      out[to + channel] = Math.round(from + (right.color[channel]! - from) * share);
    }
  };
}

interface Stop {
  readonly at: number;
  readonly color: Rgb;
}

function stopsOf(map: ColorMap): readonly Stop[] {
  const list = typeof map === "string" ? (Object.hasOwn(named, map) ? named[map] : undefined) : map;
  if (!Array.isArray(list)) {
    const got = JSON.stringify(map);
    throw new RangeError(`colorMap: takes ${colorMapNames.join(", ")} or a list of colours, got ${got}`);
  }
  const stops = (list as readonly (Color | ColorStop)[]).map((stop, index) =>
    typeof stop === "object" && "at" in stop && "color" in stop
      ? { at: stop.at, color: rgb(stop.color) }
      : { at: index / (list.length - 1), color: rgb(stop) },
  );
  const ascending = stops.every(({ at }, index) => index === 0 || at >= stops[index - 1]!.at);
  if (stops.length < 2 || !ascending || stops[0]!.at !== 0 || stops.at(-1)!.at !== 1) {
    const got = JSON.stringify(stops.map(({ at }) => at));
    throw new RangeError(`colorMap: takes two stops or more, ascending from 0 to 1, got ${got}`);
  }
  return stops;
}
