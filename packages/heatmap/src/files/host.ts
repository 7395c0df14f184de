/**
 * What this package asks of its host: streams that deflate and inflate, found in every current runtime, and Node's own
 * inflating if it is there.
 */

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(reason?: unknown): Promise<void>;
}

interface ByteWriter {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A stream that is fed at one end and read at the other. */
export interface ByteTransform {
  readonly readable: { getReader(): ByteReader };
  readonly writable: { getWriter(): ByteWriter };
}

type ByteTransformConstructor = new (format: "deflate") => ByteTransform;

declare const CompressionStream: ByteTransformConstructor | undefined;
declare const DecompressionStream: ByteTransformConstructor | undefined;

interface Zlib {
  inflateSync(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array;
}

interface Host {
  readonly process?: { getBuiltinModule?(name: string): Zlib | undefined };
}

/** At most `most` bytes inflated at once; `undefined` where the host cannot, or these bytes cannot be. */
export function inflateAtOnce(bytes: Uint8Array, most: number): Uint8Array | undefined {
  try {
    const zlib = (globalThis as unknown as Host).process?.getBuiltinModule?.("node:zlib");
    return zlib?.inflateSync(bytes, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}

/** The host's stream from bytes to the zlib format. */
export function compressionStream(): ByteTransform {
  if (typeof CompressionStream === "undefined") {
    throw new TypeError("encodePng: takes a host with CompressionStream, got one without");
  }
  return new CompressionStream("deflate");
}

/** The host's stream from the zlib format to bytes. */
export function decompressionStream(): ByteTransform {
  if (typeof DecompressionStream === "undefined") {
    throw new TypeError("decodePng: takes a host with DecompressionStream, got one without");
  }
  return new DecompressionStream("deflate");
}
