/** Matrix products. */
import { describe, expect, test } from "vitest";
import { noise } from "./geometries.ts";
import { places, type Laboratory } from "./laboratory.ts";
import * as reference from "./reference.ts";

/** Declares the tests of `dense`, its adjoint and `matmul`. */
export function productTests(lab: Laboratory): void {
  describe.each(places)("with operands %s", (place) => {
    test.each([
      [1, 1, 1], [1, 10, 84], [2, 3, 7], [3, 5, 1], [3, 33, 100],
      [4, 4, 8], [5, 9, 13], [7, 17, 650], [64, 10, 31], [9, 300, 20],
    ])("dense and its adjoint are matrix products: %i x %i x %i", (m, n, k) => {
      const [a, b, bias, s] = [noise(m * k, 1), noise(n * k, 2), noise(n, 3), noise(m * n, 4, 0.3)];
      const [out, back] = [lab.room(m * n, place), lab.room(m * k, place)];
      const weight = lab.put(b, place);
      lab.kernels.dense(m, n, k, lab.put(a, place), weight, lab.put(bias, place), out);
      lab.expectClose(out, reference.dense(m, n, k, a, b, bias));
      const [min, max] = [Math.fround(-0.1), Math.fround(0.4)];
      const clipped = lab.room(m * n, place);
      lab.kernels.dense(m, n, k, lab.put(a, place), weight, lab.put(bias, place), clipped, { min, max });
      expect(clipped).toEqual(out.map((value) => Math.min(Math.max(value, min), max)));
      lab.kernels.dense(m, n, k, lab.put(a, place), weight, undefined, out);
      lab.expectClose(out, reference.dense(m, n, k, a, b, undefined));
      lab.kernels.denseTransposed(m, n, k, lab.put(s, place), weight, back);
      lab.expectClose(back, reference.matmul(1, m, k, n, s, b));
    });

    test.each([[1, 1], [9, 130], [17, 450], [300, 26], [450, 1000]])(
      "a row gets the bits it gets among others: %i x %i",
      (n, k) => {
        const rows = 7;
        const [a, weight] = [noise(rows * k, 1), lab.put(noise(n * k, 2), place)];
        const [bias, s] = [noise(n, 3), noise(rows * n, 4, 0.3)];
        const [all, back] = [lab.room(rows * n, place), lab.room(rows * k, place)];
        lab.kernels.dense(rows, n, k, lab.put(a, place), weight, bias, all, { min: -1, max: 2 });
        lab.kernels.denseTransposed(rows, n, k, lab.put(s, place), weight, back);
        for (const [first, count] of [[0, 1], [1, 2], [3, 3], [2, 4]] as const) {
          const [out, part] = [lab.room(count * n, place), lab.room(count * k, place)];
          const some = (of: Float32Array, length: number): Float32Array =>
            of.slice(first * length, (first + count) * length);
          lab.kernels.dense(count, n, k, lab.put(some(a, k), place), weight, bias, out, { min: -1, max: 2 });
          expect(out).toEqual(some(all, n));
          lab.kernels.denseTransposed(count, n, k, lab.put(some(s, n), place), weight, part);
          expect(part).toEqual(some(back, k));
        }
      },
    );

    test.each([[1, 1, 1, 1], [2, 3, 5, 7], [3, 8, 8, 8], [4, 13, 21, 34], [1, 40, 9, 700], [2, 1, 19, 3]])(
      "matmul multiplies %i matrices of %i x %i x %i",
      (count, m, n, k) => {
        const [a, b] = [noise(count * m * k, 1), noise(count * k * n, 2)];
        const out = lab.room(count * m * n, place);
        lab.kernels.matmul(count, m, n, k, lab.put(a, place), lab.put(b, place), out);
        lab.expectClose(out, reference.matmul(count, m, n, k, a, b));
      },
    );
  });
}
