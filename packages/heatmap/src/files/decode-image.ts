/** Reading a picture of whatever format its first bytes announce. */
import { optionsOf, throwIfAborted, untilAborted } from "@relprop/tensor";
import { checkExtent, ImageFormatError, type DecodeOptions } from "./format-error.ts";
import { foreignHeader, type ForeignFormat } from "./foreign-extent.ts";
import { checkImage, owned, type Image, type Pixels } from "../image/image.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { oriented } from "../image/oriented.ts";
import { decodePng } from "./png-decode.ts";
import { decodePpm } from "./ppm.ts";

/** Limits, and decoders for formats that this package does not read itself. */
export interface DecodeImageOptions extends DecodeOptions {
  /** Reads JPEG files, of which none is asked of it that declares more than `maxPixels`. */
  readonly jpeg?: (bytes: Uint8Array<ArrayBuffer>) => Image | Promise<Image>;
  /** Reads WebP and AVIF files, of which none is asked of it that declares more than `maxPixels`. */
  readonly decoder?: (bytes: Uint8Array<ArrayBuffer>, format: ForeignFormat) => Image | Promise<Image>;
  /** Turn what `jpeg` read as the file's Exif data say, for decoders that do not, as jpeg-js; browsers' do. */
  readonly orient?: boolean;
}

/** The picture in a PNG, PGM or PPM file, told apart by how they begin; JPEG, WebP and AVIF by decoders. */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Promise<Pixels> {
  optionsOf("decodeImage", options);
  throwIfAborted(options.signal);
  if (!(bytes instanceof Uint8Array)) {
    const got = bytes === null ? "null" : typeof bytes;
    throw new TypeError(`decodeImage: takes a file's bytes as a Uint8Array, got ${got}`);
  }
  const starts = (...signature: readonly number[]): boolean => signature.every((byte, at) => bytes[at] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return decodePng(bytes, options);
  if (starts(0x50) && bytes[1]! >= 0x31 && bytes[1]! <= 0x37) return decodePpm(bytes, options);
  if (starts(0xff, 0xd8)) {
    if (options.jpeg === undefined) {
      const takes = "takes a decoder as the option `jpeg`, got none: pass one, or convert the picture to PNG";
      throw new ImageFormatError("JPEG", 0, takes);
    }
    const header = readJpegHeader(bytes);
    if (header !== undefined) checkExtent("JPEG", 0, header.width, header.height, options);
    const image = await untilAborted(Promise.resolve(options.jpeg(unshared(bytes))), options.signal);
    checkImage("decodeImage", image);
    if (options.orient === true && header !== undefined) return oriented(image, header.orientation);
    return owned(image);
  }
  const foreign = foreignHeader(bytes);
  if (foreign !== undefined && options.decoder !== undefined) {
    const { format, extent } = foreign;
    if (extent === undefined) throw new ImageFormatError(format, 0, "takes a header with extents, got none");
    checkExtent(format, 0, ...extent, options);
    const image = await untilAborted(Promise.resolve(options.decoder(unshared(bytes), format)), options.signal);
    checkImage("decodeImage", image);
    return owned(image);
  }
  const others: readonly (readonly [string, boolean])[] = [
    ["GIF", starts(0x47, 0x49, 0x46, 0x38)],
    ["BMP", starts(0x42, 0x4d)],
    ["TIFF", starts(0x49, 0x49, 0x2a) || starts(0x4d, 0x4d, 0x00)],
    [`${foreign?.format}: give the option \`decoder\`, or convert it to PNG`, foreign !== undefined],
  ];
  const found = others.find(([, matches]) => matches)?.[0];
  const got = found ?? (bytes.length === 0 ? "no bytes" : `a file that begins with ${bytes.slice(0, 4).join(" ")}`);
  throw new ImageFormatError("image", 0, `takes PNG, PGM or PPM, got ${got}`);
}

/** The bytes in memory of their own thread, as `Blob` and the decoders of browsers want them. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}
