/** Pooling as plain loops. */
import type { PoolGeometry } from "../geometry.ts";

/** The maximum of each window and the flat index it came from. */
export function maxPool(geometry: PoolGeometry, x: Float32Array, out: Float32Array, winners: Int32Array): void {
  eachWindow(geometry, (to, first, visit) => {
    let [best, winner] = [-Infinity, first];
    visit((from) => {
      const value = x[from]!;
      // NaN beats everything and is kept: `value > best` alone would drop it.
      if (value > best || (Number.isNaN(value) && !Number.isNaN(best))) [best, winner] = [value, from];
    });
    out[to] = best;
    winners[to] = winner;
  });
}

/** `out ← 0`, then `out[index[i]] += s[i]`. */
export function scatterAdd(index: Int32Array, s: Float32Array, out: Float32Array): void {
  out.fill(0);
  for (let i = 0; i < index.length; i++) out[index[i]!]! += s[i]!;
}

/** The sum of each window divided by its divisor. */
export function averagePool(geometry: PoolGeometry, x: Float32Array, out: Float32Array): void {
  const plane = geometry.divisor.length;
  eachWindow(geometry, (to, _first, visit) => {
    let total = 0;
    visit((from) => {
      total += x[from]!;
    });
    out[to] = total / geometry.divisor[to % plane]!;
  });
}

/** The adjoint of `averagePool`. */
export function averagePoolTransposed(geometry: PoolGeometry, s: Float32Array, out: Float32Array): void {
  const plane = geometry.divisor.length;
  out.fill(0);
  eachWindow(geometry, (to, _first, visit) => {
    const share = s[to]! / geometry.divisor[to % plane]!;
    if (share === 0) return;
    visit((from) => {
      out[from]! += share;
    });
  });
}

type Visit = (each: (from: number) => void) => void;

/** Calls `body` for every output position, with the flat index of its first tap and a way to visit all taps. */
function eachWindow(geometry: PoolGeometry, body: (to: number, first: number, visit: Visit) => void): void {
  const { planes, input, output } = geometry;
  const [depth, height, width] = input;
  const z = axisTaps(geometry, 0);
  const y = axisTaps(geometry, 1);
  const x = axisTaps(geometry, 2);
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    const base = plane * depth * height * width;
    for (let pz = 0; pz < output[0]; pz++) {
      for (let py = 0; py < output[1]; py++) {
        for (let px = 0; px < output[2]; px++) {
          const [zs, ys, xs] = [z[pz]!, y[py]!, x[px]!];
          const visit: Visit = (each) => {
            for (const iz of zs) for (const iy of ys) for (const ix of xs) each(base + (iz * height + iy) * width + ix);
          };
          body(to++, base + ((zs[0] ?? 0) * height + (ys[0] ?? 0)) * width + (xs[0] ?? 0), visit);
        }
      }
    }
  }
}

/** Per output position of an axis: the input positions its window covers, padding left out. */
function axisTaps({ start, taps, dilation, input, output }: PoolGeometry, axis: 0 | 1 | 2): number[][] {
  return Array.from({ length: output[axis] }, (_, p) => {
    const positions: number[] = [];
    for (let t = 0; t < taps[axis][p]!; t++) {
      const position = start[axis][p]! + t * dilation[axis];
      if (position >= 0 && position < input[axis]) positions.push(position);
    }
    return positions;
  });
}
