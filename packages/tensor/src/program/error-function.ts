/** The error function and the normal distribution, in floats. */
import { exponential, exponentialWithin } from "./exponential.ts";
import { apply, type Operation, type Value, type ValueLike } from "./value.ts";

const f = Math.fround;

/** Constants that loops and vectors share. */
export const errorConstants: {
  /** Below `near`, `erf x = x + x Σ p[k] x²ᵏ`; */
  readonly near: number;
  readonly p: readonly number[];
  /** above, `erf x = 1 − e^−Σ t[k] xᵏ`, which is 1 from `far` on. */
  readonly far: number;
  readonly t: readonly number[];
  /** `Φ(−x) = e^(−x² / 2) Σ above[k] xᵏ / Σ below[k] xᵏ`, which is 0 from `end` on. */
  readonly end: number;
  readonly above: readonly number[];
  readonly below: readonly number[];
  /** `4097 x − (4097 x − x)` has half the bits of x. */
  readonly halving: number;
} = {
  near: f(0.9),
  p: [0.128379151, -0.376125067, 0.112819888, -0.0267738905, 0.00500509888, -0.000605721143].map(f),
  far: 4,
  t: [0.000177495735, 1.12774956, 0.637059748, 0.104037367, -0.0222770907, 0.0030556079, -0.000197181565].map(f),
  end: 14.5,
  above: [0.5, 0.438295245, 0.183235362, 0.0406333096, 0.00411632238].map(f),
  below: [1, 1.67447543, 1.20250404, 0.469471246, 0.101859048, 0.0103179701].map(f),
  halving: 4097,
};

const near = errorConstants.near;
const far = errorConstants.far;
const end = errorConstants.end;
const halving = errorConstants.halving;
const [P0, P1, P2, P3, P4, P5] = errorConstants.p;
const [T0, T1, T2, T3, T4, T5, T6] = errorConstants.t;
const [A0, A1, A2, A3, A4] = errorConstants.above;
const [B0, B1, B2, B3, B4, B5] = errorConstants.below;

function errorFunction(x: number): number {
  const size = Math.abs(x);
  let value;
  if (size < near) {
    const z = f(size * size);
    const p = f(f(f(f(f(f(f(f(f(f(P5 * z) + P4) * z) + P3) * z) + P2) * z) + P1) * z) + P0);
    value = f(size + f(size * p));
  } else {
    const c = size > far ? far : size;
    const t = f(f(f(f(f(f(f(f(f(f(f(f(T6 * c) + T5) * c) + T4) * c) + T3) * c) + T2) * c) + T1) * c) + T0);
    value = f(1 - exponentialWithin(-t));
  }
  return x < 0 ? -value : x > 0 ? value : x;
}

/** `e^(−x² / 2)` for x >= 0: the square in two parts, since its rounding would be multiplied by it. */
function bell(x: number): number {
  const size = x > end ? end : x;
  const wide = f(halving * size);
  const high = f(wide - f(wide - size));
  const low = f(f(size - high) * f(size + high));
  return exponential(f(-0.5 * f(high * high)), f(-0.5 * low));
}

function normal(x: number): number {
  const size = Math.abs(x);
  const t = size > end ? end : size;
  const above = f(f(f(f(f(f(f(f(A4 * t) + A3) * t) + A2) * t) + A1) * t) + A0);
  const below = f(f(f(f(f(f(f(f(f(f(B5 * t) + B4) * t) + B3) * t) + B2) * t) + B1) * t) + B0);
  const tail = f(bell(size) * f(above / below));
  return x < 0 ? tail : f(1 - tail);
}

const errorFunctions: Operation = {
  name: "erf",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = errorFunction(a[i * p]!);
  },
};

const bells: Operation = {
  name: "bell",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = bell(Math.abs(a[i * p]!));
  },
};

const distributions: Operation = {
  name: "normalCdf",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = normal(a[i * p]!);
  },
};

/** `erf x = 2/√π ∫₀ˣ e^−t² dt` */
export function erf(x: ValueLike): Value {
  return apply(errorFunctions, x);
}

/** `e^(−x² / 2)`, to full relative precision in the tails. */
export function bellCurve(x: ValueLike): Value {
  return apply(bells, x);
}

/** The normal distribution function `Φ(x) = (1 + erf(x / √2)) / 2`, to full relative precision in the left tail. */
export function normalCdf(x: ValueLike): Value {
  return apply(distributions, x);
}
