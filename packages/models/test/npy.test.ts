import { expect, test } from "vitest";
import { ModelFormatError, readNpy, writeNpy } from "../src/index.ts";

const header = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** Files written by NumPy 2.4, without the spaces that fill their headers. */
function npy(version: number, text: string, data: readonly number[]): Uint8Array {
  const length = [text.length & 255, text.length >> 8, ...(version === 1 ? [] : [0, 0])];
  const characters = [...text].map((character) => character.charCodeAt(0));
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length, ...characters, ...data]);
}

const F8_COLUMN_MAJOR = [
  0x00, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x08, 0, 0, 0, 0, 0, 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0,
  0x40, 0x10, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x14, 0, 0, 0, 0, 0, 0,
];

test.each([
  ["floats", 1, header("<f4", "(2,)"), [0, 0, 0, 0x3f, 0, 0, 0xc0, 0xbf], [2], [0.5, -1.5]],
  ["halves", 1, header("<f2", "(2, 1)"), [0, 0x3c, 1, 0x80], [2, 1], [1, -(2 ** -24)]],
  ["column-major big-endian doubles", 1, header(">f8", "(2, 3)", "True"),
    F8_COLUMN_MAJOR, [2, 3], [0, 1, 2, 3, 4, 5]],
  ["booleans of version 3", 3, header("|b1", "(3,)"), [1, 0, 1], [3], [1, 0, 1]],
  ["long integers of version 2", 2, header("<i8", "(1,)"),
    [0xfe, 255, 255, 255, 255, 255, 255, 255], [1], [-2]],
  ["a scalar", 1, header("<u2", "()"), [7, 1], [], [263]],
  ["nothing", 1, header("<i4", "(0, 5)"), [], [0, 5], []],
])("readNpy reads %s", (_, version, text, data, shape, values) => {
  const stored = readNpy(npy(version, text, data));
  expect(stored.shape).toEqual(shape);
  expect([...stored.tensor().data]).toEqual(values);
});

test("an array has 64 axes at most", () => {
  const of = (axes: number): Uint8Array => npy(1, header("<f4", `(${"1,".repeat(axes)})`, "True"), [0, 0, 128, 63]);
  expect(readNpy(of(64)).tensor().shape.length).toBe(64);
  expect(() => readNpy(of(65))).toThrow("readNpy: takes at most 64 axes, got 65");
});

test("what writeNpy writes, readNpy reads, and numbers start at a multiple of 64 bytes", () => {
  for (const data of [Float32Array.of(1, 2.5), Float64Array.of(0.1, 3), Int16Array.of(-5, 6), Uint8Array.of(255, 0)]) {
    const file = writeNpy({ shape: [2, 1], data });
    expect((file.length - data.byteLength) % 64).toBe(0);
    const stored = readNpy(file);
    expect(stored.shape).toEqual([2, 1]);
    expect(stored.numbers()).toEqual(data);
  }
});

test.each([
  ["other bytes", new Uint8Array(20), "takes a .npy file, got other bytes"],
  ["a version of the future", npy(4, "{}", []), "takes versions 1 to 3, got 4"],
  ["a header past the end", npy(1, "{'descr'", []).subarray(0, 12), "within the file of 12 bytes, got one of 8"],
  ["objects", npy(1, header("|O", "(1,)"), [0]), 'got "|O"'],
  ["a key twice", npy(1, "{'descr': '<f4', 'descr': '|O', 'fortran_order': False, 'shape': (1,)}", [0, 0, 0, 0]),
    "takes each key once and no others, got descr, descr, fortran_order, shape"],
  ["a key twice in other quotes", npy(1, header("<f4", "(1,)").replace("{", "{\"descr\": '<i4', "), [0, 0, 0, 0]),
    "takes each key once"],
  ["words behind its dictionary", npy(1, `${header("<f4", "(1,)")} and more\n`, [0, 0, 0, 0]),
    "takes a header of one dictionary, got more than it"],
  ["two dictionaries", npy(1, header("<f4", "(1,)").replace("}", "}{}"), [0, 0, 0, 0]), "of one dictionary"],
  ["a key in escapes", npy(1, header("<f4", "(1,)").replace("{", "{'\\x64escr': '<i4', "), [0, 0, 0, 0]),
    "takes each key once"],
  ["extents that are no numbers", npy(1, header("<f4", "(1 2,)"), [0, 0, 0, 0]), "whole numbers, got (1 2,)"],
  ["missing numbers", npy(1, header("<f4", "(9,)"), [0]), "takes 36 bytes for F32 [9], got 1"],
])("readNpy refuses %s", (_, bytes, message) => {
  expect(() => readNpy(bytes)).toThrow(ModelFormatError);
  expect(() => readNpy(bytes)).toThrow(message);
});
