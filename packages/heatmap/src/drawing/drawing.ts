/** Drawings of few shapes, which become SVG, where text stays text, or pixels. */
import type { Abortable } from "@relprop/tensor";
import { rasterized } from "./drawing-raster.ts";
import { drawnSvg } from "./drawing-svg.ts";
import type { Pixels } from "../image/image.ts";
import { encodePng } from "../files/png-encode.ts";
import type { Drawn, DrawnShape } from "./shape.ts";

/** Shapes on a sheet of some size, and what is read out instead of it. */
export class Drawing implements Drawn {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly DrawnShape[];
  readonly alt: string;

  constructor(width: number, height: number, shapes: readonly DrawnShape[], alt: string) {
    if (!(width >= 1 && height >= 1 && width < Infinity && height < Infinity)) {
      throw new RangeError(`Drawing: takes finite extents of at least 1, got ${width} × ${height}`);
    }
    this.width = width;
    this.height = height;
    this.shapes = shapes;
    this.alt = alt;
  }

  /** The drawing for pages and drawing programs; in a page its colours may be set as `--relprop-ink` and the like. */
  svg(): string {
    return drawnSvg(this);
  }

  /** The drawing as pixels, `scale` for each of its own, with letters of the package's own font. */
  rgba(scale: number = 1): Pixels {
    if (!(scale > 0 && scale < Infinity)) throw new RangeError(`Drawing: takes a scale above 0, got ${scale}`);
    return rasterized(this, scale);
  }

  /** The bytes of a PNG file; twice as fine as the drawing unless told. */
  png(scale: number = 2, options: Abortable = {}): Promise<Uint8Array<ArrayBuffer>> {
    return encodePng(this.rgba(scale), options);
  }
}
