/** Relevance as a picture: reduce the channels, normalise, colour. */
import { optionsOf, showAs, type Abortable, type Tensor } from "@relprop/tensor";
import { ansi, checkAnsi, type AnsiOptions } from "./terminal/ansi.ts";
import { ascii, asciiRamp } from "./terminal/ascii.ts";
import { painter, type Paint } from "./picture/color-map.ts";
import { grid } from "./grid.ts";
import { paintedPlane } from "./heatmap-pixels.ts";
import { checkOptions, underlays, type HeatmapOptions } from "./heatmap-options.ts";
import { Drawing } from "./drawing/drawing.ts";
import type { DrawnShape } from "./drawing/shape.ts";
import { figureTag, imgTag, type HtmlOptions } from "./drawing/html.ts";
import { blank, paste, rgb, type Image, type Pixels, type Rgb } from "./image/image.ts";
import { legend, legendLabels } from "./picture/legend.ts";
import { positionIn, rangeOf, type Normalization, type Range } from "./picture/normalize.ts";
import { overlay } from "./picture/overlay.ts";
import { encodePng } from "./files/png-encode.ts";
import { isSignal, planes, type Plane } from "./picture/reduce.ts";
import { relevantOf, type Relevant } from "./relevant.ts";
import { scaleBar } from "./picture/scale-bar.ts";
import { resize } from "./image/resize.ts";

/**
 * A heatmap of `[N, C, H, W]`, `[C, H, W]` or `[H, W]`, or of a signal `[F]`, which is drawn as a strip (with
 * `signal: true` also `[N, F]` and `[N, C, F]`). Channels stand last where an explanation or the option `layout` says
 * so. A batch becomes a grid unless `sample` picks one.
 */
export function heatmap(relevance: Tensor | Relevant, options: HeatmapOptions = {}): Heatmap {
  optionsOf("heatmap", options);
  const { relevance: tensor, layout } = relevantOf("heatmap", relevance);
  return new Heatmap(tensor, { layout, ...options });
}

/** A picture of relevance that has not chosen its format yet. What `heatmap` returns. */
export class Heatmap {
  /** For each sample, the relevance at the two ends of the colour map. */
  readonly ranges: readonly Range[];
  readonly #options: HeatmapOptions;
  readonly #positions: readonly Plane[];
  /** The picture under each sample; none without an overlay. */
  readonly #under: readonly Image[];
  readonly #signal: boolean;
  readonly #paint: Paint;
  readonly #nonFinite: Rgb;

  constructor(relevance: Tensor, options: HeatmapOptions = {}) {
    const { normalize, shared = false, colors = "redBlue", nonFinite = "#ff00ff" } = optionsOf("Heatmap", options);
    checkOptions(options);
    this.#options = options;
    this.#paint = painter(colors);
    this.#nonFinite = rgb(nonFinite);
    this.#signal = options.signal ?? isSignal(relevance);
    const reduced = planes(relevance, options);
    this.ranges = rangesOf(reduced, normalize, shared);
    this.#under = underlays(options, reduced.length);
    this.#positions = reduced.map((plane, i) => ({
      ...plane,
      values: plane.values.map((r) => positionIn(this.ranges[i]!, r)),
    }));
    showAs(this, {
      text: (colors) => this.ansi({ depth: colors ? 24 : 0 }),
      display: () => ({ "text/plain": this.toString(), "text/html": this.html() }),
    });
  }

  /** The picture in characters, without colour. */
  toString(): string {
    return this.ansi({ depth: 0 });
  }

  /** The picture as RGBA, what `ImageData` takes. */
  rgba(): Pixels {
    const picture = this.#enlarged();
    if (this.#options.legend !== true) return picture;
    const { background = "#ffffff" } = this.#options;
    const bar = this.#legend(picture.width);
    const gap = 4;
    const image = blank(bar.width, picture.height + gap + bar.height, background);
    paste(picture, image, (bar.width - picture.width) >> 1, 0);
    paste(bar, image, 0, picture.height + gap);
    return image;
  }

  /** The bytes of a PNG file. */
  async png(options: Abortable = {}): Promise<Uint8Array<ArrayBuffer>> {
    return encodePng(this.rgba(), options);
  }

  /** The picture for a terminal, one character for two pixels; `scale` and `size` do not apply. */
  ansi(options: AnsiOptions = {}): string {
    optionsOf("ansi", options);
    const { width, depth } = checkAnsi(options);
    const signed = this.#options.normalize !== "extrema";
    const drawn =
      depth === 0
        ? this.#positions.map((positions) => ascii(positions, width, signed)).join("\n\n")
        : ansi(this.#picture(), { width, depth });
    if (this.#options.legend !== true) return drawn;
    const { low, high } = legendLabels(this.ranges);
    if (depth === 0) return `${drawn}\n${low} ${asciiRamp(signed).trim()} ${high}`;
    const bar = blank(24, 2);
    for (let x = 0; x < bar.width; x++) {
      for (let y = 0; y < bar.height; y++) {
        const at = (y * bar.width + x) * 4;
        this.#paint(x / (bar.width - 1), bar.data, at);
        bar.data[at + 3] = 255;
      }
    }
    return `${drawn}\n${low} ${ansi(bar, { depth })} ${high}`;
  }

  /** A `figure` element with the picture inside, for any page. */
  html(options: HtmlOptions = {}): string {
    const { alt = "heatmap of relevance", caption } = optionsOf("html", options);
    const picture = this.#picture();
    const [width, height] = this.#sizeOf(picture);
    const tags = [imgTag(picture, width, height, alt)];
    if (this.#options.legend === true) {
      const bar = this.#legend(width);
      const { low, high } = legendLabels(this.ranges);
      tags.push(imgTag(bar, bar.width, bar.height, `colours from ${low} to ${high}`));
    }
    return figureTag(tags, caption);
  }

  /** The picture as SVG for drawing programs and print: a sharp square for each number; a legend's numbers as text. */
  svg(options: Pick<HtmlOptions, "alt"> = {}): string {
    const { alt = "heatmap of relevance" } = optionsOf("svg", options);
    const picture = this.#picture();
    const [width, height] = this.#sizeOf(picture);
    const { legend: hasLegend = false, colors = "redBlue" } = this.#options;
    const wide = hasLegend ? Math.max(width, 128) : width;
    const shapes: DrawnShape[] = [{ kind: "inset", x: (wide - width) / 2, y: 0, width, height, image: picture }];
    if (!hasLegend) return new Drawing(width, height, shapes, alt).svg();
    const bar = scaleBar(legendLabels(this.ranges), colors, { width: wide, top: height });
    return new Drawing(wide, height + bar.height, [...shapes, ...bar.shapes], alt).svg();
  }

  /** All samples at one pixel for each number. */
  #picture(): Pixels {
    const { columns, background = "#ffffff" } = this.#options;
    const tiles = this.#positions.map((positions, i) => {
      const [map, under] = [this.#draw(positions), this.#under[i]];
      return under === undefined ? map : overlay(map, under, this.#options.overlay?.alpha);
    });
    const gap = Math.max(1, Math.round(tiles[0]!.width / 32));
    return grid(tiles, columns ?? (this.#signal ? 1 : Math.ceil(Math.sqrt(tiles.length))), gap, background);
  }

  #draw(plane: Plane): Pixels {
    const { width } = plane;
    const { overlay: { fade = false } = {}, normalize } = this.#options;
    const signed = normalize !== "extrema";
    const image = paintedPlane(plane, this.#paint, (position) => {
      // At both ends of the colours, or at one, there is much relevance.
      const strength = signed ? Math.abs(2 * position - 1) : position;
      return fade && strength < 1 ? 255 * Math.min(1, 1.5 * strength) : 255;
    }, this.#nonFinite);
    // A line of single pixels cannot be seen.
    return this.#signal ? resize(image, width, Math.min(32, Math.max(1, Math.round(width / 8)))) : image;
  }

  #enlarged(): Pixels {
    const picture = this.#picture();
    return resize(picture, ...this.#sizeOf(picture));
  }

  #sizeOf({ width, height }: Image): readonly [width: number, height: number] {
    const { scale = 1, size } = this.#options;
    return size ?? [width * scale, height * scale];
  }

  #legend(width: number): Pixels {
    const { colors = "redBlue", background = "#ffffff" } = this.#options;
    return legend(legendLabels(this.ranges), { colors, width, background });
  }
}

function rangesOf(reduced: readonly Plane[], normalize: Normalization | undefined, shared: boolean): readonly Range[] {
  if (!shared || reduced.length === 1) return reduced.map(({ values }) => rangeOf(values, normalize));
  const all = new Float64Array(reduced.reduce((total, { values }) => total + values.length, 0));
  let at = 0;
  for (const { values } of reduced) {
    all.set(values, at);
    at += values.length;
  }
  const range = rangeOf(all, normalize);
  return reduced.map(() => range);
}
