/** What goes wrong with files of pictures, and what they may cost. */
import type { Abortable } from "@relprop/tensor";

/** The file formats this package reads. */
export type ImageFormat = "PNG" | "PPM" | "JPEG" | "WebP" | "AVIF" | "image";

/**
 * Thrown when bytes are not the picture they should be. The message names the format, what the format takes there,
 * what was found and at which byte of the file.
 */
export class ImageFormatError extends Error {
  override readonly name = "ImageFormatError";
  readonly format: ImageFormat;
  /** The byte of the file at which reading stopped. */
  readonly position: number;

  constructor(format: ImageFormat, position: number, reason: string) {
    super(`${format}: ${reason} (at byte ${position})`);
    this.format = format;
    this.position = position;
  }
}

/** What a decoder is willing to do. */
export interface DecodeOptions extends Abortable {
  /** The most pixels a picture may declare before it is refused; 2^25 unless given, 128 MiB once decoded. */
  readonly maxPixels?: number;
}

/** Throws an `ImageFormatError` unless `width × height` has from 1 up to the allowed number of pixels. */
export function checkExtent(
  format: ImageFormat, position: number, width: number, height: number, options: DecodeOptions,
): void {
  const { maxPixels = 2 ** 25 } = options;
  if (!(width >= 1 && height >= 1 && width * height <= maxPixels)) {
    throw new ImageFormatError(format, position, `takes from 1 to ${maxPixels} pixels, got ${width} × ${height}`);
  }
}
