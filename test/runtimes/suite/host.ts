/** The few host features the suite itself uses; found in every runtime it runs in. */
import type { AbortSignalLike } from "@relprop/tensor";

interface Host {
  WebAssembly: unknown;
  readonly crypto: { readonly subtle: { digest(name: string, bytes: Uint8Array): Promise<ArrayBuffer> } };
  readonly performance: { now(): number };
  atob(base64: string): string;
  readonly AbortController: new () => { readonly signal: AbortSignalLike; abort(reason: unknown): void };
}

const host = globalThis as unknown as Host;

/** A signal that was given, for this reason. */
export function aborted(reason: string): AbortSignalLike {
  const controller = new host.AbortController();
  controller.abort(reason);
  return controller.signal;
}

/** The bytes of a text in base64. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(host.atob(text), (letter) => letter.charCodeAt(0));
}

/** The SHA-256 of the bytes of these arrays, one after another, in hexadecimal. */
export async function sha256(...parts: readonly (Float32Array | Uint8Array | Uint8ClampedArray)[]): Promise<string> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    whole.set(new Uint8Array(buffer, byteOffset, byteLength), at); // a copy: digests refuse shared memory
    at += byteLength;
  }
  const digest = new Uint8Array(await host.crypto.subtle.digest("SHA-256", whole));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Milliseconds since some moment; stands still in runtimes that hide time from programs. */
export function now(): number {
  return host.performance.now();
}

/** Runs `body` in a world without WebAssembly, as far as the runtime lets it be taken away. */
export function withoutWebAssembly<T>(body: () => T): T {
  const before = host.WebAssembly;
  host.WebAssembly = undefined;
  try {
    return body();
  } finally {
    host.WebAssembly = before;
  }
}
