// What is in a tarball.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The files of a `.tgz` by path: blocks of 512 bytes, a header and then the content, until an empty header. */
export function unpacked(path) {
  const bytes = gunzipSync(readFileSync(path));
  const files = new Map();
  const text = (from, to) => bytes.subarray(from, to).toString("latin1").split("\0")[0];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const size = parseInt(text(at + 124, at + 136).trim() || "0", 8);
    const prefix = text(at + 345, at + 500);
    const name = prefix === "" ? text(at, at + 100) : `${prefix}/${text(at, at + 100)}`;
    files.set(name, bytes.subarray(at + 512, at + 512 + size));
    at += 512 + 512 * Math.ceil(size / 512);
  }
  return files;
}
