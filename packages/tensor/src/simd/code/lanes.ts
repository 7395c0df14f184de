/** Sums over rows in double precision, in four parts: every fourth element goes to the same one. */
import { loop, type, when, type Frame, type Local } from "../assembler.ts";
import { f32, f32x4, f64, f64x2, i32, i32x4, v128, zero, type Code, type Operand } from "../instructions.ts";

type Doubles = readonly Code<"v128">[];

/** What is made of two elements of each array, as doubles. */
export type Term = (values: Doubles) => Code<"v128">;

/** Two elements of each array, `offset` bytes on. */
const pairs = (arrays: readonly Local[], offset: number): Doubles =>
  arrays.map((array) => f64x2.promote_low_f32x4(v128.load64_zero(array, offset)));

/** One element of each array and 0. */
const singles = (arrays: readonly Local[], offset: number): Doubles =>
  arrays.map((array) => f64x2.promote_low_f32x4(v128.load32_zero(array, offset)));

const firstOfTwo = i32x4.const(-1, -1, 0, 0);

/** `result ← Σ term` over `count` elements of each array, whose addresses are led to where the last four begin. */
export function sumOfTerms(
  frame: Frame, arrays: readonly Local[], count: Operand, term: Term, result: Local<"f64">,
): Code {
  const [low, high] = frame.several(2, type.v128) as [Local<"v128">, Local<"v128">];
  const left = frame.local();
  const plus = (part: Local<"v128">, value: Code<"v128">): Code => part.set(f64x2.add(part, value));
  const alone = (offset: number): Code<"v128"> => v128.and(term(singles(arrays, offset)), firstOfTwo);
  return [
    low.set(zero),
    high.set(zero),
    left.set(count),
    loop(i32.gt_u(left, 3), [
      plus(low, term(pairs(arrays, 0))),
      plus(high, term(pairs(arrays, 8))),
      arrays.map((array) => array.increase(16)),
      left.increase(-4),
    ]),
    when(i32.gt_u(left, 1), plus(low, term(pairs(arrays, 0)))),
    when(i32.eq(left, 3), plus(high, alone(8))),
    when(i32.eq(left, 1), plus(low, alone(0))),
    plus(low, high.get),
    result.set(f64.add(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1))),
  ];
}

/** Writes `term` of `count` elements of each array as floats; all addresses are led behind them. */
export function mapTerms(frame: Frame, arrays: readonly Local[], out: Local, count: Operand, term: Term): Code {
  const left = frame.local();
  const advance = (bytes: number): Code => [...arrays, out].map((array) => array.increase(bytes));
  const floats = (values: Doubles): Code<"v128"> => f64x2.demote_f64x2_zero(term(values));
  return [
    left.set(count),
    loop(i32.gt_u(left, 3), [
      v128.store(out, v128.shuffle(floats(pairs(arrays, 0)), floats(pairs(arrays, 8)), [0, 1, 4, 5])),
      advance(16),
      left.increase(-4),
    ]),
    loop(left, [f32.store(out, f32x4.extract_lane(floats(singles(arrays, 0)), 0)), advance(4), left.increase(-1)]),
  ];
}
