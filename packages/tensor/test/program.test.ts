import { broadcastShape, evaluate, permute, sizeOf, tensor, Tensor, type Shape } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import { expect, test } from "vitest";
import { noise } from "./kernels/geometries.ts";

const names = (program: op.Program): string[] => program.steps.map(({ operation }) => operation.name);

test("what is written twice is computed once, and constants when the program is made", () => {
  const program = op.program(2, (x, y) => {
    const product = op.multiply(x, y);
    return op.add(op.square(op.multiply(x, y)), op.multiply(op.add(1, 2), product));
  });
  expect(names(program)).toEqual(["multiply", "multiply", "multiply", "add"]);
  expect(program.at(3, 5)).toBe(15 * 15 + 3 * 15);
});

test("0 and −0 are different constants", () => {
  const program = op.program(1, (x) => op.subtract(op.divide(x, 0), op.divide(x, -0)));
  expect(names(program)).toEqual(["divide", "divide", "subtract"]);
  expect(program.at(1)).toBe(Infinity);
});

test("registers are used again", () => {
  const chain = op.program(1, (x) => op.exp(op.negate(op.abs(op.sqrt(x)))));
  expect(chain.registers).toBe(1);
  const tree = op.program(2, (x, y) => op.add(op.multiply(op.exp(x), op.exp(y)), op.exp(op.negate(x))));
  expect(tree.registers).toBe(2);
  const kept = op.program(1, (x) => op.add(op.square(op.add(op.exp(x), 1)), op.exp(x)));
  expect(evaluate(kept, tensor([0])).data).toEqual(Float32Array.of(5));
  expect(tree.at(0.5, -0.25)).toBeCloseTo(Math.exp(0.25) + Math.exp(-0.5), 6);
});

test("a program can be part of another", () => {
  const silu = op.program(1, (x) => op.weighted(x, op.sigmoid(x)));
  const twice = op.program(1, (x) => silu.of(silu.of(x)));
  expect(twice.at(2)).toBe(silu.at(silu.at(2)));
});

test("powers are products", () => {
  for (const n of [-3, -1, 0, 1, 2, 3, 5, 8, 13]) {
    expect(op.program(1, (x) => op.power(x, n)).at(1.5) / 1.5 ** n).toBeCloseTo(1, 6);
  }
  expect(() => op.power(2, 0.5)).toThrow("power: takes a whole exponent from -64 to 64, got 0.5");
});

test.each([
  [[2, 3, 4], [2, 3, 4]],
  [[2, 3, 4], [3, 1]],
  [[2, 1, 4], [3, 1]],
  [[], [5]],
  [[4, 1, 1, 3], [2, 5, 1]],
  [[1, 1], [1]],
  [[2, 0], [1]],
] as [Shape, Shape][])("tensors %j and %j are broadcast", (left, right) => {
  const [x, y] = [new Tensor(left, noise(sizeOf(left), 1)), new Tensor(right, noise(sizeOf(right), 2))];
  const shape = broadcastShape("test", left, right);
  const position = (i: number, own: Shape): number => own.reduce((at, extent, axis) => {
    const behind = sizeOf(shape.slice(axis + shape.length - own.length + 1));
    const along = Math.floor(i / behind) % shape[axis + shape.length - own.length]!;
    return at * extent + (extent === 1 ? 0 : along);
  }, 0);
  const got = evaluate(op.program(2, (a, b) => op.subtract(a, b)), x, y);
  expect(got.shape).toEqual(shape);
  got.data.forEach((value, i) => {
    expect(value).toBe(Math.fround(x.data[position(i, left)]! - y.data[position(i, right)]!));
  });
});

test("a program takes as many tensors as it has inputs", () => {
  const sum = op.program(2, (x, y) => op.add(x, y));
  expect(() => evaluate(sum, tensor([1]))).toThrow("evaluate: takes 2 tensors for this program, got 1");
  expect(() => evaluate(sum, tensor([1, 2]), tensor([1, 2, 3]))).toThrow("evaluate: takes shapes that broadcast");
});

test("axes come in any order", () => {
  const x = new Tensor([2, 3, 1, 4], noise(24, 3));
  for (const axes of [[0, 1, 2, 3], [3, 1, 0, 2], [0, 3, 2, 1], [1, 0, 2, 3], [2, 3, 0, 1]]) {
    const got = permute(x, axes);
    expect(got.shape).toEqual(axes.map((axis) => x.shape[axis]));
    got.data.forEach((value, i) => {
      const place = new Array<number>(4);
      axes.forEach((axis, to) => {
        place[axis] = Math.floor(i / sizeOf(got.shape.slice(to + 1))) % got.shape[to]!;
      });
      expect(value).toBe(x.data[place.reduce((at, position, axis) => at * x.shape[axis]! + position, 0)]);
    });
  }
  expect([...permute(new Tensor([], Float32Array.of(5)), []).data]).toEqual([5]);
  expect(permute(new Tensor([2, 0], new Float32Array(0)), [1, 0]).shape).toEqual([0, 2]);
  expect(() => permute(x, [0, 1, 1, 3])).toThrow("permute: takes every axis of [2, 3, 1, 4] once, got [0, 1, 1, 3]");
});
