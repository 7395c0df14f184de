/** Results within bounds: values that are not numbers stay, since comparisons with them are false. */
import { type, type Frame } from "../assembler.ts";
import { f32x4, v128, zero, type Code, type Operand } from "../instructions.ts";

/** `min(max(value, low), high)`, a NaN kept. */
export const within = (value: Operand<"v128">, low: Operand<"v128">, high: Operand<"v128">): Code<"v128"> =>
  f32x4.pmin(f32x4.pmax(value, low), high);

/**
 * The same for sums, of which a bound hides no overflow: one that is infinite before it is kept within bounds, but not
 * behind, becomes NaN, since products in another order may have summed to anything. All NaNs are given the same bits.
 */
export function summedWithin(frame: Frame): typeof within {
  const [sum, kept] = frame.several(2, type.v128);
  return (value, low, high) => v128.or(
    kept.tee(within(sum.tee(value), low, high)),
    v128.and(f32x4.ne(kept, sum), f32x4.ne(f32x4.sub(sum, sum), zero)),
  );
}
