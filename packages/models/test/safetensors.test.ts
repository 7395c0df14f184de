import { expect, test } from "vitest";
import { ModelFormatError, readSafetensors, writeSafetensors } from "../src/index.ts";

function file(header: string, data: readonly number[] = [], length = header.length): Uint8Array {
  const characters = [...header].map((character) => character.charCodeAt(0));
  return Uint8Array.from([length & 255, length >> 8, 0, 0, 0, 0, 0, 0, ...characters, ...data]);
}

const entry = (dtype: string, shape: string, from: number, to: number): string =>
  `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${from},${to}]}`;

test.each([
  ["F32", [0, 0, 0xc0, 0x3f], 1.5],
  ["F64", [0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f], 0.1],
  ["F16", [0xff, 0x7b], 65504],
  ["F16", [0x00, 0xfc], -Infinity],
  ["BF16", [0x80, 0x3f], 1],
  ["I64", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -1],
  ["U64", [0, 0, 0, 0, 1, 0, 0, 0], 2 ** 32],
  ["I32", [0xfe, 0xff, 0xff, 0xff], -2],
  ["U16", [0xfe, 0xff], 65534],
  ["I8", [0x80], -128],
  ["BOOL", [1], 1],
])("readSafetensors converts %s", (dtype, data, value) => {
  const stored = readSafetensors(file(`{"x":${entry(dtype, "", 0, data.length)}}`, data)).tensors.get("x")!;
  expect(stored.float64()[0]).toBe(value);
  expect(stored.tensor().data[0]).toBe(Math.fround(value));
});

test("aligned floats are seen in place, others are copied", () => {
  const bytes = writeSafetensors([["x", { shape: [2], data: Float32Array.of(1, 2) }]]);
  const inPlace = readSafetensors(bytes).tensors.get("x")!.tensor();
  expect(inPlace.data.buffer).toBe(bytes.buffer);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const copied = readSafetensors(shifted.subarray(1)).tensors.get("x")!.tensor();
  expect(copied.data.buffer).not.toBe(shifted.buffer);
  expect([...copied.data]).toEqual([1, 2]);
});

test("what writeSafetensors writes, readSafetensors reads, metadata and order of widths included", () => {
  const { tensors, metadata } = readSafetensors(
    writeSafetensors(
      [
        ["bytes", { shape: [3], data: Uint8Array.of(1, 2, 3) }],
        ["exact", { shape: [1, 1], data: Float64Array.of(Math.PI) }],
        ["empty", { shape: [0], data: new Float32Array(0) }],
      ],
      [["made by", 'a "tool"']],
    ),
  );
  expect(tensors.get("exact")!.float64()[0]).toBe(Math.PI);
  expect([...tensors.get("bytes")!.numbers()]).toEqual([1, 2, 3]);
  expect(tensors.get("empty")!.size).toBe(0);
  expect(metadata.get("made by")).toBe('a "tool"');
});

test("names that mean something to JavaScript are names like any other", () => {
  const { tensors } = readSafetensors(file(`{"__proto__":${entry("U8", "1", 0, 1)}}`, [7]));
  expect([...tensors.keys()]).toEqual(["__proto__"]);
  expect(({} as { dtype?: string }).dtype).toBeUndefined();
});

test.each([
  ["too few bytes", Uint8Array.of(1, 2), "takes at least 8 bytes, got 2 (at byte 0)"],
  ["a header past the end", file("{}", [], 999), "takes a header within the file of 10 bytes, got one of 999"],
  ["a header that is no object", file("[]"), "takes a header that is a JSON object, got something else"],
  ["a key twice", file('{"a":1,"a":2}'), 'takes every key once, got "a" twice (at byte 18)'],
  ["text after the header", file("{} x"), "takes one JSON value, got more after it"],
  ["deep nesting", file("[".repeat(300)), "takes JSON nested at most 200 deep, got more"],
  ["an unknown format", file(`{"a":${entry("F7", "1", 0, 1)}}`, [0]),
    'takes dtypes F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, got "F7"'],
  ["a list as a format", file('{"a":{"dtype":[[]],"shape":[1],"data_offsets":[0,1]}}', [0]), 'got a list for "a"'],
  ["an object as a format", file('{"a":{"dtype":{},"shape":[1],"data_offsets":[0,1]}}', [0]), 'got an object for "a"'],
  ["negative extents", file(`{"a":${entry("U8", "-1", 0, 1)}}`, [0]),
    'takes a list of whole numbers >= 0 as shape of "a"'],
  ["offsets past the end", file(`{"a":${entry("U8", "9", 0, 9)}}`, [0]),
    "takes two data_offsets within the 1 bytes of data, got [0, 9]"],
  ["the wrong number of bytes", file(`{"a":${entry("F32", "1", 0, 2)}}`, [0, 0]),
    'takes 4 bytes for "a", F32 [1], got 2'],
  ["huge shapes", file(`{"a":${entry("F32", "9007199254740991,9007199254740991", 0, 2)}}`, [0, 0]), "takes"],
  ["more axes than values have", file(`{"a":${entry("U8", `1${",1".repeat(64)}`, 0, 1)}}`, [0]),
    'takes at most 64 axes, got 65 for "a"'],
  ["overlaps", file(`{"a":${entry("U8", "2", 0, 2)},"b":${entry("U8", "2", 1, 3)}}`, [0, 0, 0]),
    'takes tensors that do not overlap, got "a" and "b"'],
  ["gaps", file(`{"a":${entry("U8", "1", 1, 2)}}`, [0, 0]), 'takes data without gaps, got one before "a"'],
  ["bytes nobody owns", file(`{"a":${entry("U8", "1", 0, 1)}}`, [0, 0]), "takes data of 1 bytes, got 2"],
])("readSafetensors refuses %s", (_, bytes, message) => {
  expect(() => readSafetensors(bytes)).toThrow(ModelFormatError);
  expect(() => readSafetensors(bytes)).toThrow(message);
});
