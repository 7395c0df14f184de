/** Kernels, one implementation at a time: against sums in double precision, in adjoint pairs, and by their bits. */
import { kernels, type ConvGeometry } from "@relprop/tensor";
import type { Check } from "./harness.ts";
import { sha256 } from "./host.ts";
import { inner, numbers } from "./numbers.ts";

const tolerance = 2e-6;

/** The checks of the kernels in use; digests carry their name. */
export function kernelChecks(): readonly Check[] {
  return [...geometries.map(([name, geometry]) => convCheck(name, geometry)), denseCheck, quotientCheck];
}

const denseCheck: Check = ["dense products agree with sums in double precision, both ways", async (it) => {
  const { name, dense, denseTransposed } = kernels();
  const [m, n, k] = [5, 37, 203];
  const [a, b, s] = [numbers(m * k, 1), numbers(n * k, 2), numbers(m * n, 3)];
  const [out, back] = [new Float32Array(m * n), new Float32Array(m * k)];
  dense(m, n, k, a, b, undefined, out);
  denseTransposed(m, n, k, s, b, back);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      it.close(out[i * n + j]!, inner(a.subarray(i * k, (i + 1) * k), b.subarray(j * k, (j + 1) * k)), k * tolerance);
    }
  }
  it.close(inner(out, s), inner(a, back), k * tolerance);
  it.bits(`${name} dense`, await sha256(out, back));
}];

const quotientCheck: Check = ["a quotient never divides by zero", async (it) => {
  const { name, quotient } = kernels();
  const out = new Float32Array(5);
  quotient(
    new Float32Array([1, 1, 1, 0, -6]), new Float32Array([2, -4, 0, 0, 3]), { epsilon: 1e-6, clip: false }, out,
  );
  it.close(out[0]!, 0.5, tolerance);
  it.close(out[4]!, -2, tolerance);
  it.equal(out.every(Number.isFinite), true);
  it.bits(`${name} quotient`, await sha256(out));
}];

/** Sizes off the lane width, and those that implementations treat apart: pointwise, strided, thin, in groups. */
const geometries: readonly (readonly [string, ConvGeometry])[] = [
  ["3×3", window({ channelsIn: 7, channelsOut: 11, size: 13, kernel: 3, padding: 1 })],
  ["3×3, wide", window({ channelsIn: 24, channelsOut: 32, size: 16, kernel: 3, padding: 1 })],
  ["1×1", window({ channelsIn: 19, channelsOut: 6, size: 9, kernel: 1, padding: 0 })],
  ["5×5, strided", window({ channelsIn: 3, channelsOut: 9, size: 17, kernel: 5, padding: 2, stride: 2 })],
  ["one channel a group", window({ channelsIn: 8, channelsOut: 8, size: 10, kernel: 3, padding: 1, groups: 8 })],
];

interface Square {
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly size: number;
  readonly kernel: number;
  readonly padding: number;
  readonly stride?: number;
  readonly groups?: number;
}

function window({ channelsIn, channelsOut, size, kernel, padding, stride = 1, groups = 1 }: Square): ConvGeometry {
  const after = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return {
    batch: 2, groups, channelsIn, channelsOut,
    input: [1, size, size], output: [1, after, after], kernel: [1, kernel, kernel],
    stride: [1, stride, stride], padding: [0, padding, padding], dilation: [1, 1, 1],
  };
}

function convCheck(name: string, geometry: ConvGeometry): Check {
  return [`convolutions (${name}) agree with sums in double precision, both ways`, async (it) => {
    const active = kernels();
    const { batch, groups, channelsIn, channelsOut, input, output, kernel } = geometry;
    const taps = (channelsIn / groups) * kernel[1] * kernel[2];
    const x = numbers(batch * channelsIn * input[1] * input[2], 4);
    const weight = numbers(channelsOut * taps, 5);
    const bias = numbers(channelsOut, 6);
    const s = numbers(batch * channelsOut * output[1] * output[2], 7);
    const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
    active.conv(geometry, x, weight, bias, out);
    active.convTransposed(geometry, s, weight, back);
    for (let at = 0; at < out.length; at += 97) it.close(out[at]!, sumAt(geometry, x, weight, bias, at), 1e-5);
    const linear = new Float32Array(out.length);
    active.conv(geometry, x, weight, undefined, linear);
    it.close(inner(linear, s), inner(x, back), taps * tolerance);
    it.bits(`${active.name} conv ${name}`, await sha256(out, back));
  }];
}

/** One output of a convolution, as its definition says. */
function sumAt(g: ConvGeometry, x: Float32Array, weight: Float32Array, bias: Float32Array, at: number): number {
  const [, height, width] = g.output;
  const [column, row] = [at % width, Math.floor(at / width) % height];
  const channel = Math.floor(at / (width * height)) % g.channelsOut;
  const sample = Math.floor(at / (width * height * g.channelsOut));
  const inside = g.channelsIn / g.groups;
  const first = Math.floor(channel / (g.channelsOut / g.groups)) * inside;
  let total = bias[channel]!;
  for (let c = 0; c < inside; c++) {
    for (let i = 0; i < g.kernel[1]; i++) {
      for (let j = 0; j < g.kernel[2]; j++) {
        const [y, z] = [row * g.stride[1] + i - g.padding[1], column * g.stride[2] + j - g.padding[2]];
        if (y < 0 || z < 0 || y >= g.input[1] || z >= g.input[2]) continue;
        const pixel = x[((sample * g.channelsIn + first + c) * g.input[1] + y) * g.input[2] + z]!;
        total += pixel * weight[((channel * inside + c) * g.kernel[1] + i) * g.kernel[2] + j]!;
      }
    }
  }
  return total;
}
