/** What the host gives besides the language: text to UTF-8 bytes and back. */

interface TextHost {
  readonly TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
}

const host = (): TextHost => globalThis as unknown as TextHost;

/** The text of these UTF-8 bytes; throws a `TypeError` where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new (host().TextDecoder)("utf-8", { fatal: true }).decode(bytes);
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return new (host().TextEncoder)().encode(text);
}
