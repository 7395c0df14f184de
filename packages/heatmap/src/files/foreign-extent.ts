/** Pictures in formats that decoders of others read: which format it is, and how large it says to be. */

/** Formats that are handed to a decoder besides JPEG. */
export type ForeignFormat = "WebP" | "AVIF";

/** A format, and the extents that its header declares; `undefined` where they cannot be found. */
export interface ForeignHeader {
  readonly format: ForeignFormat;
  readonly extent: readonly [width: number, height: number] | undefined;
}

/** What the first bytes of a WebP or AVIF file say; `undefined` for other files. */
export function foreignHeader(bytes: Uint8Array): ForeignHeader | undefined {
  const text = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (text(0) === "RIFF" && text(8) === "WEBP") return { format: "WebP", extent: webpExtent(bytes, text(12)) };
  if (text(4) !== "ftyp") return undefined;
  const brands = Array.from({ length: 8 }, (_, i) => text(8 + 4 * i));
  return brands.some((brand) => /^avi[fs]$/.test(brand)) ? { format: "AVIF", extent: avifExtent(bytes) } : undefined;
}

function webpExtent(bytes: Uint8Array, chunk: string): readonly [number, number] | undefined {
  if (bytes.length < 30) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (chunk === "VP8X") return [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8)];
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
  }
  return chunk === "VP8 " ? [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff] : undefined;
}

/** The largest of the extents in the properties of its items; tiles have smaller ones. */
function avifExtent(bytes: Uint8Array): readonly [number, number] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: readonly [number, number] | undefined;
  for (let at = 0; at + 16 <= Math.min(bytes.length, 1 << 16); at++) {
    if (view.getUint32(at) !== 0x69737065) continue; // "ispe"
    const extent = [view.getUint32(at + 8), view.getUint32(at + 12)] as const;
    if (found === undefined || extent[0] * extent[1] > found[0] * found[1]) found = extent;
  }
  return found;
}
