/** A rule at an affine layer, output by output in double precision, with where the relevance went. */
import type { Shape } from "@relprop/tensor";
import type { Connections } from "./connections.ts";
import type { Definition, Fraction, Output } from "./definitions.ts";

/** `z + ε sign z`, or what options make of it. */
export interface SlowStabilizer {
  readonly epsilon: number;
  readonly clip?: boolean;
  /** Axes of the output over which ε is multiplied by the root mean square of the denominators. */
  readonly axes?: readonly number[];
}

/** What became of the relevance. */
export interface Books {
  readonly relevance: readonly number[];
  readonly bias: number;
  readonly stabilizer: number;
  readonly dead: number;
  /**
   * Per input, how large rounding errors are in units of the rounding of one number: what arrives, without signs, the
   * more so where a denominator is small against its summands.
   */
  readonly rounding: readonly number[];
}

/** `Σ_i` over all outputs of what a definition sends to each input. */
export function propagate(
  definition: Definition,
  { into, bias, inputs }: Connections,
  { a, R, shape, stabilizer, mode }: {
    readonly a: ArrayLike<number>;
    readonly R: ArrayLike<number>;
    /** The shape of the output. */
    readonly shape: Shape;
    readonly stabilizer: SlowStabilizer;
    readonly mode: "absorbed" | "ignored" | "redistributed";
  },
): Books {
  const relevance = new Array<number>(inputs).fill(0);
  const rounding = new Array<number>(inputs).fill(0);
  const books = { bias: 0, stabilizer: 0, dead: 0 };
  const outputs = into.map((connections, i): Output => {
    const [w, from] = [connections.map(({ weight }) => weight), connections.map((c) => c.from)];
    const z = connections.reduce((sum, c) => sum + c.weight * a[c.from]!, bias[i]!);
    return { a: from.map((j) => a[j]!), w, from, b: bias[i]!, z };
  });
  const fractions = outputs.map(definition).map((list) =>
    list.map((fraction) => (mode === "ignored" ? { ...fraction, bias: 0 } : fraction)),
  );
  const epsilons = fractions.map((list, i) =>
    list.map((_, q) => epsilonAt(stabilizer, shape, i, (k) => denominator(fractions[k]![q]!))),
  );
  outputs.forEach(({ from }, i) => {
    let covered = 0;
    fractions[i]!.forEach((fraction, q) => {
      if (!fraction.active || R[i] === 0) return;
      covered += fraction.factor;
      const z = denominator(fraction);
      const stable = stabilized(z, epsilons[i]![q]!, stabilizer.clip === true);
      const s = stable === 0 ? 0 : R[i]! / stable;
      const absorbed = fraction.factor * fraction.bias * s;
      const summands = fraction.shares.reduce((sum, v) => sum + Math.abs(v), Math.abs(fraction.bias));
      const amplified = 1 + summands / Math.abs(stable);
      fraction.shares.forEach((share, k) => {
        relevance[from[k]!]! += fraction.factor * share * s;
        const spread = mode === "redistributed" ? Math.abs(absorbed / from.length) : 0;
        rounding[from[k]!]! += (Math.abs(fraction.factor * share * s) + spread) * amplified;
      });
      if (mode === "redistributed" && from.length > 0) {
        for (const j of from) relevance[j]! += absorbed / from.length;
      } else {
        books.bias += absorbed;
      }
      books[z === 0 ? "dead" : "stabilizer"] += fraction.factor * (R[i]! - z * s);
    });
    if (R[i] !== 0) books.dead += (1 - covered) * R[i]!;
  });
  return { relevance, rounding, ...books };
}

function denominator({ shares, bias }: Fraction): number {
  return shares.reduce((sum, share) => sum + share, bias);
}

function stabilized(z: number, epsilon: number, clip: boolean): number {
  const sign = z < 0 ? -1 : 1;
  return clip ? sign * Math.max(Math.abs(z), epsilon) : z + sign * epsilon;
}

/** ε, times the root mean square of the denominators that differ from output i in the given axes only. */
function epsilonAt({ epsilon, axes }: SlowStabilizer, shape: Shape, i: number, z: (k: number) => number): number {
  if (axes === undefined) return epsilon;
  const position = (index: number): number[] => {
    const at: number[] = [];
    for (const extent of shape.toReversed()) {
      at.unshift(index % extent);
      index = Math.floor(index / extent);
    }
    return at;
  };
  const mine = position(i);
  let [squares, count] = [0, 0];
  for (let k = 0; k < shape.reduce((x, y) => x * y, 1); k++) {
    if (!position(k).every((at, axis) => axes.includes(axis) || at === mine[axis])) continue;
    squares += z(k) ** 2;
    count++;
  }
  return epsilon * Math.sqrt(squares / count);
}
