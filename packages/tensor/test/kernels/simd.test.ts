import { describe, expect, test } from "vitest";
import { simd } from "../../src/simd/index.ts";
import { conforms } from "./conformance.ts";
import { noise, planar } from "./geometries.ts";

const kernels = simd()!;

describe("simd", () => conforms(kernels, 3e-7, 1.2e-6));

test.each([["winograd", 1], ["tiles", 2]] as const)(
  "a batch too large to be padded at once gives each sample what it gives alone: %s",
  (_, stride) => {
    const options = { padding: [1, 1], stride: [stride, stride] } as const;
    const [two, one] = [2, 1].map((batch) => planar([16, 3], [520, 520], [3, 3], { ...options, batch }));
    const [x, weight] = [noise(2 * 16 * 520 * 520, 1), noise(3 * 16 * 9, 2)];
    const size = 3 * two!.output[1] * two!.output[2];
    const [both, second] = [new Float32Array(2 * size), new Float32Array(size)];
    kernels.conv(two!, x, weight, undefined, both);
    kernels.conv(one!, x.subarray(x.length / 2), weight, undefined, second);
    expect(both.subarray(size).every((value, i) => value === second[i])).toBe(true);
  },
);
