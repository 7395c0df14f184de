/** Results within bounds: values that are not numbers stay, since comparisons with them are false. */
import { f32x4, v128, type Code, type Operand } from "../instructions.ts";

/** `min(max(value, low), high)`, a NaN kept. */
export const within = (value: Operand<"v128">, low: Operand<"v128">, high: Operand<"v128">): Code<"v128"> =>
  f32x4.pmin(f32x4.pmax(value, low), high);

/** The same for one value, with bounds in memory, one behind the other. */
export const oneWithin = (value: Operand<"f32">, job: Operand, offset: number): Code<"f32"> => f32x4.extract_lane(
  within(f32x4.splat(value), v128.load32_splat(job, offset), v128.load32_splat(job, offset + 4)), 0,
);
