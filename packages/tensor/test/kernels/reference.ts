/** The linear kernels once more, each output by itself in double precision, with the size of its terms. */
import type { ConvGeometry, PoolGeometry } from "../../src/index.ts";

/** Exact values, and per value `Σ |terms|`: what a rounding error is measured against. */
export interface Reference {
  readonly values: Float64Array;
  readonly sizes: Float64Array;
}

function collect(length: number, visit: (add: (at: number, term: number) => void) => void): Reference {
  const [values, sizes] = [new Float64Array(length), new Float64Array(length)];
  visit((at, term) => {
    values[at]! += term;
    sizes[at]! += Math.abs(term);
  });
  return { values, sizes };
}

export function dense(
  m: number, n: number, k: number, a: Float32Array, b: Float32Array, bias: Float32Array | undefined,
): Reference {
  return collect(m * n, (add) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let p = 0; p < k; p++) add(i * n + j, a[i * k + p]! * b[j * k + p]!);
        if (bias !== undefined) add(i * n + j, bias[j]!);
      }
    }
  });
}

export function matmul(
  count: number, m: number, n: number, k: number, a: Float32Array, b: Float32Array,
): Reference {
  return collect(count * m * n, (add) => {
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          for (let p = 0; p < k; p++) add((c * m + i) * n + j, a[(c * m + i) * k + p]! * b[(c * k + p) * n + j]!);
        }
      }
    }
  });
}

/** Where the products of a tap are in a plane of the input and in one of the output: flat, in turns. */
function places(g: ConvGeometry, tap: number): Int32Array {
  const [depth, height, width] = g.input;
  const [, rows, columns] = g.output;
  const [, ky, kx] = g.kernel;
  const place = (q: number, t: number, a: 0 | 1 | 2): number => q * g.stride[a] - g.padding[a] + t * g.dilation[a];
  const pairs = Array.from({ length: volume(g.output) }, (_, p) => {
    const z = place(Math.floor(p / (rows * columns)), Math.floor(tap / (ky * kx)), 0);
    const y = place(Math.floor(p / columns) % rows, Math.floor(tap / kx) % ky, 1);
    const x = place(p % columns, tap % kx, 2);
    const outside = z < 0 || y < 0 || x < 0 || z >= depth || y >= height || x >= width;
    return outside ? [] : [(z * height + y) * width + x, p];
  });
  return Int32Array.from(pairs.flat());
}

/** Calls `visit` with where planes of input and output begin, a weight between them, and the places it joins. */
function eachWeight(
  g: ConvGeometry, visit: (input: number, weight: number, output: number, joined: Int32Array) => void,
): void {
  const [perGroup, outPerGroup] = [g.channelsIn / g.groups, g.channelsOut / g.groups];
  const joined = Array.from({ length: volume(g.kernel) }, (_, tap) => places(g, tap));
  for (let n = 0; n < g.batch; n++) {
    for (let o = 0; o < g.channelsOut; o++) {
      for (let i = 0; i < perGroup; i++) {
        const input = (n * g.channelsIn + Math.floor(o / outPerGroup) * perGroup + i) * volume(g.input);
        const output = (n * g.channelsOut + o) * volume(g.output);
        joined.forEach((pairs, tap) => visit(input, (o * perGroup + i) * joined.length + tap, output, pairs));
      }
    }
  }
}

export function conv(
  g: ConvGeometry, x: Float32Array, weight: Float32Array, bias: Float32Array | undefined,
): Reference {
  const plane = volume(g.output);
  const length = g.batch * g.channelsOut * plane;
  const [values, sizes] = [new Float64Array(length), new Float64Array(length)];
  eachWeight(g, (input, w, output, joined) => {
    for (let at = 0; at < joined.length; at += 2) {
      const term = x[input + joined[at]!]! * weight[w]!;
      values[output + joined[at + 1]!]! += term;
      sizes[output + joined[at + 1]!]! += Math.abs(term);
    }
  });
  const constant = (at: number): number => bias?.[Math.floor(at / plane) % g.channelsOut] ?? 0;
  return {
    values: values.map((value, at) => value + constant(at)),
    sizes: sizes.map((size, at) => size + Math.abs(constant(at))),
  };
}

export function convTransposed(g: ConvGeometry, s: Float32Array, weight: Float32Array): Reference {
  const length = g.batch * g.channelsIn * volume(g.input);
  const [values, sizes] = [new Float64Array(length), new Float64Array(length)];
  eachWeight(g, (input, w, output, joined) => {
    for (let at = 0; at < joined.length; at += 2) {
      const term = s[output + joined[at + 1]!]! * weight[w]!;
      values[input + joined[at]!]! += term;
      sizes[input + joined[at]!]! += Math.abs(term);
    }
  });
  return { values, sizes };
}

export function volume([depth, height, width]: readonly [number, number, number]): number {
  return depth * height * width;
}

/** Calls `visit` with the position in the input and in the output of every tap inside. */
export function eachTap(g: PoolGeometry, visit: (x: number, out: number, p: number) => void): void {
  const [depth, height, width] = g.input;
  const [, rows, columns] = g.output;
  const plane = volume(g.output);
  for (let out = 0; out < g.planes * plane; out++) {
    const p = out % plane;
    const place = [Math.floor(p / (rows * columns)), Math.floor(p / columns) % rows, p % columns];
    const inside = place.map((q, a) =>
      Array.from({ length: g.taps[a]![q]! }, (_, t) => g.start[a]![q]! + t * g.dilation[a]!)
        .filter((at) => at >= 0 && at < g.input[a]!));
    for (const z of inside[0]!) {
      for (const y of inside[1]!) {
        for (const x of inside[2]!) visit(((Math.floor(out / plane) * depth + z) * height + y) * width + x, out, p);
      }
    }
  }
}

export function maxPool(g: PoolGeometry, x: Float32Array): { values: number[]; places: number[] } {
  const values = new Array<number>(g.planes * volume(g.output)).fill(-Infinity);
  const places = values.map(() => -1);
  eachTap(g, (from, to) => {
    const [value, best] = [x[from]!, values[to]!];
    if (places[to] === -1 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
      values[to] = value;
      places[to] = from;
    }
  });
  return { values, places };
}

export function averagePool(g: PoolGeometry, x: Float32Array): Reference {
  return collect(g.planes * volume(g.output), (add) => {
    eachTap(g, (from, to, p) => add(to, x[from]! / g.divisor[p]!));
  });
}

export function averagePoolTransposed(g: PoolGeometry, s: Float32Array): Reference {
  return collect(g.planes * volume(g.input), (add) => {
    eachTap(g, (to, from, p) => add(to, s[from]! / g.divisor[p]!));
  });
}
