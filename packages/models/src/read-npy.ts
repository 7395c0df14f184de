/** Reading NumPy's `.npy`: a magic string, a Python dictionary as header, and the numbers. */
import { MOST_AXES } from "@relprop/layers";
import { sizeOf, type Shape } from "@relprop/tensor";
import { byteSize, type DType } from "./dtype.ts";
import { inPlace } from "./files/bytes-source.ts";
import { ModelFormatError } from "./model-format-error.ts";
import { StoredTensor } from "./stored-tensor.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const FORMATS: ReadonlyMap<string, DType> = new Map([
  ["f8", "F64"], ["f4", "F32"], ["f2", "F16"], ["b1", "BOOL"],
  ["i8", "I64"], ["i4", "I32"], ["i2", "I16"], ["i1", "I8"],
  ["u8", "U64"], ["u4", "U32"], ["u2", "U16"], ["u1", "U8"],
]);

/**
 * The array of a `.npy` file (versions 1 to 3; floats, integers and booleans of either byte order, row- or
 * column-major), as a row-major little-endian tensor. Throws a `ModelFormatError` for anything else.
 */
export function readNpy(file: Uint8Array): StoredTensor {
  const bytes = inPlace(file);
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) fail("takes a .npy file, got other bytes", 0);
  const version = bytes[6]!;
  if (version < 1 || version > 3) fail(`takes versions 1 to 3, got ${version}`, 6);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [start, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const end = start + length;
  if (end > bytes.length) fail(`takes a header within the file of ${bytes.length} bytes, got one of ${length}`, 8);
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 4096)));
  const { bigEndian, dtype, fortran, shape } = readHeader(text, start);
  const size = byteSize(dtype);
  const needed = sizeOf(shape) * size;
  if (needed !== bytes.length - end) {
    fail(`takes ${needed} bytes for ${dtype} [${shape.join(", ")}], got ${bytes.length - end}`, end);
  }
  const data = bytes.subarray(end);
  const rowMajor = fortran && shape.length > 1 ? fromColumnMajor(data, shape, size) : data;
  return new StoredTensor(dtype, shape, bigEndian && size > 1 ? swapped(rowMajor, size) : rowMajor);
}

interface Header {
  readonly bigEndian: boolean;
  readonly dtype: DType;
  readonly fortran: boolean;
  readonly shape: Shape;
}

function readHeader(text: string, position: number): Header {
  const keys = Array.from(text.matchAll(/["']([^"']*)["']\s*:/g), ([, key]) => key!);
  if (keys.length > 3) fail(`takes each key once and no others, got ${keys.slice(0, 4).join(", ")}`, position);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const extents = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  const [, endian, format] = /^([<>|=]?)(\w+)$/.exec(descr ?? "") ?? [];
  const dtype = FORMATS.get(format ?? "");
  if (dtype === undefined) {
    const got = descr === undefined ? "no plain descr" : `"${descr}"`;
    return fail(`takes ${[...FORMATS.keys()].join(", ")}, got ${got}`, position);
  }
  if (order === undefined || extents === undefined) {
    return fail("takes a header with fortran_order and shape, got none", position);
  }
  if (!/^\s*\{[^{}]*\}\s*$/.test(text)) fail("takes a header of one dictionary, got more than it", position);
  const written = extents.split(",").map((extent) => extent.trim()).filter((extent) => extent !== "");
  const shape = written.map((extent) => (/^\d+L?$/.test(extent) ? parseInt(extent, 10) : NaN));
  if (!shape.every(Number.isSafeInteger)) fail(`takes extents that are whole numbers, got (${extents})`, position);
  if (shape.length > MOST_AXES) fail(`takes at most ${MOST_AXES} axes, got ${shape.length}`, position);
  return { bigEndian: endian === ">", dtype, fortran: order === "True", shape };
}

/** The elements of a column-major array, first axis slowest. */
function fromColumnMajor(data: Uint8Array, shape: Shape, size: number): Uint8Array {
  const result = new Uint8Array(data.length);
  const strides = shape.map((_, axis) => size * sizeOf(shape.slice(0, axis)));
  const position = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < data.length; to += size) {
    for (let byte = 0; byte < size; byte++) result[to + byte] = data[from + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return result;
}

function swapped(data: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(data);
  for (let start = 0; start < result.length; start += size) result.subarray(start, start + size).reverse();
  return result;
}

function fail(message: string, position: number): never {
  throw new ModelFormatError(`readNpy: ${message}`, position);
}
