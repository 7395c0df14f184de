/** The exact decomposition of what a quotient does not pass on. */
import type { Tensor } from "@relprop/tensor";
import type { Account } from "./account.ts";

/** One quotient as it was computed: `s = R ⊘ stabilise(z)`, where `z` holds `bias`. */
export interface ComputedQuotient {
  readonly relevance: Tensor;
  readonly s: Tensor;
  readonly z: Tensor;
  readonly scale: number;
  readonly bias?: Tensor | undefined;
}

/**
 * Adds to `account` where `scale · ΣR` went besides the inputs. With `R = s · stabilise(z)` and inputs receiving
 * `s (z − b)`, biases take `s b` and the stabiliser `R − s z`; where `z` is exactly 0 that is a dead denominator.
 */
export function balance(account: Account, { relevance, s, z, scale, bias }: ComputedQuotient): void {
  for (let i = 0; i < s.size; i++) {
    const at = i % z.size;
    const copy = Math.floor(i / z.size);
    const R = relevance.data[i]!;
    if (R === 0) continue;
    if (bias !== undefined) account.bias[copy]! += scale * s.data[i]! * bias.data[at]!;
    const rest = scale * (R - s.data[i]! * z.data[at]!);
    if (z.data[at] === 0) account.dead[copy]! += rest;
    else account.stabilizer[copy]! += rest;
  }
}
