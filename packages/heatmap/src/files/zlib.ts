/** The zlib format (RFC 1950), through the host's streams; reading stops as soon as more comes out than expected. */
import { throwIfAborted, untilAborted, type AbortSignalLike } from "@relprop/tensor";
import { concat } from "./bytes.ts";
import { compressionStream, decompressionStream, inflateAtOnce, type ByteTransform } from "./host.ts";

/**
 * Bytes fed at a time. Deflate expands at most 1032 times, and a host may inflate all it was fed before anyone can
 * look: this slice bounds what a hostile file can have in flight to 8 MiB.
 */
const SLICE = 8192;

/** `bytes` compressed. */
export async function deflate(bytes: Uint8Array, signal?: AbortSignalLike): Promise<Uint8Array<ArrayBuffer>> {
  const { chunks } = await pump(compressionStream(), bytes, Infinity, signal);
  return concat(chunks);
}

/** What came out of a zlib stream, and why it ended: `undefined` is a proper end. */
export interface Inflated {
  /** The bytes, or the first ones when `failure` is given; exactly the size asked for when not. */
  readonly bytes: Uint8Array;
  readonly failure?: string;
}

/** Inflates what must become exactly `size` bytes; holds no more than came out, and never much more than `size`. */
export async function inflate(bytes: Uint8Array, size: number, signal?: AbortSignalLike): Promise<Inflated> {
  throwIfAborted(signal);
  // Making the first stream takes Node 20 ms. What is amiss, the stream says.
  const whole = inflateAtOnce(bytes, size);
  if (whole?.length === size && endsInChecksum(bytes, whole)) return { bytes: new Uint8Array(whole) };
  const { chunks, total, failed } = await pump(decompressionStream(), bytes, size, signal);
  if (total > size) return { bytes: new Uint8Array(0), failure: `more than ${size} bytes` };
  const result = concat(chunks);
  if (failed) return { bytes: result, failure: `damaged data after ${total} of them` };
  if (total < size) return { bytes: result, failure: `only ${total}` };
  // Some hosts overlook bytes behind the stream's end. Looking for the checksum where the data end makes all agree.
  if (!endsInChecksum(bytes, result)) {
    return { bytes: result, failure: "data that do not end in their checksum" };
  }
  return { bytes: result };
}

/** A zlib stream of `bytes` uncompressed (stored blocks): larger, but at once and without the host's help. */
export function store(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const most = 65535;
  const blocks = Math.max(1, Math.ceil(bytes.length / most));
  const out = new Uint8Array(2 + blocks * 5 + bytes.length + 4);
  out.set([0x78, 0x01]);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const piece = bytes.subarray(block * most, (block + 1) * most);
    const { length } = piece;
    out.set([block === blocks - 1 ? 1 : 0, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255], at);
    out.set(piece, at + 5);
    at += 5 + length;
  }
  const sum = adler32(bytes);
  out.set([sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255], at);
  return out;
}

/** `b · 2^16 + a` with `a = 1 + Σ x[i]` and `b` the sum of all `a` on the way, both modulo 65521. */
export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < bytes.length; from += 3800) {
    const to = Math.min(from + 3800, bytes.length); // few enough steps for b to stay below 2^32
    for (let i = from; i < to; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function endsInChecksum(bytes: Uint8Array, inflated: Uint8Array): boolean {
  return bytes.length >= 6 && checksumAt(bytes, bytes.length - 4) === adler32(inflated);
}

function checksumAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

interface Pumped {
  readonly chunks: readonly Uint8Array[];
  readonly total: number;
  readonly failed: boolean;
}

async function pump(
  stream: ByteTransform, bytes: Uint8Array, most: number, signal: AbortSignalLike | undefined,
): Promise<Pumped> {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // A failure reaches the reader too: it is reported once, there.
  feed(writer, bytes).catch(() => {});
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    while (total <= most) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return { chunks, total, failed: false };
      if (value === undefined) continue;
      chunks.push(value);
      total += value.length;
    }
  } catch {
    if (signal?.aborted === true) reader.cancel().catch(() => {});
    throwIfAborted(signal);
    return { chunks, total, failed: true };
  }
  reader.cancel().catch(() => {});
  return { chunks, total, failed: false };
}

async function feed(writer: ReturnType<ByteTransform["writable"]["getWriter"]>, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; from += SLICE) await writer.write(bytes.subarray(from, from + SLICE));
  await writer.close();
}
