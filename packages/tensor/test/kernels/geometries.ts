/** Sizes and numbers to test kernels with. */
import fc from "fast-check";
import type { ConvGeometry, Extent3, PoolGeometry } from "../../src/index.ts";
import { volume } from "./reference.ts";

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

/** A convolution of images. */
export function planar(
  channels: readonly [into: number, outOf: number], size: readonly [number, number], kernel: readonly [number, number],
  { batch = 1, groups = 1, stride = [1, 1], padding = [0, 0], dilation = [1, 1], after = padding }: Planar = {},
): ConvGeometry {
  const [channelsIn, channelsOut] = channels;
  return geometry({
    batch, groups, channelsIn, channelsOut, input: [1, ...size], kernel: [1, ...kernel], stride: [1, ...stride],
    padding: [0, ...padding], dilation: [1, ...dilation],
  }, [0, ...after]);
}

interface Planar {
  readonly batch?: number;
  readonly groups?: number;
  readonly stride?: readonly [number, number];
  readonly padding?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly after?: readonly [number, number];
}

/** Sliding windows over planes; the mean counts the padding. */
export function pooling(
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
