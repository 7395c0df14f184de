/**
 * Bytes as printable text that compresses as they do: what is frequent in a WebAssembly module takes one character.
 *
 * 91 of the printable characters stand for as many values, `!` and a space before one for the next 91 and the rest.
 */

const size = 91;
const first = 35;
const backslash = 92;

// Puts what is frequent in a module, instructions on integers and on local variables, on the first page.
const shift = 39;

/** The bytes as text without quotes or backslashes. */
export function packed(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const value = (byte + shift) % 256;
    const code = first + (value % size);
    return ["", "!", " "][Math.floor(value / size)]! + String.fromCharCode(code < backslash ? code : code + 1);
  }).join("");
}

/** The bytes of such a text. */
export function unpacked(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let [length, page] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < first) page = first - 1 - code;
    else {
      bytes[length++] = code - first - (code > backslash ? 1 : 0) + size * page - shift;
      page = 0;
    }
  }
  return bytes.slice(0, length);
}
