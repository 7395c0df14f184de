/** Transposition of four vectors: two of them in pairs, and pairs of pairs. */
import { type Local } from "../assembler.ts";
import { v128, type Code } from "../instructions.ts";

/** `[a₀, b₀, a₁, b₁]` */
export const pairsLow: readonly number[] = [0, 4, 1, 5];
/** `[a₂, b₂, a₃, b₃]` */
export const pairsHigh: readonly number[] = [2, 6, 3, 7];
/** `[a₀, a₁, b₀, b₁]` */
export const halvesLow: readonly number[] = [0, 1, 4, 5];
/** `[a₂, a₃, b₂, b₃]` */
export const halvesHigh: readonly number[] = [2, 3, 6, 7];

/** Sets `to` to the columns of the four vectors `from`, or to the last of them; `from` is spent. */
export function transposed(
  from: readonly Local<"v128">[], to: readonly Local<"v128">[], spare: readonly Local<"v128">[],
): Code {
  const [a, b, c, d] = from as [Local<"v128">, Local<"v128">, Local<"v128">, Local<"v128">];
  const [low, high] = spare as [Local<"v128">, Local<"v128">];
  const side = (pairs: readonly number[], [first, second]: readonly Local<"v128">[]): Code => [
    low.set(v128.shuffle(a, b, pairs)),
    high.set(v128.shuffle(c, d, pairs)),
    first!.set(v128.shuffle(low, high, halvesLow)),
    second!.set(v128.shuffle(low, high, halvesHigh)),
  ];
  return to.length === 2
    ? side(pairsHigh, to)
    : [side(pairsLow, to.slice(0, 2)), side(pairsHigh, to.slice(2))];
}
