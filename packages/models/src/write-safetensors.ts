/** Writing safetensors, for tools that keep weights or reference values. */
import type { Shape } from "@relprop/tensor";
import type { DType, Numbers } from "./dtype.ts";
import { encodeUtf8 } from "./host.ts";
import { StoredTensor } from "./stored-tensor.ts";

/** Numbers with a shape, in the format their array has: `Float64Array` is written as F64. */
export interface ShapedNumbers {
  readonly shape: Shape;
  readonly data: Numbers;
}

/** A safetensors file of these tensors, in the given order, each aligned to the bytes of its numbers. */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: ShapedNumbers | StoredTensor]>,
  metadata: Iterable<readonly [key: string, value: string]> = [],
): Uint8Array<ArrayBuffer> {
  const entries: string[] = [];
  const pieces: Uint8Array[] = [];
  let end = 0;
  // Widest numbers first, so that none needs padding, which the format forbids.
  const stored = [...tensors].map(([name, tensor]) => [name, store(tensor)] as const);
  for (const [name, { dtype, shape, bytes }] of stored.toSorted((a, b) => width(b[1]) - width(a[1]))) {
    const entry = { dtype, shape, data_offsets: [end, end + bytes.length] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    pieces.push(bytes);
    end += bytes.length;
  }
  const texts = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (texts.length > 0) entries.unshift(`"__metadata__":{${texts.join(",")}}`);
  const text = encodeUtf8(`{${entries.join(",")}}`);
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(file.buffer).setUint32(0, start - 8, true);
  file.set(text, 8);
  let offset = start;
  for (const piece of pieces) {
    file.set(piece, offset);
    offset += piece.length;
  }
  return file;
}

function store(tensor: ShapedNumbers | StoredTensor): StoredTensor {
  if (tensor instanceof StoredTensor) return tensor;
  const { data, shape } = tensor;
  return new StoredTensor(formatOf(data), shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function formatOf(data: Numbers): DType {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  const signed = data instanceof Int32Array || data instanceof Int16Array || data instanceof Int8Array;
  return `${signed ? "I" : "U"}${8 * data.BYTES_PER_ELEMENT}` as DType;
}

function width({ bytes, size }: StoredTensor): number {
  return size === 0 ? 8 : bytes.length / size;
}
