/** What this package asks of its host: streams that deflate and inflate. Found in every current runtime. */

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
