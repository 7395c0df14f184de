import { Conv, ConvTranspose, Dense, relu } from "@relprop/layers";
import { dot, tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, extents, positions, randomTensor, seeds, tensorOf } from "./random.ts";

const cases = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc.record({
    spatial: extents(rank, 3, rank === 3 ? 4 : 6),
    kernel: extents(rank, 1, 3),
    stride: extents(rank, 1, 3),
    dilation: extents(rank, 1, 2),
    padding: fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: rank, maxLength: rank }),
    outputPadding: extents(rank, 0, 1),
    groups: fc.integer({ min: 1, max: 2 }),
    perGroup: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    bias: fc.boolean(),
    seed: seeds,
  }),
);

/** Whether a window fits, and a transposed one leaves something. */
function fits({
  spatial,
  kernel,
  dilation,
  padding,
  stride,
  outputPadding,
}: typeof cases extends fc.Arbitrary<infer T> ? T : never): boolean {
  return spatial.every((extent, i) => {
    const reach = (kernel[i]! - 1) * dilation[i]! + 1;
    const [before, after] = padding[i]!;
    return (
      extent + before + after >= reach && (extent - 1) * stride[i]! - before - after + reach + outputPadding[i]! >= 1
    );
  });
}

describe("Conv", () => {
  test("sums a window of every group's channels, in 1 to 3 dimensions", () => {
    fc.assert(
      fc.property(
        cases.filter(fits),
        ({ spatial, kernel, stride, dilation, padding, groups, perGroup: [perIn, perOut], bias, seed }) => {
          const weight = randomTensor([perOut * groups, perIn, ...kernel], seed);
          const offset = bias ? randomTensor([perOut * groups], seed + 1) : undefined;
          const layer = new Conv(weight, { bias: offset, stride, dilation, padding, groups });
          const x = randomTensor([2, perIn * groups, ...spatial], seed + 2);
          const want = tensorOf(layer.outputShape(x.shape), ([n, o, ...p]) => {
            const group = Math.floor(o! / perOut);
            return positions([perIn, ...kernel]).reduce((total, [i, ...t]) => {
              const q = p.map(
                (position, axis) => position * stride[axis]! - padding[axis]![0] + t[axis]! * dilation[axis]!,
              );
              return total + at(weight, [o!, i!, ...t]) * at(x, [n!, group * perIn + i!, ...q]);
            }, offset?.data[o!] ?? 0);
          });
          expectClose(layer.forward(x), want, 2e-6);
          expectAdjoint(layer, [x], { step: 0.5 });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("ConvTranspose", () => {
  test("scatters every input element times the kernel, in 1 to 3 dimensions", () => {
    fc.assert(fc.property(cases.filter(fits), (c) => {
      const {
        spatial,
        kernel,
        stride,
        dilation,
        padding,
        outputPadding,
        groups,
        perGroup: [perIn, perOut],
        bias,
        seed,
      } = c;
      const weight = randomTensor([perIn * groups, perOut, ...kernel], seed);
      const offset = bias ? randomTensor([perOut * groups], seed + 1) : undefined;
      const layer = new ConvTranspose(weight, { bias: offset, stride, dilation, padding, outputPadding, groups });
      const x = randomTensor([2, perIn * groups, ...spatial], seed + 2);
      const shape = layer.outputShape(x.shape);
      expect(shape.slice(2)).toEqual(
        spatial.map(
          (extent, i) =>
            (extent - 1) * stride[i]! -
            padding[i]![0] -
            padding[i]![1] +
            dilation[i]! * (kernel[i]! - 1) +
            outputPadding[i]! +
            1,
        ),
      );
      const sums = new Map<string, number>();
      for (const [n, i, ...q] of positions(x.shape)) {
        for (const [o, ...t] of positions([perOut, ...kernel])) {
          const p = q.map(
            (position, axis) => position * stride[axis]! - padding[axis]![0] + t[axis]! * dilation[axis]!,
          );
          const key = [n, Math.floor(i! / perIn) * perOut + o!, ...p].join();
          sums.set(key, (sums.get(key) ?? 0) + at(x, [n!, i!, ...q]) * at(weight, [i!, o!, ...t]));
        }
      }
      expectClose(
        layer.forward(x),
        tensorOf(shape, (p) => (sums.get(p.join()) ?? 0) + (offset?.data[p[1]!] ?? 0)),
        2e-6,
      );
      expectAdjoint(layer, [x], { step: 0.5 });
      const s = layer.forward(x);
      const back = layer.transpose(s.reshape([1, ...s.shape]), x.shape);
      expectClose(back.reshape(x.shape), layer.pullback(x).back(s)[0]!, 1e-9);
    }), { numRuns: 60 });
  });

  test("is the adjoint of the convolution with the same weight", () => {
    const weight = randomTensor([3, 2, 3, 3]);
    const options = { stride: 2, padding: 1 } as const;
    const [x, y] = [randomTensor([1, 2, 5, 5], 2), randomTensor([1, 3, 3, 3], 3)];
    const [there, back] = [new Conv(weight, options).forward(x), new ConvTranspose(weight, options).forward(y)];
    expect(dot(there, y)).toBeCloseTo(dot(x, back), 5);
  });

  test("output padding adds elements behind that only the bias reaches, unless a tap does", () => {
    const ones = tensor([1, 1], [1, 1, 2]);
    const weight = tensor([1, 2], [1, 1, 2]);
    // Stride 2: [1 2 1 2], and with output padding one element more.
    expect(values(new ConvTranspose(weight, { stride: 2 }).forward(ones))).toEqual([1, 2, 1, 2]);
    expect(
      values(new ConvTranspose(weight, { stride: 2, outputPadding: 1, bias: tensor([10]) }).forward(ones)),
    ).toEqual([11, 12, 11, 12, 10]);
    // Padding 1 cuts both ends off; output padding then shows what was cut behind.
    expect(values(new ConvTranspose(weight, { stride: 2, padding: 1, outputPadding: 1 }).forward(ones))).toEqual([
      2, 1, 2,
    ]);
  });

  test("keeps geometry, not the activation, when its parameters are replaced", () => {
    const layer = new ConvTranspose(tensor([-1], [1, 1, 1]), { stride: 3, outputPadding: 2, activation: relu });
    expect(values(layer.forward(tensor([2], [1, 1, 1])))).toEqual([0, 0, 0]);
    expect(values(layer.withParameters(tensor([-1], [1, 1, 1]), undefined).forward(tensor([2], [1, 1, 1])))).toEqual([
      -2, 0, 0,
    ]);
    expect(values(new ConvTranspose(layer.weight, { bias: tensor([4]) }).broadcastBias([1, 1, 2]))).toEqual([4, 4]);
  });

  test.each<[string, () => unknown, string]>([
    ["rank", () => new ConvTranspose(zeros([1, 1])), "ConvTranspose weight: takes 1 to 3 spatial dimensions, got 0"],
    [
      "groups",
      () => new ConvTranspose(zeros([3, 1, 1]), { groups: 2 }),
      "ConvTranspose: takes groups that divide 3 input channels, got 2",
    ],
    [
      "bias",
      () => new ConvTranspose(zeros([2, 3, 1]), { bias: zeros([2]) }),
      "ConvTranspose: takes a bias [3], got [2]",
    ],
    [
      "channels",
      () => new ConvTranspose(zeros([2, 3, 1, 1])).outputShape([1, 3, 4, 4]),
      "ConvTranspose: takes [N, 2, H, W], got [1, 3, 4, 4]",
    ],
    [
      "padding",
      () => new ConvTranspose(zeros([1, 1, 2]), { padding: 1 }).outputShape([1, 1, 1]),
      "ConvTranspose: takes inputs that leave something inside its padding, got [1, 1, 1]",
    ],
    [
      "output padding",
      () => new ConvTranspose(zeros([1, 1, 2]), { outputPadding: -1 }),
      "ConvTranspose outputPadding: takes 1 whole numbers >= 0 (or one for all), got [-1]",
    ],
    [
      "channels of Conv",
      () => new Conv(zeros([2, 3, 1])).outputShape([1, 2, 4]),
      "Conv: takes [N, 3, W], got [1, 2, 4]",
    ],
    [
      "groups of Conv",
      () => new Conv(zeros([3, 1, 1]), { groups: 2 }),
      "Conv: takes groups that divide 3 output channels, got 2",
    ],
    [
      "size of Conv",
      () => new Conv(zeros([1, 1, 3, 3])).outputShape([1, 1, 2, 2]),
      "Conv: takes inputs at least as large as its kernel [3, 3], got [1, 1, 2, 2]",
    ],
    ["features", () => new Dense(zeros([2, 3])).outputShape([1, 2]), "Dense: takes [N, …, 3], got [1, 2]"],
    ["weight", () => new Dense(zeros([2, 3, 4])), "Dense weight: takes 2 dimensions, got [2, 3, 4]"],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("Dense", () => {
  test("maps the last axis, whatever stands between it and the batch", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
        extents(2, 1, 4),
        fc.boolean(),
        seeds,
        (between, [out, features], bias, seed) => {
          const [weight, offset] = [randomTensor([out!, features!], seed), randomTensor([out!], seed + 1)];
          const layer = new Dense(weight, { bias: bias ? offset : undefined });
          const x = randomTensor([2, ...between, features!], seed + 2);
          expectClose(
            layer.forward(x),
            tensorOf([2, ...between, out!], (p) =>
              positions([features!]).reduce(
                (total, [i]) => total + at(weight, [p.at(-1)!, i!]) * at(x, [...p.slice(0, -1), i!]),
                bias ? offset.data[p.at(-1)!]! : 0,
              ),
            ),
            2e-6,
          );
          expectAdjoint(layer, [x], { step: 0.5 });
        },
      ),
    );
  });
});
