/** What a JPEG file says of its picture before that is decoded: its extents, and how it is to be turned. */

/** As stored, and which way up it is shown: 1 as it is, 3 upside down, 6 a quarter to the right, 8 to the left. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** From 1 to 8 as Exif counts them: even up to 4 and odd from 5 on are mirrored. */
  readonly orientation: number;
}

/** The header of a JPEG file; `undefined` where there is none, which its decoder will say. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let orientation = 1;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at += 1; // may be repeated
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else {
      const length = view.getUint16(at + 2);
      const body = bytes.subarray(at + 4, at + 2 + length);
      if (marker === 0xe1) orientation = readOrientation(body) ?? orientation;
      const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
      if (isFrame && body.length >= 5) {
        return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), orientation };
      }
      if (marker === 0xda || marker === 0xd9) return undefined;
      at += 2 + length;
    }
  }
  return undefined;
}

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** The orientation in a segment of Exif data, a TIFF file of its own. */
function readOrientation(segment: Uint8Array): number | undefined {
  if (segment.length < 14 || EXIF.some((byte, i) => segment[i] !== byte)) return undefined;
  const tiff = segment.subarray(EXIF.length);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = tiff[0] === 0x49;
  const first = view.getUint32(4, little);
  if (first + 2 > tiff.length) return undefined;
  const count = view.getUint16(first, little);
  for (let i = 0, at = first + 2; i < count && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== 0x112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
