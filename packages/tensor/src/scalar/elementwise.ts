/** Elementwise kernels as plain loops. */
import type { DenominatorGuard } from "../kernels.ts";

/** `out ← max(x, 0)`, NaN kept. */
export function relu(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    out[i] = value < 0 ? 0 : value;
  }
}

/** `out ← s` where `z > 0`, else 0. */
export function reluTransposed(z: Float32Array, s: Float32Array, out: Float32Array): void {
  for (let i = 0; i < s.length; i++) out[i] = z[i]! > 0 ? s[i]! : 0;
}

/** `out ← min(x, 0)`, NaN kept. */
export function negativePart(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    out[i] = value > 0 ? 0 : value;
  }
}

/** `out ← a + b`. */
export function add(a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

/** `out ← out + (scale · a) ⊙ b`, rounded after each operation, so that all kernels give the same bits. */
export function addProduct(scale: number, a: Float32Array, b: Float32Array, out: Float32Array): void {
  const factor = Math.fround(scale);
  for (let i = 0; i < out.length; i++) out[i]! += Math.fround(Math.fround(factor * a[i]!) * b[i]!);
}

/**
 * `out ← (scale · a) ⊙ b`, rounded after each operation; 0 for −0, so that what is added to it or not, where that is 0,
 * leaves the same bits.
 */
export function product(scale: number, a: Float32Array, b: Float32Array, out: Float32Array): void {
  const factor = Math.fround(scale);
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(factor * a[i]!) * b[i]! + 0;
}

/** `out ← relevance ⊘ guarded(denominator)`, 0 where the relevance is 0. */
export function quotient(
  relevance: Float32Array, denominator: Float32Array, { epsilon, clip }: DenominatorGuard, out: Float32Array,
): void {
  for (let i = 0; i < relevance.length; i++) {
    const share = relevance[i]!;
    const z = denominator[i]!;
    const size = clip ? Math.max(Math.abs(z), epsilon) : Math.abs(z) + epsilon;
    out[i] = share === 0 ? 0 : share / (z < 0 ? -size : size);
  }
}
