/** Reading safetensors: a length, a JSON header, and the bytes it points into. */
import { MOST_AXES } from "@relprop/layers";
import { sizeOf } from "@relprop/tensor";
import { byteSize, DTYPES, type DType } from "./dtype.ts";
import { inPlace } from "./files/bytes-source.ts";
import { refuseOtherKinds } from "./files/recognize-file.ts";
import { decodeUtf8 } from "./host.ts";
import { isObject, parseJson, shown, type Json } from "./json.ts";
import { ModelFormatError } from "./model-format-error.ts";
import { StoredTensor } from "./stored-tensor.ts";

/** What a safetensors file holds, in the header's order. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The `__metadata__` of the header, empty where there is none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The tensors of a safetensors file, seen in place. Every offset is checked: tensors lie within the file, have the
 * bytes their shape needs, do not overlap and leave no gaps. Throws a `ModelFormatError` otherwise.
 */
export function readSafetensors(file: Uint8Array | ArrayBuffer): Safetensors {
  const bytes = inPlace(file);
  refuseOtherKinds("readSafetensors", "a safetensors file", bytes);
  if (bytes.length < 8) fail(`takes at least 8 bytes, got ${bytes.length}`, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > bytes.length - 8) {
    fail(`takes a header within the file of ${bytes.length} bytes, got one of ${length}`, 0);
  }
  const start = 8 + length;
  const header = parseJson(headerText(bytes.subarray(8, start)), "readSafetensors", 8);
  if (!isObject(header)) return fail("takes a header that is a JSON object, got something else", 8);

  const tensors = new Map<string, StoredTensor>();
  let metadata: ReadonlyMap<string, string> = new Map();
  const ranges: Range[] = [];
  for (const [name, value] of header) {
    if (name === "__metadata__") metadata = readMetadata(value);
    else {
      const { dtype, shape, begin, end } = readEntry(name, value, bytes.length - start);
      ranges.push({ name, begin, end });
      tensors.set(name, new StoredTensor(dtype, shape, bytes.subarray(start + begin, start + end)));
    }
  }
  checkRanges(ranges, bytes.length - start, start);
  return { tensors, metadata };
}

interface Range {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

interface Entry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function headerText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    return fail("takes a header in UTF-8, got other bytes", 8);
  }
}

function readMetadata(value: Json): ReadonlyMap<string, string> {
  if (!isObject(value)) return fail("takes __metadata__ that is an object, got something else", 8);
  return new Map([...value].map(([key, text]): [string, string] => {
    if (typeof text !== "string") fail(`takes metadata that are strings, got another value for "${key}"`, 8);
    return [key, String(text)];
  }));
}

function readEntry(name: string, value: Json, available: number): Entry {
  if (!isObject(value)) return fail(`takes an object for every tensor, got something else for "${name}"`, 8);
  const dtype = DTYPES.find((known) => known === value.get("dtype"));
  if (dtype === undefined) {
    return fail(`takes dtypes ${DTYPES.join(", ")}, got ${shown(value.get("dtype"))} for "${name}"`, 8);
  }
  const shape = wholeNumbers(value.get("shape"), `shape of "${name}"`);
  if (shape.length > MOST_AXES) fail(`takes at most ${MOST_AXES} axes, got ${shape.length} for "${name}"`, 8);
  const [begin = -1, end = -1, ...more] = wholeNumbers(value.get("data_offsets"), `data_offsets of "${name}"`);
  if (begin < 0 || begin > end || end > available || more.length > 0) {
    const got = [begin, end, ...more].join(", ");
    fail(`takes two data_offsets within the ${available} bytes of data, got [${got}] for "${name}"`, 8);
  }
  const needed = sizeOf(shape) * byteSize(dtype);
  if (needed !== end - begin) {
    fail(`takes ${needed} bytes for "${name}", ${dtype} [${shape.join(", ")}], got ${end - begin}`, 8);
  }
  return { dtype, shape, begin, end };
}

function wholeNumbers(value: Json | undefined, what: string): readonly number[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : undefined;
  if (list === undefined || !list.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)) {
    return fail(`takes a list of whole numbers >= 0 as ${what}, got something else`, 8);
  }
  return list as readonly number[];
}

function checkRanges(ranges: readonly Range[], available: number, start: number): void {
  let last: Range = { name: "header", begin: 0, end: 0 };
  for (const range of ranges.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (range.begin < last.end) {
      fail(`takes tensors that do not overlap, got "${last.name}" and "${range.name}"`, start + range.begin);
    }
    if (range.begin > last.end) fail(`takes data without gaps, got one before "${range.name}"`, start + last.end);
    last = range;
  }
  if (last.end !== available) fail(`takes data of ${last.end} bytes, got ${available}`, start + last.end);
}

function fail(message: string, position: number): never {
  throw new ModelFormatError(`readSafetensors: ${message}`, position);
}
