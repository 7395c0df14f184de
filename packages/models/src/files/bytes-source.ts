/** Where bytes come from: memory, a `Blob` or `File`, the `Response` of `fetch`. */
import { ModelFormatError } from "../model-format-error.ts";

/** What `fetch` answers, and what a `Blob` is: whoever gives all its bytes when asked. */
export interface ByteSupplier {
  arrayBuffer(): Promise<ArrayBuffer>;
  /** The number of bytes of a `Blob`. */
  readonly size?: number;
  /** A part of a `Blob`. */
  slice?(from: number, to: number): ByteSupplier;
  /** Whether an answer is the file that was asked for. */
  readonly ok?: boolean;
  readonly status?: number;
  readonly url?: string;
}

/** Bytes, or who gives them. */
export type ByteSource = Uint8Array | ArrayBuffer | ByteSupplier;

/** The bytes in place, whoever holds them; throws a `TypeError` for anything else. */
export function inPlace(bytes: Uint8Array | ArrayBuffer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (!isBuffer(bytes)) throw new TypeError(refusal(bytes));
  return new Uint8Array(bytes);
}

function refusal(got: unknown): string {
  const what = got === null ? "null" : Array.isArray(got) ? "a list" : typeof got;
  return `models: takes a file's bytes as a Uint8Array or an ArrayBuffer, got ${what}`;
}

/** Whether it is an `ArrayBuffer`, of this realm or of another. */
export function isBuffer(given: object): given is ArrayBuffer {
  return Object.prototype.toString.call(given) === "[object ArrayBuffer]";
}

/** No host gives more bytes in one piece for certain. */
const MOST_IN_ONE = 2 ** 30;

/** All bytes of a source. Throws a `ModelFormatError` for an answer that says there is no such file. */
export async function bytesOf(source: ByteSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array || isBuffer(source)) return inPlace(source);
  if (typeof (source as Partial<ByteSupplier> | undefined | null)?.arrayBuffer !== "function") {
    throw new TypeError(refusal(source));
  }
  const { ok = true, status = 0, url = "" } = source;
  if (!ok) throw new ModelFormatError(`bytesOf: takes an answer with a file, got status ${status} of ${url}`);
  return new Uint8Array(await source.arrayBuffer());
}

/** All bytes of a source, in order, a large `Blob` in parts. */
export async function partsOf(source: ByteSource): Promise<Uint8Array | readonly Uint8Array[]> {
  if (source instanceof Uint8Array || isBuffer(source)) return inPlace(source);
  const { size = 0, slice } = source;
  if (slice === undefined || size <= MOST_IN_ONE) return bytesOf(source);
  const parts: Uint8Array[] = [];
  for (let from = 0; from < size; from += MOST_IN_ONE) {
    parts.push(await bytesOf(slice.call(source, from, Math.min(size, from + MOST_IN_ONE))));
  }
  return parts;
}
