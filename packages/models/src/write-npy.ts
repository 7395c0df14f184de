/** Writing NumPy's `.npy`. */
import { encodeUtf8 } from "./host.ts";
import type { Numbers } from "./dtype.ts";
import type { ShapedNumbers } from "./write-safetensors.ts";

/** A `.npy` file (version 1, row-major, little-endian) of a tensor, in the format its array has. */
export function writeNpy({ shape, data }: ShapedNumbers): Uint8Array<ArrayBuffer> {
  const descr = `${data.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${letter(data)}${data.BYTES_PER_ELEMENT}`;
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${extents}), }`;
  const start = Math.ceil((10 + header.length + 1) / 64) * 64; // numbers begin at a multiple of 64
  const file = new Uint8Array(start + data.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (start - 10) & 255, (start - 10) >> 8]);
  file.set(encodeUtf8(header.padEnd(start - 11) + "\n"), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}

function letter(data: Numbers): string {
  if (data instanceof Float32Array || data instanceof Float64Array) return "f";
  return data instanceof Int32Array || data instanceof Int16Array || data instanceof Int8Array ? "i" : "u";
}
