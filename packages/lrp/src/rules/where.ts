/** Outputs a quotient is restricted to, by the sign of the layer's own sum. */
import { act, empty, type Tensor } from "@relprop/tensor";

/** `"positive"`: where `W a + b > 0`; `"negative"`: where it is below 0. An output of exactly 0 is neither. */
export type Where = "positive" | "negative";

/** Whether a sum is of the given sign. */
export function holds(where: Where | undefined, z: number): boolean {
  return where === undefined || (where === "positive" ? z > 0 : z < 0);
}

/** Which signs sums have where there is relevance; an output of exactly 0, or NaN, is `neither`. */
export type Signs = Readonly<Record<Where | "neither", boolean>>;

/** Looks at the signs of the sums where there is relevance. */
export function signsBelow(relevance: Tensor, z: Tensor): Signs {
  const bits = ({ data }: Tensor): Int32Array => new Int32Array(data.buffer, data.byteOffset, data.length);
  const [R, sums] = [bits(relevance), bits(z)];
  let [positive, negative, neither] = [0, 0, 0];
  for (let start = 0; start < R.length; start += sums.length) {
    for (let i = 0; i < sums.length; i++) {
      // Bits instead of comparisons: relevance is 0 in places that no processor predicts.
      const sum = sums[i]!;
      const there = notZero(R[start + i]!);
      const signed = there & notZero(sum) & notNaN(sum);
      neither |= there & ~signed;
      negative |= signed & sum;
      positive |= signed & ~sum;
    }
  }
  return { positive: positive < 0, negative: negative < 0, neither: neither !== 0 };
}

/** All bits set unless a float of these bits is 0. */
function notZero(bits: number): number {
  return ((bits << 1) | -(bits << 1)) >> 31;
}

/** All bits set unless a float of these bits is NaN. */
function notNaN(bits: number): number {
  return ~((0x7f800000 - (bits & 0x7fffffff)) >> 31);
}

/**
 * Relevance where the sum is of the given sign: itself where that holds wherever it is not 0, and `undefined` where it
 * never does. After a rectifier one of the two is the rule.
 */
export function covered(relevance: Tensor, z: Tensor, where: Where, signs: Signs): Tensor | undefined {
  if (!signs[where]) return undefined;
  const everywhere = !signs.neither && !signs[where === "positive" ? "negative" : "positive"];
  return everywhere ? relevance : restrict(relevance, z, where);
}

/** Relevance where the sum is of the given sign, 0 elsewhere; all copies share the sum. */
export function restrict(relevance: Tensor, z: Tensor, where: Where): Tensor {
  const out = empty(relevance.shape);
  act(() => keepSigned(relevance.data, z.data, where === "positive" ? 1 : -1, out.data));
  return out;
}

/** The loop takes what it reads as arguments: what a closure holds is looked up for every element. */
function keepSigned(from: Float32Array, sums: Float32Array, sign: number, to: Float32Array): void {
  for (let start = 0; start < to.length; start += sums.length) {
    for (let i = 0; i < sums.length; i++) to[start + i] = sign * sums[i]! > 0 ? from[start + i]! : 0;
  }
}
