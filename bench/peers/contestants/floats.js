/** Files of little-endian 32-bit floats. */
import { readFileSync } from "node:fs";

/** All numbers of a file, in an array of their own. */
export function floatsOf(path) {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
