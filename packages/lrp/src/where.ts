/** Outputs a quotient is restricted to, by the sign of the layer's own sum. */
import { empty, type Tensor } from "@relprop/tensor";

/** `"positive"`: where `W a + b > 0`; `"negative"`: where it is below 0. An output of exactly 0 is neither. */
export type Where = "positive" | "negative";

/** Whether a sum is of the given sign. */
export function holds(where: Where | undefined, z: number): boolean {
  return where === undefined || (where === "positive" ? z > 0 : z < 0);
}

/** Relevance where the sum is of the given sign, 0 elsewhere; copies of the batch share the sum. */
export function restrict(relevance: Tensor, z: Tensor, where: Where): Tensor {
  const out = empty(relevance.shape);
  const [from, to, sums] = [relevance.data, out.data, z.data];
  const sign = where === "positive" ? 1 : -1;
  for (let start = 0; start < to.length; start += sums.length) {
    for (let i = 0; i < sums.length; i++) to[start + i] = sign * sums[i]! > 0 ? from[start + i]! : 0;
  }
  return out;
}
