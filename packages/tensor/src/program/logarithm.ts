/**
 * Logarithms in floats, within 2 units in the last place: `log(1 + x) = x − s (x − s² Σ r[k] s²ᵏ)` with
 * `s = x / (2 + x)`.
 */
import { exponential, exponentialConstants } from "./exponential.ts";
import { apply, type Operation, type Value, type ValueLike } from "./value.ts";

const f = Math.fround;

/** Constants that loops and vectors share. */
export const logarithmConstants: {
  /** The coefficients for x from `√½ − 1` to `√2 − 1`. */
  readonly r: readonly number[];
  /** The same for x from 0 to 1. */
  readonly wide: readonly number[];
  /** The bits of `√½`. */
  readonly rootHalf: number;
  /** Below it exponents are not what the bits say. */
  readonly leastNormal: number;
  /** The power of two that lifts those above it. */
  readonly lift: number;
} = {
  r: [0.666666687, 0.399997294, 0.285721421, 0.22975491].map(f),
  wide: [0.666666746, 0.399989516, 0.286150992, 0.214452609, 0.242398679].map(f),
  rootHalf: 0x3f3504f3,
  leastNormal: 2 ** -126,
  lift: 23,
};

const rootHalf = logarithmConstants.rootHalf;
const leastNormal = logarithmConstants.leastNormal;
const lift = logarithmConstants.lift;
const [R0, R1, R2, R3] = logarithmConstants.r;
const [W0, W1, W2, W3, W4] = logarithmConstants.wide;
const [LN2, LN2_REST] = exponentialConstants.ln2;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function logarithm(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  const small = x < leastNormal;
  float[0] = small ? x * 2 ** lift : x;
  const exponent = (bits[0]! - rootHalf) >> 23;
  bits[0]! -= exponent << 23;
  const y = f(float[0]! - 1);
  const s = f(y / f(2 + y));
  const z = f(s * s);
  const r = f(z * f(f(f(f(f(f(R3 * z) + R2) * z) + R1) * z) + R0));
  const half = f(f(0.5 * y) * y);
  const n = exponent - (small ? lift : 0);
  return f(f(n * LN2) - f(f(half - f(f(s * f(half + r)) + f(n * LN2_REST))) - y));
}

const logarithms: Operation = {
  name: "log",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = logarithm(a[i * p]!);
  },
};

const softRectifiers: Operation = {
  name: "softplus",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) {
      const x = a[i * p]!;
      const e = exponential(-Math.abs(x));
      const s = f(e / f(2 + e));
      const z = f(s * s);
      const r = f(z * f(f(f(f(f(f(f(f(W4 * z) + W3) * z) + W2) * z) + W1) * z) + W0));
      out[i] = (x < 0 ? 0 : x) + f(e - f(s * f(e - r)));
    }
  },
};

/** `log x`: −∞ at 0, NaN below. */
export function log(x: ValueLike): Value {
  return apply(logarithms, x);
}

/** `log(1 + eˣ)`, to full relative precision in the left tail. */
export function softplus(x: ValueLike): Value {
  return apply(softRectifiers, x);
}
