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
