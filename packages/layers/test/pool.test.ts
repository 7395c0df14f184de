import {
  AdaptiveAvgPool, AdaptiveMaxPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool, SumPool, type Layer,
} from "@relprop/layers";
import { tensor, zeros, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, distinctTensor, extents, positions, randomTensor, seeds, tensorOf } from "./random.ts";

/** Positions 1, 2, … along one axis, as `[1, 1, n]`. */
function count(n: number): Tensor {
  return tensor(Array.from({ length: n }, (_, i) => i + 1), [1, 1, n]);
}

const slides = fc
  .integer({ min: 1, max: 3 })
  .chain((rank) =>
    fc.record({
      spatial: extents(rank, 3, 6),
      kernel: extents(rank, 1, 3),
      stride: extents(rank, 1, 3),
      // A before padding below the kernel, so that every window meets the input.
      padding: fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: rank, maxLength: rank }),
      ceilMode: fc.boolean(),
      countIncludePad: fc.boolean(),
      seed: seeds,
    }),
  )
  .map((c) => ({
    ...c,
    padding: c.padding.map(([a, b], i) => [Math.min(a, c.kernel[i]! - 1), Math.min(b, c.kernel[i]! - 1)] as const),
  }));

type Slide = typeof slides extends fc.Arbitrary<infer T> ? T : never;

/** Per output position, the window's positions in the padded input: written from the definition, tap by tap. */
function windows(
  { spatial, kernel, stride, padding, ceilMode }: Slide,
  dilation = 1,
): { first: number[]; taps: number[][] }[] {
  const counts = spatial.map((extent, i) => {
    let windows = 0;
    const [before, after] = padding[i]!;
    const reach = (kernel[i]! - 1) * dilation + 1;
    for (let first = -before; ; first += stride[i]!) {
      const fits = first + reach <= extent + after;
      const hangsOver = ceilMode && first + reach < extent + after + stride[i]! && first < extent;
      if (!fits && !hangsOver) return windows;
      windows++;
    }
  });
  return positions(counts).map((p) => {
    const first = p.map((i, axis) => i * stride[axis]! - padding[axis]![0]);
    return { first, taps: positions(kernel).map((t) => t.map((i, axis) => first[axis]! + i * dilation)) };
  });
}

function naive(
  slide: Slide,
  x: Tensor,
  shape: readonly number[],
  pool: (inside: number[], counted: number) => number,
): Tensor {
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const result = positions([batch, channels]).flatMap((plane) =>
    windows(slide).map(({ taps }) => {
      const inside = taps.filter((t) => t.every((i, axis) => i >= 0 && i < spatial[axis]!));
      const padded = taps.filter((t) => t.every((i, axis) => i < spatial[axis]! + slide.padding[axis]![1]));
      return pool(
        inside.map((t) => at(x, [...plane, ...t])),
        slide.countIncludePad ? padded.length : inside.length,
      );
    }),
  );
  return tensor(result, shape);
}

describe("sliding pools", () => {
  test("a maximum is the largest element of each window, in 1 to 3 dimensions", () => {
    fc.assert(fc.property(slides, (slide) => {
      const { kernel, ...options } = slide;
      const layer = new MaxPool(kernel, options);
      const x = distinctTensor([2, 2, ...slide.spatial], slide.seed);
      expect(values(layer.forward(x))).toEqual(
        values(naive(slide, x, layer.outputShape(x.shape), (inside) => Math.max(...inside))),
      );
      expectAdjoint(layer, [x], { step: 1 / (8 * x.size) });
    }), { numRuns: 60 });
  });

  test("an average is the sum of each window over what it counts, in 1 to 3 dimensions", () => {
    fc.assert(fc.property(slides, (slide) => {
      const { kernel, ...options } = slide;
      const layer = new AvgPool(kernel, options);
      const x = randomTensor([2, 2, ...slide.spatial], slide.seed);
      const want = naive(
        slide,
        x,
        layer.outputShape(x.shape),
        (inside, counted) => inside.reduce((a, b) => a + b, 0) / counted,
      );
      expectClose(layer.forward(x), want);
      expectAdjoint(layer, [x], { step: 0.5 });
    }), { numRuns: 60 });
  });

  test("a sum is the average times what it counts", () => {
    const x = randomTensor([2, 3, 6, 6]);
    const average = new AvgPool(2).forward(x);
    expectClose(new SumPool(2).forward(x), tensor(values(average).map((v) => 4 * v), average.shape));
    expectAdjoint(new SumPool(2, { padding: 1, stride: 1 }), [x]);
  });

  test("taps of a dilated window lie apart", () => {
    expect(values(new MaxPool(2, { dilation: 3, stride: 1 }).forward(tensor([5, 1, 2, 3, 4, 0], [1, 1, 6])))).toEqual([
      5, 4, 2,
    ]);
    expect(values(new AvgPool(2, { dilation: 2, stride: 1 }).forward(count(5)))).toEqual([2, 3, 4]);
    expectAdjoint(new MaxPool([2, 2], { dilation: [2, 1], stride: 1 }), [distinctTensor([1, 2, 5, 4])], {
      step: 1 / 200,
    });
  });

  test("rounding up adds a window only if it starts inside the input or the padding before it", () => {
    // 5 elements, kernel 2, stride 2: a third window starts at 4 and hangs over.
    expect(values(new MaxPool(2, { ceilMode: true }).forward(count(5)))).toEqual([2, 4, 5]);
    expect(values(new MaxPool(2, { ceilMode: false }).forward(count(5)))).toEqual([2, 4]);
    // 4 elements padded by 1, kernel 3, stride 4: (4 + 2 − 3) / 4 rounds up to a second window, at 3.
    expect(values(new MaxPool(3, { stride: 4, padding: 1, ceilMode: true }).forward(count(4)))).toEqual([2, 4]);
    // 3 elements padded by 1, kernel 2, stride 4: a second window would start at 3, in the padding behind.
    expect(values(new MaxPool(2, { stride: 4, padding: 1, ceilMode: true }).forward(count(3)))).toEqual([1]);
  });

  test("an average counts the padding, but not what hangs over it", () => {
    // [0 1 2 3 0] in windows of 3 every 2: (0 + 1 + 2) / 3, (2 + 3 + 0) / 3.
    expectClose(new AvgPool(3, { stride: 2, padding: 1 }).forward(count(3)), tensor([1, 5 / 3], [1, 1, 2]));
    expectClose(
      new AvgPool(3, { stride: 2, padding: 1, countIncludePad: false }).forward(count(3)),
      tensor([1.5, 2.5], [1, 1, 2]),
    );
    // [0 1 2 3 4 0] rounded up: the last window holds 4, the padding, and one element that nobody counts.
    expectClose(
      new AvgPool(3, { stride: 2, padding: 1, ceilMode: true }).forward(count(4)),
      tensor([1, 3, 2], [1, 1, 3]),
    );
    expectClose(
      new AvgPool(3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }).forward(count(4)),
      tensor([1.5, 3, 4], [1, 1, 3]),
    );
  });

  test("the first of equal maxima gets everything", () => {
    const { back } = new MaxPool(2).pullback(tensor([0, 0, 0, 0, 1, 3, 3, 1], [1, 1, 2, 4]));
    expect(values(back(tensor([1, 2], [1, 1, 1, 2]))[0]!)).toEqual([0, 0, 0, 0, 0, 1, 2, 0]);
    const { back: dead } = new MaxPool(2).pullback(zeros([1, 1, 2, 2]));
    expect(values(dead(tensor([5], [1, 1, 1, 1]))[0]!)).toEqual([5, 0, 0, 0]);
  });

  test("a maximum of negative numbers is not the padding", () => {
    expect(values(new MaxPool(3, { padding: 1, stride: 1 }).forward(tensor([-3, -2], [1, 1, 2])))).toEqual([-2, -2]);
  });

  test("NaN passes through", () => {
    const x = tensor([1, NaN, 3, 4], [1, 1, 4]);
    expect(values(new MaxPool(2).forward(x))).toEqual([NaN, 4]);
    expect(values(new AvgPool(2).forward(x))).toEqual([NaN, 3.5]);
  });
});

describe("adaptive and global pools", () => {
  test("windows divide an axis as evenly as they can", () => {
    // 5 into 3: [0, 2), [1, 4), [3, 5).
    expect(values(new AdaptiveAvgPool(3).forward(count(5)))).toEqual([1.5, 3, 4.5]);
    expect(values(new AdaptiveMaxPool(3).forward(count(5)))).toEqual([2, 4, 5]);
    // More windows than elements repeat them.
    expect(values(new AdaptiveAvgPool(4).forward(count(2)))).toEqual([1, 1, 2, 2]);
  });

  test("an axis may keep its extent", () => {
    expect(new AdaptiveAvgPool([undefined, 2]).outputShape([1, 3, 7, 5])).toEqual([1, 3, 7, 2]);
  });

  test("adaptive pools follow the definition in 1 to 3 dimensions", () => {
    const cases = fc
      .integer({ min: 1, max: 3 })
      .chain((rank) => fc.tuple(extents(rank, 1, 6), extents(rank, 1, 4), seeds));
    fc.assert(fc.property(cases, ([spatial, size, seed]) => {
      const x = distinctTensor([2, 2, ...spatial], seed);
      const inside = (p: number[]): number[] =>
        positions(spatial)
          .filter((q) =>
            q.every(
              (i, axis) =>
                i >= Math.floor((p[axis]! * spatial[axis]!) / size[axis]!) &&
                i < Math.ceil(((p[axis]! + 1) * spatial[axis]!) / size[axis]!),
            ),
          )
          .map((q) => at(x, [...p.slice(size.length), ...q]));
      const pooled = (f: (window: number[]) => number): Tensor =>
        tensorOf([2, 2, ...size], ([n, c, ...p]) => f(inside([...p, n!, c!])));
      expectClose(new AdaptiveMaxPool(size).forward(x), pooled((w) => Math.max(...w)));
      expectClose(new AdaptiveAvgPool(size).forward(x), pooled((w) => w.reduce((a, b) => a + b, 0) / w.length));
      expectAdjoint(new AdaptiveAvgPool(size), [x]);
      expectAdjoint(new AdaptiveMaxPool(size), [x], { step: 1 / (8 * x.size) });
    }), { numRuns: 40 });
  });

  test("global pools see whole planes, and keep or drop their axes", () => {
    const x = distinctTensor([2, 3, 4, 5]);
    expect(new GlobalAvgPool().forward(x).shape).toEqual([2, 3, 1, 1]);
    expect(new GlobalMaxPool({ keepDims: false }).forward(x).shape).toEqual([2, 3]);
    expectClose(new GlobalAvgPool({ keepDims: false }).forward(x), tensorOf([2, 3], ([n, c]) =>
      positions([4, 5]).reduce((total, p) => total + at(x, [n!, c!, ...p]), 0) / 20));
    for (const keepDims of [true, false]) {
      expectAdjoint(new GlobalAvgPool({ keepDims }), [x]);
      expectAdjoint(new GlobalMaxPool({ keepDims }), [x], { step: 1 / 1000 });
    }
  });
});

describe("every pool", () => {
  const makers: (() => Layer)[] = [
    () => new MaxPool(2),
    () => new AvgPool(2),
    () => new SumPool(2),
    () => new AdaptiveAvgPool(2),
    () => new AdaptiveMaxPool(2),
    () => new GlobalAvgPool(),
    () => new GlobalMaxPool(),
  ];
  const named = makers.map((make) => [make().kind, make] as const);

  test.each(named)("%s takes an empty batch", (_, make) => {
    const { output, back } = make().pullback(zeros([0, 3, 4, 4]));
    expect(output.shape).toEqual(make().outputShape([0, 3, 4, 4]));
    expect(back(output)[0]!.shape).toEqual([0, 3, 4, 4]);
  });

  test.each(named)("%s takes inputs of changing size", (_, make) => {
    const layer = make();
    for (const shape of [[1, 2, 4, 6], [3, 2, 4, 6], [1, 2, 6, 4], [1, 2, 24], [1, 2, 4, 6]]) {
      const x = randomTensor(shape);
      expect(values(layer.forward(x))).toEqual(values(make().forward(x)));
    }
  });

  test.each<[string, () => unknown, string]>([
    ["rank", () => new MaxPool(2).outputShape([1, 2]), "MaxPool: takes [N, C, …1 to 3 spatial axes], got [1, 2]"],
    ["kernel", () => new MaxPool(0), "MaxPool kernel: takes 1 whole numbers >= 1 (or one for all), got [0]"],
    [
      "axes",
      () => new AvgPool([2, 2], { stride: [1] }),
      "AvgPool stride: takes 2 whole numbers >= 1 (or one for all), got [1]",
    ],
    [
      "axes met",
      () => new AvgPool([2, 2]).outputShape([1, 1, 4]),
      "AvgPool kernel: takes 1 whole numbers >= 1 (or one for all), got [2, 2]",
    ],
    [
      "too small",
      () => new AvgPool(3).outputShape([1, 1, 2, 2]),
      "AvgPool: takes inputs at least as large as its window, got [1, 1, 2, 2]",
    ],
    [
      "only padding",
      () => new MaxPool(2, { padding: 2, stride: 1 }).outputShape([1, 1, 4]),
      "MaxPool: takes inputs that every window meets, got [1, 1, 4]",
    ],
    [
      "size",
      () => new AdaptiveAvgPool(0),
      "AdaptiveAvgPool size: takes 1 whole numbers >= 1 (or one for all), got [0]",
    ],
    ["four axes", () => new MaxPool([1, 1, 1, 1]), "MaxPool: takes 1 to 3 spatial dimensions, got 4"],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  test("windows out of all proportion to the input are refused before they are written down", () => {
    const far = new SumPool(3, { stride: 3, padding: [[0, 2 ** 26]] });
    expect(() => far.outputShape([1, 1, 1])).toThrow("takes windows in proportion to its input, got 22369621");
    expect(new SumPool(3, { stride: 1, padding: [[0, 2 ** 16]] }).outputShape([1, 1, 3])).toEqual([1, 1, 2 ** 16 + 1]);
    expect(new SumPool(1, { padding: [[0, 2 ** 20]] }).outputShape([1, 1, 2 ** 17])[2]).toBe(2 ** 20 + 2 ** 17);
  });
});
