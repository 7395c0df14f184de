/** The exact decomposition of what a quotient does not pass on. */
import type { Tensor } from "@relprop/tensor";
import type { Account } from "./account.ts";
import type { Quotient } from "../rules/rule.ts";
import { holds } from "../rules/where.ts";

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
  const [from, quotients, sums, biases] = [relevance.data, s.data, z.data, bias?.data];
  for (let copy = 0, start = 0; start < quotients.length; copy++, start += sums.length) {
    let [taken, dead, kept] = [0, 0, 0];
    for (let at = 0; at < sums.length; at++) {
      const R = from[start + at]!;
      if (R === 0) continue;
      const [quotient, sum] = [quotients[start + at]!, sums[at]!];
      if (biases !== undefined) taken += scale * quotient * biases[at]!;
      const rest = scale * (R - quotient * sum);
      if (sum === 0) dead += rest;
      else kept += rest;
    }
    account.bias[copy]! += taken;
    account.dead[copy]! += dead;
    account.stabilizer[copy]! += kept;
  }
}

/** Relevance at outputs that no quotient covers is lost: it counts as dead. `sum` gives `W a + b`. */
export function countUncovered(
  account: Account, quotients: readonly Quotient[], relevance: Tensor, sum: () => Tensor,
): void {
  const scale = quotients.reduce((total, quotient) => total + (quotient.scale ?? 1), 0);
  if (scale === 1 && quotients.every(({ where }) => where === undefined)) return;
  const z = sum();
  for (let i = 0; i < relevance.size; i++) {
    const value = z.data[i % z.size]!;
    const covering = quotients.reduce((total, { where, scale: c = 1 }) => total + (holds(where, value) ? c : 0), 0);
    account.dead[Math.floor(i / z.size)]! += (1 - covering) * relevance.data[i]!;
  }
}
