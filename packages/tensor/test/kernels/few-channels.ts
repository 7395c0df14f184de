/** Convolutions of samples most of whose channels are zero, as the relevance of concepts is. */
import { describe, expect, test } from "vitest";
import { encoded, type ConvGeometry } from "../../src/index.ts";
import { noise, planar } from "./geometries.ts";
import type { Laboratory } from "./laboratory.ts";
import * as reference from "./reference.ts";
import { volume } from "./reference.ts";

const geometries: readonly (readonly [string, ConvGeometry])[] = [
  ["of 3×3", planar([40, 37], [9, 8], [3, 3], { batch: 4, padding: [1, 1] })],
  ["of 1×1", planar([64, 33], [6, 7], [1, 1], { batch: 4 })],
  ["in groups", planar([80, 66], [5, 6], [3, 3], { batch: 4, groups: 2, padding: [1, 1] })],
  ["with a stride", planar([32, 50], [9, 11], [3, 3], { batch: 4, stride: [2, 2], padding: [1, 1] })],
];

/** Sample by sample: all channels, three of them, one, and none. */
const alive: readonly (readonly number[] | undefined)[] = [undefined, [0, 3, 30], [7], []];

function sparse(channels: number, plane: number, seed: number): Float32Array {
  return noise(alive.length * channels * plane, seed).map((value, i) => {
    const [sample, channel] = [Math.floor(i / (channels * plane)), Math.floor(i / plane) % channels];
    return alive[sample]?.includes(channel) ?? true ? value : 0;
  });
}

/** Declares the tests of convolutions of few channels. */
export function fewChannelTests(lab: Laboratory): void {
  describe.each(geometries)("convolutions %s whose samples have few channels", (_, g) => {
    const x = sparse(g.channelsIn, volume(g.input), 1);
    const s = sparse(g.channelsOut, volume(g.output), 2);
    const weight = noise((g.channelsIn * g.channelsOut * volume(g.kernel)) / g.groups, 3);
    const bias = noise(g.channelsOut, 4);
    const [perInput, perOutput] = [x.length / g.batch, s.length / g.batch];

    test("sum what they say, within bounds too", () => {
      const [out, clipped, back] = [new Float32Array(s.length), new Float32Array(s.length), new Float32Array(x.length)];
      lab.kernels.conv(g, x, weight, bias, out);
      lab.kernels.conv(g, x, weight, bias, clipped, { min: 0, max: Infinity });
      lab.kernels.convTransposed(g, s, weight, back);
      lab.expectClose(out, reference.conv(g, x, weight, bias), 20 * lab.fast);
      expect(clipped).toEqual(out.map((value) => Math.max(value, 0)));
      lab.expectClose(back, reference.convTransposed(g, s, weight), lab.fast);
    });

    test("give each sample the bits it gets alone", () => {
      const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
      lab.kernels.conv(g, x, weight, bias, out);
      lab.kernels.convTransposed(g, s, weight, back);
      for (let n = 0; n < g.batch; n++) {
        const one = { ...g, batch: 1 };
        const [alone, aloneBack] = [new Float32Array(perOutput), new Float32Array(perInput)];
        lab.kernels.conv(one, x.slice(n * perInput, (n + 1) * perInput), weight, bias, alone);
        lab.kernels.convTransposed(one, s.slice(n * perOutput, (n + 1) * perOutput), weight, aloneBack);
        expect(out.subarray(n * perOutput, (n + 1) * perOutput)).toEqual(alone);
        expect(back.subarray(n * perInput, (n + 1) * perInput)).toEqual(aloneBack);
      }
    });

    test("take encoded weights, and other ones in the next call", () => {
      for (const seed of [5, 6]) {
        const floats = noise(weight.length, seed);
        const decode = (from: number, to: number, out: Float32Array, at: number): void =>
          out.set(floats.subarray(from, to), at);
        const few = encoded({ length: floats.length, decode });
        const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
        lab.kernels.conv(g, x, few, bias, out);
        lab.kernels.convTransposed(g, s, few, back);
        lab.expectClose(out, reference.conv(g, x, floats, bias), 20 * lab.fast);
        lab.expectClose(back, reference.convTransposed(g, s, floats), lab.fast);
      }
    });
  });
}
