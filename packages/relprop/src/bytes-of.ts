/** Bytes in whatever a host hands them over: arrays, buffers, files that were dropped, answers to requests. */
import type { ByteSource } from "@relprop/models";

/** Whether this holds bytes, or will. */
export function isByteSource(given: unknown): given is ByteSource {
  if (typeof given !== "object" || given === null) return false;
  return given instanceof Uint8Array || isArrayBuffer(given) || "arrayBuffer" in given;
}

/** The bytes, without a copy where they lie in memory; throws a `TypeError` for an answer that says there are none. */
export async function bytesOf(who: string, given: ByteSource): Promise<Uint8Array> {
  if (given instanceof Uint8Array) return given;
  if (isArrayBuffer(given)) return new Uint8Array(given);
  const { ok, status, url } = given;
  if (ok === false) {
    throw new TypeError(`${who}: takes an answer with content, got status ${String(status)} of ${String(url)}`);
  }
  return new Uint8Array(await given.arrayBuffer());
}

/** Whether it is one, of this realm or of another. */
function isArrayBuffer(given: object): given is ArrayBuffer {
  return Object.prototype.toString.call(given) === "[object ArrayBuffer]";
}
