/** Pooling. */
import { describe, expect, test } from "vitest";
import type { PoolGeometry, PoolKernels } from "../../src/index.ts";
import { poolLoops } from "../../src/scalar/pool.ts";
import { noise, pooling } from "./geometries.ts";
import { places, type Laboratory } from "./laboratory.ts";
import * as reference from "./reference.ts";
import { volume } from "./reference.ts";

/** Declares the tests of the pooling kernels and of `scatterAdd`. */
export function poolingTests(lab: Laboratory): void {
  const pools: PoolKernels = { ...poolLoops, ...lab.kernels };
  describe.each(places)("pooling, operands %s", (place) => {
    test.each<[string, PoolGeometry]>([
      ["2x2 by 2", pooling(3, [1, 8, 10], [1, 2, 2], [1, 2, 2])],
      ["2x2 by 2, odd", pooling(2, [1, 9, 11], [1, 2, 2], [1, 2, 2])],
      ["3x3 by 2, padded", pooling(2, [1, 15, 15], [1, 3, 3], [1, 2, 2], [0, 1, 1])],
      ["3x3 by 1, padded and dilated", pooling(2, [1, 11, 13], [1, 3, 3], [1, 1, 1], [0, 2, 2], [1, 2, 2])],
      ["3x3 by 3", pooling(4, [1, 16, 16], [1, 3, 3], [1, 3, 3])],
      ["1-D", pooling(5, [1, 1, 30], [1, 1, 4], [1, 1, 2])],
      ["3-D", pooling(2, [4, 6, 7], [2, 3, 2], [2, 1, 1], [1, 1, 0])],
      ["global", pooling(6, [1, 7, 7], [1, 7, 7], [1, 1, 1])],
      ["one window that leaves out rows", pooling(3, [1, 7, 5], [1, 3, 5], [1, 5, 1])],
      ["in the padding alone", pooling(1, [1, 2, 2], [1, 1, 1], [1, 2, 2], [0, 2, 2])],
    ])("windows give their maximum with its place, and their mean: %s", (_, g) => {
      const size = g.planes * volume(g.input);
      const ties = noise(size, 3).map((value) => Math.round(3 * value));
      const withNaN = noise(size, 4).map((value, i) => (i % 13 === 5 ? NaN : value));
      const outputs = g.planes * volume(g.output);
      for (const x of [noise(size, 1), ties, withNaN]) {
        const out = lab.room(outputs, place);
        const winners = new Int32Array(outputs);
        pools.maxPool(g, lab.put(x, place), out, winners);
        const want = reference.maxPool(g, x);
        expect(out).toEqual(Float32Array.from(want.values));
        want.places.forEach((at, i) => {
          if (at >= 0) expect(winners[i]).toBe(at);
        });
      }
      const [x, s] = [noise(size, 5), noise(outputs, 6)];
      const [mean, back] = [lab.room(outputs, place), lab.room(size, place)];
      pools.averagePool(g, lab.put(x, place), mean);
      lab.expectClose(mean, reference.averagePool(g, x));
      pools.averagePoolTransposed(g, lab.put(s, place), back);
      lab.expectClose(back, reference.averagePoolTransposed(g, s), 2);
    });

    test("scatterAdd adds up where indices meet", () => {
      const out = lab.room(5, place).fill(NaN);
      pools.scatterAdd(1, Int32Array.of(3, 0, 3, 4), lab.put(Float32Array.of(1, 2, 4, 8), place), out);
      expect([...out]).toEqual([2, 0, 0, 5, 8]);
      const planes = lab.room(6, place).fill(NaN);
      pools.scatterAdd(2, Int32Array.of(1, 1, 5, 3), lab.put(Float32Array.of(1, 2, 4, 8), place), planes);
      expect([...planes]).toEqual([0, 3, 0, 8, 0, 4]);
    });
  });
}
