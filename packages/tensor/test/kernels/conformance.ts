/** What every implementation of `Kernels` must do. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConvGeometry, Extent3, Kernels, PoolGeometry } from "../../src/index.ts";
import * as reference from "./reference.ts";
import { volume } from "./reference.ts";

/** Where operands lie: memory of the kernels at an odd offset, or arrays of the user's. */
const places = ["in place", "elsewhere"] as const;

/** How an implementation is tested. */
export interface Conformance {
  readonly kernels: Kernels;
  /** The rounding error allowed, relative to the sum of the terms' sizes. */
  readonly tolerance: number;
}

/** Pseudo-random floats in (−1, 1), the same for the same seed; a share of exact zeros. */
export function noise(length: number, seed: number, zeros = 0): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 5; i++) next();
  return Float32Array.from({ length }, () => (next() < zeros ? 0 : 2 * next() - 1));
}

/** The output extent that a full scan of the padded input gives. */
export function geometry(
  part: Partial<ConvGeometry> & Pick<ConvGeometry, "input" | "kernel">, after: Extent3 = part.padding ?? [0, 0, 0],
): ConvGeometry {
  const { stride = [1, 1, 1], padding = [0, 0, 0], dilation = [1, 1, 1], input, kernel } = part;
  const output = ([0, 1, 2] as const).map((a) =>
    Math.floor((input[a] + padding[a] + after[a] - (kernel[a] - 1) * dilation[a] - 1) / stride[a]) + 1,
  ) as unknown as Extent3;
  return { batch: 1, groups: 1, channelsIn: 1, channelsOut: 1, stride, padding, dilation, output, ...part };
}

/** Sliding windows over planes; the mean counts the padding. */
function pooling(
  planes: number, input: Extent3, kernel: Extent3, stride: Extent3,
  padding: Extent3 = [0, 0, 0], dilation: Extent3 = [1, 1, 1],
): PoolGeometry {
  const { output } = geometry({ input, kernel, stride, padding, dilation });
  const axis = <T>(make: (a: 0 | 1 | 2) => T): [T, T, T] => [make(0), make(1), make(2)];
  return {
    planes, input, output, dilation,
    start: axis((a) => Int32Array.from({ length: output[a] }, (_, p) => p * stride[a] - padding[a])),
    taps: axis((a) => new Int32Array(output[a]).fill(kernel[a])),
    divisor: new Float32Array(volume(output)).fill(volume(kernel)),
  };
}

/** Any small geometry that has an output. */
export const geometries: fc.Arbitrary<ConvGeometry> = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    into: fc.integer({ min: 1, max: 9 }),
    outOf: fc.integer({ min: 1, max: 9 }),
    axes: fc.array(
      fc.record({
        extent: fc.integer({ min: 1, max: 11 }),
        kernel: fc.integer({ min: 1, max: 4 }),
        stride: fc.integer({ min: 1, max: 3 }),
        dilation: fc.integer({ min: 1, max: 2 }),
        before: fc.integer({ min: 0, max: 3 }),
        after: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ batch, groups, into, outOf, axes }) => {
    const unit = { extent: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
    const padded = [...new Array<typeof unit>(3 - axes.length).fill(unit), ...axes];
    const of = (key: keyof typeof unit): Extent3 => padded.map((axis) => axis[key]) as unknown as Extent3;
    return geometry({
      batch, groups, channelsIn: groups * into, channelsOut: groups * outOf,
      input: of("extent"), kernel: of("kernel"), stride: of("stride"), dilation: of("dilation"), padding: of("before"),
    }, of("after"));
  })
  .filter(({ output }) => output.every((extent) => extent >= 1));

/** Declares the tests of an implementation. */
export function conforms({ kernels, tolerance }: Conformance): void {
  const put = (values: Float32Array, place: (typeof places)[number]): Float32Array => {
    if (place === "elsewhere") return values;
    const view = kernels.allocate(values.length + 1).subarray(1);
    view.set(values);
    return view;
  };
  const room = (length: number, place: (typeof places)[number]): Float32Array =>
    put(new Float32Array(length).fill(NaN), place);

  const expectClose = (got: Float32Array, { values, sizes }: reference.Reference, slack = 1): void => {
    expect(got.length).toBe(values.length);
    let worst = 0;
    got.forEach((value, i) => {
      const error = Math.abs(value - values[i]!);
      // A sum of zeros is exactly zero, however it is computed.
      worst = Math.max(worst, sizes[i] === 0 ? (value === 0 ? 0 : Infinity) : error / sizes[i]!);
    });
    expect(worst).toBeLessThanOrEqual(slack * tolerance);
  };

  const convBoth = (g: ConvGeometry, place: (typeof places)[number], withBias: boolean): void => {
    const x = noise(g.batch * g.channelsIn * volume(g.input), 1);
    const s = noise(g.batch * g.channelsOut * volume(g.output), 2);
    const weight = noise((g.channelsOut * g.channelsIn * volume(g.kernel)) / g.groups, 3);
    const bias = withBias ? noise(g.channelsOut, 4) : undefined;
    const out = room(s.length, place);
    const back = room(x.length, place);
    const heldWeight = put(weight, place);
    kernels.conv(g, put(x, place), heldWeight, bias && put(bias, place), out);
    kernels.convTransposed(g, put(s, place), heldWeight, back);
    expectClose(out, reference.conv(g, x, weight, bias));
    const rectified = room(s.length, place);
    kernels.conv(g, put(x, place), heldWeight, bias && put(bias, place), rectified, "relu");
    expect(rectified).toEqual(out.map((value) => Math.max(value, 0)));
    expectClose(back, reference.convTransposed(g, s, weight));
    expectAdjoint(g, x, s, weight);
  };

  /** ⟨conv x, s⟩ = ⟨x, convᵀ s⟩ */
  const expectAdjoint = (g: ConvGeometry, x: Float32Array, s: Float32Array, weight: Float32Array): void => {
    const [y, r] = [new Float32Array(s.length), new Float32Array(x.length)];
    kernels.conv(g, x, weight, undefined, y);
    kernels.convTransposed(g, s, weight, r);
    let [left, right, size] = [0, 0, 0];
    y.forEach((value, i) => {
      left += value * s[i]!;
      size += Math.abs(value * s[i]!);
    });
    r.forEach((value, i) => (right += value * x[i]!));
    expect(Math.abs(left - right)).toBeLessThanOrEqual(4 * tolerance * size + 1e-30);
  };

  describe.each(places)("with operands %s", (place) => {
    test.each([
      [1, 1, 1], [1, 10, 84], [2, 3, 7], [3, 5, 1], [3, 33, 100], [4, 4, 8], [5, 9, 13], [7, 17, 650], [64, 10, 31], [9, 300, 20],
    ])("dense and its adjoint are matrix products: %i x %i x %i", (m, n, k) => {
      const [a, b, bias, s] = [noise(m * k, 1), noise(n * k, 2), noise(n, 3), noise(m * n, 4, 0.3)];
      const [out, back] = [room(m * n, place), room(m * k, place)];
      const weight = put(b, place);
      kernels.dense(m, n, k, put(a, place), weight, put(bias, place), out);
      expectClose(out, reference.dense(m, n, k, a, b, bias));
      const rectified = room(m * n, place);
      kernels.dense(m, n, k, put(a, place), weight, put(bias, place), rectified, "relu");
      expect(rectified).toEqual(out.map((value) => Math.max(value, 0)));
      kernels.dense(m, n, k, put(a, place), weight, undefined, out);
      expectClose(out, reference.dense(m, n, k, a, b, undefined));
      kernels.denseTransposed(m, n, k, put(s, place), weight, back);
      expectClose(back, reference.matmul(1, m, k, n, s, b));
    });

    test.each([[1, 1, 1, 1], [2, 3, 5, 7], [3, 8, 8, 8], [4, 13, 21, 34], [1, 40, 9, 700], [2, 1, 19, 3]])(
      "matmul multiplies %i matrices of %i x %i x %i",
      (count, m, n, k) => {
        const [a, b] = [noise(count * m * k, 1), noise(count * k * n, 2)];
        const out = room(count * m * n, place);
        kernels.matmul(count, m, n, k, put(a, place), put(b, place), out);
        expectClose(out, reference.matmul(count, m, n, k, a, b));
      },
    );

    test.each<[string, ConvGeometry]>([
      ["3x3, padded", geometry({ batch: 2, channelsIn: 5, channelsOut: 7, input: [1, 9, 11], kernel: [1, 3, 3], padding: [0, 1, 1] })],
      ["1x1", geometry({ channelsIn: 19, channelsOut: 9, input: [1, 5, 7], kernel: [1, 1, 1] })],
      ["stride 2", geometry({ channelsIn: 3, channelsOut: 8, input: [1, 12, 13], kernel: [1, 5, 5], stride: [1, 2, 2], padding: [0, 2, 2] })],
      ["stride beyond the kernel", geometry({ channelsIn: 4, channelsOut: 4, input: [1, 8, 8], kernel: [1, 1, 1], stride: [1, 2, 3] })],
      ["dilated", geometry({ channelsIn: 4, channelsOut: 5, input: [1, 11, 10], kernel: [1, 3, 3], dilation: [1, 2, 3], padding: [0, 2, 3] })],
      ["grouped", geometry({ groups: 2, channelsIn: 8, channelsOut: 10, input: [1, 6, 7], kernel: [1, 3, 3], padding: [0, 1, 1] })],
      ["depthwise", geometry({ batch: 2, groups: 6, channelsIn: 6, channelsOut: 6, input: [1, 9, 17], kernel: [1, 3, 3], padding: [0, 1, 1] })],
      ["1-D", geometry({ batch: 3, channelsIn: 4, channelsOut: 5, input: [1, 1, 50], kernel: [1, 1, 7], padding: [0, 0, 3] })],
      ["3-D", geometry({ channelsIn: 3, channelsOut: 5, input: [5, 6, 7], kernel: [3, 2, 3], padding: [1, 0, 1], stride: [2, 1, 1] })],
      ["deep", geometry({ channelsIn: 80, channelsOut: 6, input: [1, 6, 5], kernel: [1, 3, 3], padding: [0, 1, 1] })],
      ["3x3 with many channels", geometry({ batch: 2, channelsIn: 19, channelsOut: 18, input: [1, 9, 13], kernel: [1, 3, 3], padding: [0, 1, 1] })],
      ["3x3 with many channels, unpadded", geometry({ channelsIn: 16, channelsOut: 21, input: [1, 10, 10], kernel: [1, 3, 3] })],
      ["3x3 with many channels, padded unevenly", geometry({ channelsIn: 33, channelsOut: 16, input: [1, 7, 16], kernel: [1, 3, 3], padding: [0, 0, 2] }, [0, 3, 1])],
      ["many planes", geometry({ batch: 1, channelsIn: 2, channelsOut: 262, input: [1, 5, 26], kernel: [1, 1, 1] })],
    ])("conv and its adjoint sum what they say: %s", (_, g) => {
      convBoth(g, place, place === "in place");
    });
  });

  test("conv and its adjoint sum what they say, for any geometry", () => {
    fc.assert(
      fc.property(geometries, fc.constantFrom(...places), fc.boolean(), (g, place, withBias) => convBoth(g, place, withBias)),
      { numRuns: 50, seed: 7 },
    );
  });

  test.each<[string, ConvGeometry]>([
    ["few channels", geometry({ channelsIn: 3, channelsOut: 5, input: [1, 14, 23], kernel: [1, 3, 3], padding: [0, 1, 1] })],
    ["many channels", geometry({ batch: 2, channelsIn: 17, channelsOut: 16, input: [1, 13, 15], kernel: [1, 3, 3], padding: [0, 1, 1] })],
    ["a stride", geometry({ channelsIn: 8, channelsOut: 9, input: [1, 15, 15], kernel: [1, 3, 3], padding: [0, 1, 1], stride: [1, 2, 2] })],
  ])("a window of zeros sums to exactly its bias, whatever is next to it: %s", (_, g) => {
    // Black areas beside large constants: where a residue would be largest.
    const islands = (length: number, { 2: width }: Extent3): Float32Array =>
      noise(length, 5).map((value, i) => (i % width < 5 || i % 97 < 50 ? (i % 11 < 9 ? 0 : -0) : 1e4 + value));
    const x = islands(g.batch * g.channelsIn * volume(g.input), g.input);
    const s = islands(g.batch * g.channelsOut * volume(g.output), g.output);
    // All channels of a sample share their zeros.
    for (const [data, channels, extent] of [[x, g.channelsIn, g.input], [s, g.channelsOut, g.output]] as const) {
      data.forEach((_value, i) => {
        const plane = volume(extent);
        if (data[Math.floor(i / (channels * plane)) * channels * plane + (i % plane)] === 0) data[i] = 0;
      });
    }
    const weight = noise((g.channelsOut * g.channelsIn * 9) / g.groups, 6);
    const bias = noise(g.channelsOut, 7);
    const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
    kernels.conv(g, x, weight, bias, out);
    kernels.convTransposed(g, s, weight, back);
    const [forward, backward] = [reference.conv(g, x, weight, undefined), reference.convTransposed(g, s, weight)];
    const dead = forward.sizes.filter((size) => size === 0).length;
    expect(dead).toBeGreaterThan(s.length / 20);
    const wrong = forward.sizes.filter((size, i) =>
      size === 0 && out[i] !== bias[Math.floor(i / volume(g.output)) % g.channelsOut]);
    expect(wrong.length).toBe(0);
    expect(backward.sizes.filter((size, i) => size === 0 && back[i] !== 0).length).toBe(0);
    expectClose(out, reference.conv(g, x, weight, bias), 40);
    expectClose(back, backward, 40);
  });

  test("what is not finite reaches the outputs that see it and no others", () => {
    for (const channels of [3, 20]) {
      const g = geometry({ channelsIn: channels, channelsOut: 17, input: [1, 12, 12], kernel: [1, 3, 3], padding: [0, 1, 1] });
      for (const value of [NaN, Infinity]) {
        for (const at of [0, 5 * 12 + 5, 6 * 12 + 6, 143]) {
          const x = noise(channels * 144, 1);
          x[144 + at] = value;
          const out = new Float32Array(17 * 144);
          kernels.conv(g, x, noise(17 * channels * 9, 2), undefined, out);
          const wrong = out.filter((result, i) => {
            const [row, column] = [Math.floor((i % 144) / 12), i % 12];
            const sees = Math.abs(row - Math.floor(at / 12)) <= 1 && Math.abs(column - (at % 12)) <= 1;
            return Number.isFinite(result) === sees;
          });
          expect(wrong.length).toBe(0);
        }
      }
    }
  });

  test("a repeated call gives the same bits", () => {
    const g = geometry({ batch: 2, channelsIn: 33, channelsOut: 21, input: [1, 17, 15], kernel: [1, 3, 3], padding: [0, 1, 1] });
    const [x, weight] = [noise(2 * 33 * 17 * 15, 1), noise(21 * 33 * 9, 2)];
    const [first, second] = [room(2 * 21 * 17 * 15, "in place"), room(2 * 21 * 17 * 15, "elsewhere")];
    kernels.conv(g, put(x, "in place"), put(weight, "in place"), undefined, first);
    kernels.conv(g, x, weight, undefined, second);
    expect(new Int32Array(Float32Array.from(first).buffer)).toEqual(new Int32Array(second.buffer));
  });

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
      ["in the padding alone", pooling(1, [1, 2, 2], [1, 1, 1], [1, 2, 2], [0, 2, 2])],
    ])("windows give their maximum with its place, and their mean: %s", (_, g) => {
      const size = g.planes * volume(g.input);
      const ties = noise(size, 3).map((value) => Math.round(3 * value));
      const withNaN = noise(size, 4).map((value, i) => (i % 13 === 5 ? NaN : value));
      const outputs = g.planes * volume(g.output);
      for (const x of [noise(size, 1), ties, withNaN]) {
        const out = room(outputs, place);
        const winners = new Int32Array(outputs);
        kernels.maxPool(g, put(x, place), out, winners);
        const want = reference.maxPool(g, x);
        expect(out).toEqual(Float32Array.from(want.values));
        want.places.forEach((at, i) => {
          if (at >= 0) expect(winners[i]).toBe(at);
        });
      }
      const [x, s] = [noise(size, 5), noise(outputs, 6)];
      const [mean, back] = [room(outputs, place), room(size, place)];
      kernels.averagePool(g, put(x, place), mean);
      expectClose(mean, reference.averagePool(g, x));
      kernels.averagePoolTransposed(g, put(s, place), back);
      expectClose(back, reference.averagePoolTransposed(g, s), 2);
    });

    test("scatterAdd adds up where indices meet", () => {
      const out = room(5, place);
      kernels.scatterAdd(Int32Array.of(3, 0, 3, 4), put(Float32Array.of(1, 2, 4, 8), place), out);
      expect([...out]).toEqual([2, 0, 0, 5, 8]);
    });
  });

  const special = Float32Array.of(0, -0, 1, -1, 2.5, -3.25, NaN, Infinity, -Infinity, 1e-30, -1e30, 7, -8);

  test.each(places)("elementwise kernels follow their formulas, operands %s", (place) => {
    const a = Float32Array.from({ length: 37 }, (_, i) => special[i % special.length]!);
    const b = Float32Array.from({ length: 37 }, (_, i) => special[(i * 5 + 2) % special.length]!);
    const base = noise(37, 5);
    const check = (run: (a: Float32Array, b: Float32Array, out: Float32Array) => void, want: (a: number, b: number, c: number) => number): void => {
      const out = put(base, place === "elsewhere" ? place : "in place");
      const target = place === "elsewhere" ? Float32Array.from(base) : out;
      run(put(a, place), put(b, place), target);
      target.forEach((value, i) => {
        const expected = Math.fround(want(a[i]!, b[i]!, base[i]!));
        if (Number.isNaN(expected) || !Number.isFinite(expected) || expected === 0) expect(value + 0).toBe(expected + 0);
        else expect(Math.abs(value / expected - 1)).toBeLessThan(3e-7);
      });
    };
    check((x, _, out) => kernels.relu(x, out), (x) => (Number.isNaN(x) ? NaN : Math.max(x, 0)));
    check((x, _, out) => kernels.negativePart(x, out), (x) => (Number.isNaN(x) ? NaN : Math.min(x, 0)));
    check((x, y, out) => kernels.add(x, y, out), (x, y) => x + y);
    check((x, y, out) => kernels.product(0.5, x, y, out), (x, y) => 0.5 * x * y);
    check((x, y, out) => kernels.addProduct(-2, x, y, out), (x, y, c) => c - 2 * x * y);
    const sign = (z: number): number => (z < 0 ? -1 : 1);
    for (const epsilon of [0, 0.25]) {
      check(
        (x, y, out) => kernels.quotient(x, y, { epsilon, clip: false }, out),
        (x, y) => (x === 0 ? 0 : x / (y + epsilon * sign(y))),
      );
      check(
        (x, y, out) => kernels.quotient(x, y, { epsilon, clip: true }, out),
        (x, y) => (x === 0 ? 0 : x / (sign(y) * Math.max(Math.abs(y), epsilon))),
      );
    }
  });

  test("elementwise kernels may write over an operand", () => {
    for (const place of places) {
      const a = put(Float32Array.of(1, -2, 3, -4, 5), place);
      kernels.relu(a, a);
      kernels.add(a, a, a);
      kernels.product(2, a, a, a);
      expect([...a]).toEqual([8, 0, 72, 0, 200]);
    }
  });
}
