/** Elementwise kernels. */
import { expect, test } from "vitest";
import { noise } from "./geometries.ts";
import { places, type Laboratory } from "./laboratory.ts";

/** Declares the tests of the elementwise kernels. */
export function elementwiseTests(lab: Laboratory): void {
  const special = Float32Array.of(0, -0, 1, -1, 2.5, -3.25, NaN, Infinity, -Infinity, 1e-30, -1e30, 7, -8);

  test.each(places)("elementwise kernels follow their formulas, operands %s", (place) => {
    const a = Float32Array.from({ length: 37 }, (_, i) => special[i % special.length]!);
    const b = Float32Array.from({ length: 37 }, (_, i) => special[(i * 5 + 2) % special.length]!);
    const base = noise(37, 5);
    const check = (
      run: (a: Float32Array, b: Float32Array, out: Float32Array) => void,
      want: (a: number, b: number, c: number) => number,
    ): void => {
      const out = lab.put(base, place === "elsewhere" ? place : "in place");
      const target = place === "elsewhere" ? Float32Array.from(base) : out;
      run(lab.put(a, place), lab.put(b, place), target);
      target.forEach((value, i) => {
        const expected = Math.fround(want(a[i]!, b[i]!, base[i]!));
        if (!Number.isFinite(expected) || expected === 0) expect(value + 0).toBe(expected + 0);
        else expect(Math.abs(value / expected - 1)).toBeLessThan(3e-7);
      });
    };
    check((x, _, out) => lab.kernels.relu(x, out), (x) => (Number.isNaN(x) ? NaN : Math.max(x, 0)));
    check((z, s, out) => lab.kernels.reluTransposed(z, s, out), (z, s) => (z > 0 ? s : 0));
    check((x, _, out) => lab.kernels.negativePart(x, out), (x) => (Number.isNaN(x) ? NaN : Math.min(x, 0)));
    check((x, y, out) => lab.kernels.add(x, y, out), (x, y) => x + y);
    check((x, y, out) => lab.kernels.product(0.5, x, y, out), (x, y) => 0.5 * x * y);
    check((x, y, out) => lab.kernels.addProduct(-2, x, y, out), (x, y, c) => c - 2 * x * y);
    const sign = (z: number): number => (z < 0 ? -1 : 1);
    for (const epsilon of [0, 0.25]) {
      check(
        (x, y, out) => lab.kernels.quotient(x, y, { epsilon, clip: false }, out),
        (x, y) => (x === 0 ? 0 : x / (y + epsilon * sign(y))),
      );
      check(
        (x, y, out) => lab.kernels.quotient(x, y, { epsilon, clip: true }, out),
        (x, y) => (x === 0 ? 0 : x / (sign(y) * Math.max(Math.abs(y), epsilon))),
      );
    }
  });

  test("products round after each operation: the scale is applied first", () => {
    for (const place of places) {
      const [a, b] = [lab.put(Float32Array.of(3e38, 1e-45, 3e38), place), lab.put(Float32Array.of(0.1, 1e3, 0), place)];
      const [out, sum] = [lab.room(3, place), lab.put(Float32Array.of(1, 0, 1), place)];
      lab.kernels.product(2, a, b, out);
      expect([...out]).toEqual([Infinity, 2000 * 2 ** -149, NaN]);
      lab.kernels.product(0.1, a, b, out);
      expect([...out.subarray(1)]).toEqual([0, 0]);
      lab.kernels.addProduct(2, a, b, sum);
      expect([...sum]).toEqual([Infinity, 2000 * 2 ** -149, NaN]);
    }
  });

  test("a product is never −0", () => {
    for (const place of places) {
      const out = lab.room(7, place);
      lab.kernels.product(-1, lab.put(new Float32Array(7), place), lab.put(new Float32Array(7).fill(2), place), out);
      expect([...out]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    }
  });

  test("no relevance stays none, whatever it is divided by", () => {
    for (const place of places) {
      const relevance = lab.put(Float32Array.of(0, -0, 0, 0, 0, 1), place);
      const denominator = lab.put(Float32Array.of(0, -0, NaN, Infinity, 0, 0), place);
      for (const clip of [false, true]) {
        const out = lab.room(relevance.length, place);
        lab.kernels.quotient(relevance, denominator, { epsilon: 0, clip }, out);
        expect([...out].map(Math.abs)).toEqual([0, 0, 0, 0, 0, Infinity]);
      }
    }
  });

  test("elementwise kernels may write over an operand", () => {
    for (const place of places) {
      const a = lab.put(Float32Array.of(1, -2, 3, -4, 5), place);
      lab.kernels.relu(a, a);
      lab.kernels.add(a, a, a);
      lab.kernels.product(2, a, a, a);
      expect([...a]).toEqual([8, 0, 72, 0, 200]);
    }
  });
}
