import {
  allFinite, Arena, argmax, dot, full, relativeError, scalar, sum, sumAxis, sumTo, tensor, useKernels, zeros,
} from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { describe, expect, test } from "vitest";

describe("argmax", () => {
  test.each([
    ["the largest", [1, 3, 2], 1],
    ["the first on ties", [1, 3, 3, 1], 1],
    ["the first where all are equal", [0, 0], 0],
    ["one below zero", [-3, -1, -2], 1],
    ["none where nothing is", [], -1],
  ])("gives %s", (_, values, position) => {
    expect(argmax(values)).toBe(position);
  });

  test("looks from a position up to another", () => {
    expect(argmax([9, 1, 2, 9], 1, 3)).toBe(2);
    expect(argmax([9, 1], 1, 1)).toBe(-1);
  });
});

test("sums are added in double precision", () => {
  // 2²⁴ + 1 is no float32: added in single precision, every 1 would be lost.
  const x = tensor([2 ** 24, 1, 1, 1, -(2 ** 24)]);
  expect(sum(x)).toBe(3);
  expect(dot(x, tensor([1, 1, 1, 1, 1]))).toBe(3);
  expect([...sumAxis(x, 0).data]).toEqual([3]);
});

describe.each([scalar, simd()])("allFinite", (kernels) => {
  const lengths = [1, 5, 4095, 4096, 10_001];

  test.each(lengths)("is true of %i finite numbers, however large", (length) => {
    const before = useKernels(kernels!);
    expect([0, 3.4e38, -3.4e38].map((value) => allFinite(full([length], value)))).toEqual([true, true, true]);
    useKernels(before);
  });

  test.each(lengths)("is false with one among %i that is not, and with infinities of both signs", (length) => {
    const before = useKernels(kernels!);
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const at of [0, length >> 1, length - 1]) {
        const x = full([length], 1);
        x.data[at] = value;
        expect(allFinite(x)).toBe(false);
        x.data[length - 1 - at] = -value;
        expect(allFinite(x)).toBe(false);
      }
    }
    useKernels(before);
  });

  test("is true of nothing", () => {
    expect(allFinite(zeros([0]))).toBe(true);
  });
});

test("sumAxis drops the axis it sums over", () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
  expect([...sumAxis(x, 0).data]).toEqual([8, 10, 12, 14, 16, 18]);
  expect([...sumAxis(x, 1).data]).toEqual([9, 12, 27, 30]);
  expect(sumAxis(x, 2).shape).toEqual([2, 3]);
  expect(() => sumAxis(x, 3)).toThrow("sumAxis: takes an axis of [2, 3, 2], got 3");
});

test("sums over axes that lie apart are divided once", () => {
  expect([...sumTo(full([2, 3, 4], 2), [1, 3, 1], 8).data]).toEqual([2, 2, 2]);
  expect([...sumTo(tensor([2, 4]), [2], 4).data]).toEqual([0.5, 1]); // nothing to sum, but a divisor
});

test("relativeError is measured against the second", () => {
  expect(relativeError([3, 0], [0, 4])).toBe(1.25);
  expect(relativeError([0], [0])).toBe(0);
  expect(relativeError([1], [0])).toBe(Infinity);
  expect(() => relativeError([1], [])).toThrow("relativeError: takes equal lengths, got 1 and 0");
});

test("dot takes tensors of one size", () => {
  expect(() => dot(zeros([2]), zeros([3]))).toThrow("dot: takes tensors of one size, got [2] and [3]");
});

test("what an arena gives is aligned to 16 bytes, whatever was taken before", () => {
  const arena = new Arena({ capacity: 64 });
  for (const length of [1, 3, 5, 60, 2, 1]) expect(arena.take(length).byteOffset % 16).toBe(0);
});
