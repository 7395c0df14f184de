/**
 * The algebra of Winograd's minimal filtering F(m, 3) (Lavin & Gray 2016) at the points 0, ±p, … and ∞: m outputs of a
 * filter with three taps from m + 2 inputs, in m + 2 products.
 *
 * With Π(x) = ∏ (x² − p²), an input is reduced modulo every point by the polynomials Π, x (x ± p) Π / (x² − p²) and
 * x Π; those of ±p share their even and odd halves.
 */
import { push, type Code, type Operand } from "../instructions.ts";

type Vector = Operand<"v128">;

/** Arithmetic that transforms are written in. */
export interface Singles {
  readonly add: (a: Vector, b: Vector) => Code<"v128">;
  readonly sub: (a: Vector, b: Vector) => Code<"v128">;
  readonly scaled: (factor: number, value: Vector) => Code<"v128">;
  /** Keeps what is used twice: takes the code of a sum, gives what stands for it. */
  readonly keep: (value: Code<"v128">) => Vector;
}

/** A transform of one line: an expression for every element of the result. */
export type Transform = (line: readonly Vector[], singles: Singles) => readonly Code<"v128">[];

/** An algorithm: how many outputs it has, and its transforms. */
export interface Filtering {
  /** m */
  readonly outputs: number;
  /** m + 2 */
  readonly inputs: number;
  /** `Bᵀ d` */
  readonly input: Transform;
  /** `G g` */
  readonly weight: Transform;
  /** `Aᵀ m` */
  readonly output: Transform;
}

/** The algorithm at 0, ±p for each of these points, and ∞. */
export function filtering(points: readonly number[]): Filtering {
  const factors = points.map((p) => [-p * p, 0, 1]);
  const whole = factors.reduce(multiplied, [1]);
  const without = (p: number): readonly number[] =>
    factors.filter((_, i) => points[i] !== p).reduce(multiplied, [1]);
  const inputs = 2 * points.length + 2;
  return {
    inputs,
    outputs: inputs - 2,
    input: (d, singles) => [
      combination(singles, whole, d),
      ...points.flatMap((p) => {
        const even = singles.keep(combination(singles, [0, 0, ...without(p)], d));
        const odd = singles.keep(combination(singles, [0, ...without(p).map((c) => p * c)], d));
        return [singles.add(even, odd), singles.sub(even, odd)];
      }),
      combination(singles, [0, ...whole], d),
    ],
    weight: ([a, b, c], singles) => [
      singles.scaled(1 / whole[0]!, a!),
      ...points.flatMap((p) => {
        const slope = 2 * p * p * without(p).reduce((sum, factor, power) => sum + factor * p ** power, 0);
        const even = singles.keep(combination(singles, [1 / slope, (p * p) / slope], [a!, c!]));
        const odd = singles.keep(singles.scaled(p / slope, b!));
        return [singles.add(even, odd), singles.sub(even, odd)];
      }),
      push(c!),
    ],
    output: (m, singles) => {
      const sums = points.map((_, i) => singles.keep(singles.add(m[2 * i + 1]!, m[2 * i + 2]!)));
      const differences = points.map((_, i) => singles.keep(singles.sub(m[2 * i + 1]!, m[2 * i + 2]!)));
      return Array.from({ length: inputs - 2 }, (_, j) => combination(
        singles,
        [...(j === 0 ? [1] : []), ...points.map((p) => p ** j), ...(j === inputs - 3 ? [1] : [])],
        [...(j === 0 ? [m[0]!] : []), ...(j % 2 === 0 ? sums : differences), ...(j === inputs - 3 ? [m.at(-1)!] : [])],
      ));
    },
  };
}

/** F(2, 3). */
export const two: Filtering = filtering([1]);

/** F(4, 3), at points that lose a third of the digits that ±1 and ±2 lose, and whose powers are exact. */
export const four: Filtering = filtering([0.75, 1.5]);

/** `Σ c_i v_i`, without what is multiplied by 0. */
function combination(
  { add, sub, scaled }: Singles, coefficients: readonly number[], values: readonly Vector[],
): Code<"v128"> {
  const terms = coefficients.map((factor, i) => ({ factor, value: values[i]! })).filter(({ factor }) => factor !== 0);
  // A sum begins with a term that is added, if there is one.
  terms.sort((a, b) => Number(a.factor < 0) - Number(b.factor < 0));
  const [first, ...rest] = terms.map(({ factor, value }, i) => {
    const size = i === 0 ? factor : Math.abs(factor);
    return { negative: factor < 0, code: size === 1 ? value : scaled(size, value) };
  });
  return rest.reduce<Code<"v128">>((sum, { negative, code }) => (negative ? sub : add)(sum, code), push(first!.code));
}

function multiplied(a: readonly number[], b: readonly number[]): readonly number[] {
  return Array.from({ length: a.length + b.length - 1 }, (_, power) =>
    a.reduce((sum, factor, i) => sum + factor * (b[power - i] ?? 0), 0));
}
