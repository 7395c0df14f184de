/** Sums that are small or nothing beside what their neighbours sum to: relevance is divided by them. */
import { describe, expect, test } from "vitest";
import type { ConvGeometry } from "../../src/index.ts";
import { noise, planar } from "./geometries.ts";
import type { Laboratory } from "./laboratory.ts";
import * as reference from "./reference.ts";
import { volume, type Reference } from "./reference.ts";

const positive = (values: Float32Array): Float32Array => values.map((value) => Math.max(value, 0));
const negative = (values: Float32Array): Float32Array => values.map((value) => Math.min(value, 0));
const magnitudes = (values: Float32Array): Float32Array => values.map(Math.abs);

const geometries: readonly (readonly [string, ConvGeometry])[] = [
  ["in tiles of four", planar([17, 19], [15, 22], [3, 3], { batch: 2, padding: [1, 1] })],
  ["in tiles of two", planar([33, 18], [5, 6], [3, 3], { padding: [1, 1] })],
  ["of many channels", planar([150, 20], [9, 9], [3, 3])],
];
const weights: Readonly<Record<string, (length: number) => Float32Array>> = {
  "of both signs": (length) => noise(length, 3),
  "of one sign": (length) => negative(noise(length, 3)),
  "that are few": (length) => noise(length, 3, 0.97),
};

/** Declares the tests of convolutions whose inputs or weights are mostly zero. */
export function smallSumTests(lab: Laboratory): void {
  const both = (
    g: ConvGeometry, x: Float32Array, s: Float32Array, weight: Float32Array,
  ): readonly (readonly [Float32Array, Reference])[] => {
    const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
    lab.kernels.conv(g, x, weight, undefined, out);
    lab.kernels.convTransposed(g, s, weight, back);
    return [[out, reference.conv(g, x, weight, undefined)], [back, reference.convTransposed(g, s, weight)]];
  };

  describe.each(geometries)("convolutions %s", (_, g) => {
    const [inputs, outputs] = [
      g.batch * g.channelsIn * volume(g.input), g.batch * g.channelsOut * volume(g.output),
    ];

    test.each(Object.entries(weights))("sum few inputs to what they are, with weights %s", (_name, weightOf) => {
      const weight = weightOf(g.channelsIn * g.channelsOut * 9);
      for (const zeros of [0.99, 0.95, 0.8]) {
        const [x, s] = [magnitudes(noise(inputs, 1, zeros)), magnitudes(noise(outputs, 2, zeros))];
        let nothing = 0;
        for (const [got, { values, sizes }] of both(g, x, s, weight)) {
          nothing += sizes.filter((size) => size === 0).length;
          lab.expectClose(got, { values, sizes }, 20 * lab.fast);
        }
        if (zeros === 0.99) expect(nothing).toBeGreaterThan(0);
      }
    });

    test("keep faint windows apart from loud ones in the same tile", () => {
      const loud = (data: Float32Array, [, , width]: readonly number[]): Float32Array =>
        data.map((value, i) => value * 10 ** -((i % width!) % 7));
      const [x, s] = [loud(noise(inputs, 4), g.input), loud(noise(outputs, 5), g.output)];
      for (const [got, { values, sizes }] of both(g, x, s, noise(g.channelsIn * g.channelsOut * 9, 6))) {
        lab.expectClose(got, { values, sizes } satisfies Reference, 20 * lab.fast);
      }
    });

    test("do so for numbers of any size", () => {
      const weight = noise(g.channelsIn * g.channelsOut * 9, 3, 0.98);
      for (const size of [1e17, 1e-17, 1e-25]) {
        const [x, s] = [noise(inputs, 1), noise(outputs, 2)].map((data) => data.map((value) => value ** 3 * size));
        for (const [got, expected] of both(g, x!, s!, weight)) lab.expectClose(got, expected, 20 * lab.fast);
      }
    });

    test("that a rectifier and a bias end do so for small sums too", () => {
      const [x, bias] = [positive(noise(inputs, 7, 0.95)), noise(g.channelsOut, 8)];
      const weight = negative(noise(g.channelsIn * g.channelsOut * 9, 9));
      const out = new Float32Array(outputs);
      lab.kernels.conv(g, x, weight, bias, out, { min: 0, max: Infinity });
      const { values, sizes } = reference.conv(g, x, weight, bias);
      lab.expectClose(out, { values: values.map((value) => Math.max(value, 0)), sizes }, 20 * lab.fast);
    });

    test("do not overflow before their sums do", () => {
      const weight = noise(g.channelsIn * g.channelsOut * 9, 3);
      const [x, s] = [noise(inputs, 1), noise(outputs, 2)];
      const [largest, back] = both(g, x, s, weight).map(([, { sizes }]) => sizes.reduce((a, b) => Math.max(a, b)));
      const [loud, loudBack] = [x.map((v) => v * (3e38 / largest!)), s.map((v) => v * (3e38 / back!))];
      for (const [got, expected] of both(g, loud, loudBack, weight)) lab.expectClose(got, expected, 20 * lab.fast);
      // By large weights, what they weigh can be squared.
      const plain = [x, s].map((data) => data.map((v) => v * 1e17));
      for (const most of [largest!, back!]) {
        const heavy = weight.map((w) => w * (3e21 / most));
        for (const [got, expected] of both(g, plain[0]!, plain[1]!, heavy)) {
          if (expected.sizes.every((size) => size < 3.1e38)) lab.expectClose(got, expected, 20 * lab.fast);
        }
      }
    });
  });
}
