/** Programs: the same bits as plain loops, whatever the operation, the operands' layout and place. */
import { expect, test } from "vitest";
import type { ProgramKernels, StridedOperand } from "../../src/index.ts";
import * as op from "../../src/program/index.ts";
import { compute } from "../../src/scalar/compute.ts";
import { places, type Laboratory } from "./laboratory.ts";

/** Every operation of one number. */
const unary = [
  op.abs, op.negate, op.sqrt, op.reciprocal, op.square, op.sign, op.floor, op.ceil, op.truncate, op.round,
  op.exp, op.expMinus1, op.sigmoid, op.tanh, op.log, op.softplus, op.erf, op.bellCurve, op.normalCdf,
];
const binary = [
  op.add, op.subtract, op.multiply, op.divide, op.weighted, op.less, op.lessOrEqual, op.greater, op.greaterOrEqual,
  op.equal, op.atLeast, op.atMost, op.maximum, op.minimum,
];
const ternary = [op.multiplyAdd, op.where, op.clamp];

/** Operations by their names. */
const named = <F extends { readonly name: string }>(operations: readonly F[]): (readonly [string, F])[] =>
  operations.map((operation) => [operation.name, operation]);

const special = Float32Array.of(
  0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -3.5, NaN, Infinity, -Infinity, 3e38, -3e38, 1e-45, -1e-45, 1e-40, -1e-39,
  2 ** -126, 8388607.5, -8388608.5, 16777216, 88.7, 89.5, -87.4, -103.9, -104.1, 0.625, 0.9, 4, 14.5, Math.SQRT1_2,
);

/** Numbers of every size, NaNs of every kind, and moderate ones at every other place. */
function anything(length: number, seed: number): Float32Array {
  const words = new Int32Array(length);
  for (let i = 0, state = seed; i < length; i++) words[i] = state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return new Float32Array(words.buffer).map((value, i) => (i % 2 === 0 ? value : words[i]! / 2 ** 27));
}

/** The special numbers paired with one another, then anything. */
function numbers(length: number, operand: number): Float32Array {
  const all = anything(length, operand + 1);
  for (let i = 0; i < Math.min(length, special.length ** 2); i++) {
    all[i] = special[Math.floor(i / special.length ** operand) % special.length]!;
  }
  return all;
}

/** The bits, one NaN like another. */
const bits = (values: Float32Array): Int32Array =>
  new Int32Array(values.map((value) => (Number.isNaN(value) ? NaN : value)).buffer);

/** Declares the tests of programs. */
export function programTests(lab: Laboratory): void {
  const programs: ProgramKernels = { compute, ...lab.kernels };
  const check = (program: op.Program, extents: readonly number[], operands: readonly StridedOperand[]): void => {
    const length = extents.reduce((product, extent) => product * extent, 1);
    const want = new Float32Array(length);
    compute(program, extents, operands, want);
    for (const place of places) {
      const out = lab.room(length, place);
      const placed = operands.map(({ data, strides }) => ({ data: lab.put(data, place), strides }));
      programs.compute(program, extents, placed, out);
      expect(bits(out)).toEqual(bits(want));
    }
  };
  const whole = (length: number, operand: number): StridedOperand => ({
    data: numbers(length, operand), strides: [1],
  });

  test.each(named(unary))("%s gives the same bits", (_, operation) => {
    check(op.program(1, (x) => operation(x)), [9001], [whole(9001, 0)]);
  });

  test.each(named(binary))("%s gives the same bits", (_, operation) => {
    check(op.program(2, (x, y) => operation(x, y)), [2050], [whole(2050, 0), whole(2050, 1)]);
    check(op.program(1, (x) => operation(x, 0.75)), [37], [whole(37, 0)]);
    check(op.program(1, (x) => operation(-3, x)), [37], [whole(37, 0)]);
  });

  test.each(named(ternary))("%s gives the same bits", (_, operation) => {
    const operands = [whole(2050, 0), whole(2050, 1), { data: anything(2050, 9), strides: [1] }];
    check(op.program(3, (x, y, z) => operation(x, y, z)), [2050], operands);
  });

  test.each([
    ["a scalar", [4099], [0]],
    ["one number of a row", [3, 7, 49], [7, 1, 0]],
    ["a row again and again", [57, 149], [0, 1]],
    ["a column", [31, 149], [1, 0]],
    ["steps of more than one", [5, 801], [1602, 2]],
    ["axes in another order", [6, 5, 401], [401, 2406, 1]],
    ["nothing repeated, backwards", [3, 4100], [4100, 1]],
  ] as const)("an operand may be %s", (_, extents, strides) => {
    const size = (axes: readonly number[]): number => axes.reduce((product, extent) => product * extent, 1);
    const length = size(extents);
    const reach = extents.reduce((sum: number, extent, axis) => sum + (extent - 1) * strides[axis]!, 1);
    const steps = extents.map((_, axis) => size(extents.slice(axis + 1)));
    const operands = [{ data: anything(length, 3), strides: steps }, { data: anything(reach, 4), strides }];
    check(op.program(2, (x, y) => op.subtract(x, op.multiply(2, y))), extents, operands);
    const second = new Float32Array(length);
    programs.compute(op.program(2, (_, y) => y), extents, operands, second);
    const at = (i: number): number =>
      extents.reduce((sum: number, extent, axis) => sum + (Math.floor(i / steps[axis]!) % extent) * strides[axis]!, 0);
    expect(bits(second)).toEqual(bits(second.map((_, i) => operands[1]!.data[at(i)]!)));
  });

  test.each([1, 2, 3, 4, 5, 2047, 2048, 2049, 8192, 8195])("nothing is written behind %s elements", (length) => {
    const memory = lab.room(length + 8, "in place");
    memory.fill(7);
    const out = memory.subarray(3, 3 + length);
    programs.compute(op.program(1, (x) => op.add(x, 1)), [length], [whole(length, 1)], out);
    expect([...memory.subarray(0, 3), ...memory.subarray(3 + length)]).toEqual(new Array(8).fill(7));
  });

  test("the result may be written over an operand that is not repeated", () => {
    const [x, y] = [numbers(5003, 0), anything(1, 5)];
    const difference = op.program(2, (a, b) => op.subtract(op.exp(a), op.multiply(a, b)));
    const want = new Float32Array(x.length);
    compute(difference, [x.length], [{ data: x, strides: [1] }, { data: y, strides: [0] }], want);
    for (const place of places) {
      const out = lab.put(Float32Array.from(x), place);
      programs.compute(difference, [x.length], [{ data: out, strides: [1] }, { data: y, strides: [0] }], out);
      expect(bits(out)).toEqual(bits(want));
    }
  });

  test("a program may compute nothing, or always the same", () => {
    check(op.program(1, (x) => x), [2053], [whole(2053, 0)]);
    check(op.program(1, () => op.constant(-0)), [2053], [whole(2053, 0)]);
    check(op.program(1, (x) => x), [0], [whole(0, 0)]);
  });
}
