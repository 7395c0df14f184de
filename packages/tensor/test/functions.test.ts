import { evaluate, Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import { describe, expect, test } from "vitest";

/** `2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!` */
function erfSeries(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 120; n++) total += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** `1 − erf x` by the continued fraction of the tail, for x >= 1.5. */
function erfcFraction(x: number): number {
  let fraction = x;
  for (let k = 300; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

const erf = (x: number): number => (Math.abs(x) < 2 ? erfSeries(x) : Math.sign(x) * (1 - erfcFraction(Math.abs(x))));
const phi = (x: number): number =>
  x < -2 ? 0.5 * erfcFraction(-x * Math.SQRT1_2) : 0.5 + 0.5 * erfSeries(x * Math.SQRT1_2);
const log1pExp = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** How many floats of its size an error is. */
function unitsInTheLastPlace(got: number, want: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(want))));
  return Math.abs(got - want) / 2 ** (exponent - 23);
}

/** A function, its definition, an interval, and the largest error allowed there. */
const table: [string, (x: op.Value) => op.Value, (x: number) => number, number, number, number][] = [
  ["exp", op.exp, Math.exp, -103.9, 88.7, 1.1],
  ["exp(x) − 1", op.expMinus1, Math.expm1, -20, 88.7, 2],
  ["exp(x) − 1 near 0", op.expMinus1, Math.expm1, -1, 1, 2],
  ["sigmoid", op.sigmoid, (x) => 1 / (1 + Math.exp(-x)), -20, 20, 2.5],
  ["sigmoid in the tail", op.sigmoid, (x) => 1 / (1 + Math.exp(-x)), -103, -20, 2.5],
  ["tanh", op.tanh, Math.tanh, -10, 10, 1.5],
  ["tanh near 0", op.tanh, Math.tanh, -1, 1, 1.5],
  ["log", op.log, Math.log, 0, 2, 1],
  ["log of small numbers", op.log, Math.log, 0, 1e-38, 1],
  ["log of large numbers", op.log, Math.log, 0, 3e38, 1],
  ["softplus", op.softplus, log1pExp, -20, 20, 2],
  ["softplus in the tail", op.softplus, log1pExp, -103, -20, 2],
  ["erf", op.erf, erf, -4, 4, 1.5],
  ["erf near 0", op.erf, erf, -1, 1, 1.5],
  ["Φ", op.normalCdf, phi, -14, 6, 9],
  ["Φ near 0", op.normalCdf, phi, -3, 3, 6],
  ["the bell curve", op.bellCurve, (x) => Math.exp((-x * x) / 2), -14, 14, 1.5],
];

describe("functions in single precision", () => {
  test.each(table)("%s is within its bound", (_, operation, definition, from, to, bound) => {
    const count = 50_000;
    // Multiples of the golden ratio fall everywhere.
    const x = Float32Array.from({ length: count }, (_, i) => from + (to - from) * ((i * 0.6180339887498949) % 1));
    const y = evaluate(op.program(1, (value) => operation(value)), new Tensor([count], x));
    let worst = 0;
    y.data.forEach((value, i) => {
      const error = unitsInTheLastPlace(value, definition(x[i]!));
      if (!(error <= worst)) worst = error;
    });
    expect(worst).toBeLessThanOrEqual(bound);
    expect(worst).toBeGreaterThan(0.4); // else it would not have been measured
  });

  test.each([
    ["exp", op.exp, [1, 1, Infinity, 0, NaN, Infinity, 0]],
    ["exp(x) − 1", op.expMinus1, [0, 0, Infinity, -1, NaN, Infinity, -1]],
    ["sigmoid", op.sigmoid, [0.5, 0.5, 1, 0, NaN, 1, 0]],
    ["tanh", op.tanh, [0, -0, 1, -1, NaN, 1, -1]],
    ["log", op.log, [-Infinity, -Infinity, Infinity, NaN, NaN, Math.fround(Math.log(Math.fround(3e38))), NaN]],
    ["softplus", op.softplus, [Math.fround(Math.LN2), Math.fround(Math.LN2), Infinity, 0, NaN, Math.fround(3e38), 0]],
    ["erf", op.erf, [0, -0, 1, -1, NaN, 1, -1]],
    ["Φ", op.normalCdf, [0.5, 0.5, 1, 0, NaN, 1, 0]],
    ["the bell curve", op.bellCurve, [1, 1, 0, 0, NaN, 0, 0]],
    ["round", op.round, [0, -0, Infinity, -Infinity, NaN, Math.fround(3e38), -Math.fround(3e38)]],
    ["sign", op.sign, [0, -0, 1, -1, NaN, 1, -1]],
  ] as const)("%s is right at ±0, ±∞, NaN and ±3e38", (_, operation, want) => {
    const program = op.program(1, (x) => operation(x));
    expect([0, -0, Infinity, -Infinity, NaN, 3e38, -3e38].map((x) => program.at(x))).toEqual(want);
  });

  test("ties go to the even number", () => {
    const round = op.program(1, (x) => op.round(x));
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 4194304.5, 4194305.5].map((x) => round.at(x)))
      .toEqual([0, 2, 2, -0, -2, 4194304, 4194306]);
  });

  test("a bound keeps NaN, and a weight of 0 takes whatever there is", () => {
    expect(op.program(1, (x) => op.clamp(x, 0, 6)).at(NaN)).toBeNaN();
    expect(op.program(2, (x, y) => op.maximum(x, y)).at(1, NaN)).toBeNaN();
    const weighted = op.program(2, (x, y) => op.weighted(x, y));
    expect([weighted.at(-Infinity, 0), weighted.at(NaN, -0), weighted.at(2, 3)]).toEqual([0, 0, 6]);
  });
});
