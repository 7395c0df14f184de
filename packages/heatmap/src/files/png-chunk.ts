/** The chunks a PNG file is made of: length, type, data, and a CRC over type and data. */
import { ImageFormatError } from "./format-error.ts";

/** The eight bytes every PNG file begins with. */
export const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** One chunk of a file: its four-letter type, its data, and the byte at which the data begin. */
export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly position: number;
}

/** The chunks of a file behind its signature, up to IEND, checked one by one as they are asked for. */
export function* readChunks(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = PNG_SIGNATURE.length;
  for (;;) {
    if (bytes.length - at < 12) {
      throw new ImageFormatError("PNG", at, `takes a chunk of at least 12 bytes, got ${bytes.length - at} to the end`);
    }
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) {
      throw new ImageFormatError("PNG", at + 4, `takes four letters as a chunk's type, got ${JSON.stringify(type)}`);
    }
    if (length > bytes.length - at - 12) {
      const got = bytes.length - at - 12;
      throw new ImageFormatError("PNG", at, `takes ${length} bytes of ${type}, got ${got} to the end`);
    }
    const [expected, found] = [view.getUint32(at + 8 + length), crc32(bytes.subarray(at + 4, at + 8 + length))];
    if (expected !== found) {
      throw new ImageFormatError("PNG", at + 8 + length, `takes CRC ${hex(found)} after ${type}, got ${hex(expected)}`);
    }
    yield { type, data: bytes.subarray(at + 8, at + 8 + length), position: at + 8 };
    if (type === "IEND") return;
    at += 12 + length;
  }
}

/** A whole file: the signature and the given chunks, with lengths and CRCs. */
export function writeChunks(chunks: readonly (readonly [type: string, data: Uint8Array])[]): Uint8Array<ArrayBuffer> {
  const size = chunks.reduce((total, [, data]) => total + 12 + data.length, PNG_SIGNATURE.length);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  out.set(PNG_SIGNATURE);
  let at = PNG_SIGNATURE.length;
  for (const [type, data] of chunks) {
    view.setUint32(at, data.length);
    for (let letter = 0; letter < 4; letter++) out[at + 4 + letter] = type.charCodeAt(letter);
    out.set(data, at + 8);
    view.setUint32(at + 8 + data.length, crc32(out.subarray(at + 4, at + 8 + data.length)));
    at += 12 + data.length;
  }
  return out;
}

let table: Uint32Array | undefined;

/** The CRC-32 of ISO 3309: polynomial 0xEDB88320 with bits reflected, ones before and after. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    return remainder;
  });
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, "0")}`;
}
