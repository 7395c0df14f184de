/**
 * Exponential functions in floats, within 2 units in the last place: `eˣ = 2ⁿ eʳ` with n whole and |r| <= ln 2 / 2.
 * Each says the order of its roundings, which vectors follow.
 */
import { apply, type Operation, type Value, type ValueLike } from "./value.ts";

const f = Math.fround;

/** Constants that loops and vectors share; `q` are the coefficients in `eʳ = 1 + r + r² Σ q[k] rᵏ`. */
export const exponentialConstants: {
  readonly perLn2: number;
  /** Added, it leaves no bits behind the point; taken away again, what remains is rounded. */
  readonly rounder: number;
  /** ln 2 in two parts, the first of so few bits that products with n are exact. */
  readonly ln2: readonly [number, number];
  readonly q: readonly number[];
  /** Below the first `eˣ` is 0 and above the second ∞. */
  readonly bounds: readonly [number, number];
  /** Below the first `eˣ − 1` is −1 and above the second ∞. */
  readonly boundsMinus1: readonly [number, number];
} = {
  perLn2: f(Math.LOG2E),
  rounder: 12582912,
  ln2: [0.693359375, f(-2.1219444e-4)],
  q: [0.5, 0.166665331, 0.0416672491, 0.00836762413, 0.00138631824].map(f),
  bounds: [-104, 89.5],
  boundsMinus1: [-20, f(88.8)],
};

/** `2ⁿ` for n from −126 to 127, by `n + 127`. */
const POWERS = Float32Array.from({ length: 256 }, (_, i) => 2 ** (i - 127));

const perLn2 = exponentialConstants.perLn2;
const rounder = exponentialConstants.rounder;
const [LEAST, MOST] = exponentialConstants.bounds;
const [LEAST_MINUS_1, MOST_MINUS_1] = exponentialConstants.boundsMinus1;
const [LN2, LN2_REST] = exponentialConstants.ln2;
const [Q0, Q1, Q2, Q3, Q4] = exponentialConstants.q;

/** `r² Σ q[k] rᵏ` */
const behind = (r: number): number =>
  f(f(r * r) * f(f(f(f(f(f(f(f(Q4 * r) + Q3) * r) + Q2) * r) + Q1) * r) + Q0));

/** `e^(x + low)`, low too small to be added to x. */
export function exponential(x: number, low = 0): number {
  const c = x < LEAST ? LEAST : x > MOST ? MOST : x;
  const n = f(f(f(c * perLn2) + rounder) - rounder);
  const r = f(f(f(c - n * LN2) - f(n * LN2_REST)) + low);
  const half = n >> 1;
  return f(f(f(1 + f(r + behind(r))) * POWERS[half + 127]!) * POWERS[n - half + 127]!);
}

/** `eˣ` for |x| <= 80: the power of two in one factor. */
export function exponentialWithin(x: number): number {
  const n = f(f(f(x * perLn2) + rounder) - rounder);
  const r = f(f(x - n * LN2) - f(n * LN2_REST));
  return f(f(1 + f(r + behind(r))) * POWERS[(n | 0) + 127]!);
}

function exponentialMinus1(x: number): number {
  const c = x < LEAST_MINUS_1 ? LEAST_MINUS_1 : x > MOST_MINUS_1 ? MOST_MINUS_1 : x;
  const n = f(f(f(c * perLn2) + rounder) - rounder);
  const r = f(f(c - n * LN2) - f(n * LN2_REST));
  const half = POWERS[(n | 0) + 126]!;
  // 2ⁿ (1 + p) − 1, where 2ⁿ itself might be too large.
  return f(2 * f(f(half * f(r + behind(r))) + f(half - 0.5)));
}

const exponentials: Operation = {
  name: "exp",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = exponential(a[i * p]!);
  },
};

const exponentialsMinus1: Operation = {
  name: "expMinus1",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = exponentialMinus1(a[i * p]!);
  },
};

const logistics: Operation = {
  name: "sigmoid",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) {
      const x = a[i * p]!;
      const e = exponential(-Math.abs(x));
      out[i] = (x < 0 ? e : 1) / f(1 + e);
    }
  },
};

/** Below `near`, `tanh x = x + x³ Σ p[k] x²ᵏ`; from `far` on it is 1. */
export const tanhConstants: { readonly near: number; readonly far: number; readonly p: readonly number[] } = {
  near: 0.625,
  far: 10,
  p: [-0.333332837, 0.133314744, -0.0537415892, 0.0206432268, -0.00570786465].map(f),
};

const near = tanhConstants.near;
const far = tanhConstants.far;
const [P0, P1, P2, P3, P4] = tanhConstants.p;

function hyperbolicTangent(x: number): number {
  const size = Math.abs(x);
  let value;
  if (size < near) {
    const z = f(size * size);
    const p = f(f(f(f(f(f(f(f(P4 * z) + P3) * z) + P2) * z) + P1) * z) + P0);
    value = f(size + f(size * f(z * p)));
  } else {
    const c = size > far ? far : size;
    value = f(1 - f(2 / f(exponentialWithin(2 * c) + 1)));
  }
  return x < 0 ? -value : x > 0 ? value : x;
}

const tangents: Operation = {
  name: "tanh",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = hyperbolicTangent(a[i * p]!);
  },
};

/** `eˣ` */
export function exp(x: ValueLike): Value {
  return apply(exponentials, x);
}

/** `eˣ − 1`, to full precision near 0. */
export function expMinus1(x: ValueLike): Value {
  return apply(exponentialsMinus1, x);
}

/** `1 / (1 + e⁻ˣ)`, to full relative precision in the left tail. */
export function sigmoid(x: ValueLike): Value {
  return apply(logistics, x);
}

/** `tanh x` */
export function tanh(x: ValueLike): Value {
  return apply(tangents, x);
}
