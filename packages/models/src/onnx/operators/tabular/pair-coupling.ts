/** Probabilities of classes out of those of pairs of classes. */
import type { Layer, Linearization } from "@relprop/layers";
import { empty, formatShape, ShapeError, type Shape, type Tensor } from "@relprop/tensor";

/**
 * The probabilities `[N, classes]` that fit best what is said of every pair, `[N, pairs]`: how likely its first class
 * is if it is one of both (Wu, Lin & Weng 2004). Calculated until they change by less than 0.005 / classes, as
 * runtimes do; the way back is that of the exact solution.
 */
export class PairCoupling implements Layer {
  readonly kind = "PairCoupling";
  readonly role = "other";
  readonly #classes: number;
  readonly #pairs: readonly (readonly [number, number])[];

  constructor(classes: number) {
    this.#classes = classes;
    this.#pairs = Array.from({ length: classes }, (_, i) =>
      Array.from({ length: classes - 1 - i }, (_other, k) => [i, i + 1 + k] as const)).flat();
  }

  outputShape(input: Shape): Shape {
    const [samples = 1, pairs] = input;
    const count = this.#pairs.length;
    if (pairs !== count) throw new ShapeError(`PairCoupling: takes [N, ${count}], got ${formatShape(input)}`);
    return [samples, this.#classes];
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    const count = this.#pairs.length;
    for (let n = 0; n < out.shape[0]!; n++) {
      out.data.set(approached(this.#matrix(x.data.subarray(n * count, (n + 1) * count))), n * this.#classes);
    }
    return out;
  }

  pullback(x: Tensor): Linearization {
    const output = this.forward(x);
    const [classes, count] = [this.#classes, this.#pairs.length];
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      for (let n = 0; n < x.shape[0]!; n++) {
        const given = x.data.subarray(n * count, (n + 1) * count);
        const p = output.data.subarray(n * classes, (n + 1) * classes);
        // Q p = λ 1 and 1ᵀ p = 1, and the same of what changes.
        const rows = this.#matrix(given).map((row, i) => [...row, 1, s.data[n * classes + i]!]);
        const u = solved([...rows, [...new Array<number>(classes).fill(-1), 0, 0]]);
        this.#pairs.forEach(([i, j], k) => {
          const r = given[k]!;
          const isInside = r > LEAST && r < 1 - LEAST;
          const first = 2 * (r - 1) * p[i]! + (2 * r - 1) * p[j]!;
          const second = 2 * r * p[j]! + (2 * r - 1) * p[i]!;
          out.data[n * count + k] = isInside ? -(u[i]! * first + u[j]! * second) : 0;
        });
      }
      return [out];
    };
    return { output, back };
  }

  /** Q, of which pᵀ Q p is to be least. */
  #matrix(given: ArrayLike<number>): number[][] {
    const Q = Array.from({ length: this.#classes }, () => new Array<number>(this.#classes).fill(0));
    this.#pairs.forEach(([i, j], k) => {
      const r = Math.min(Math.max(given[k]!, LEAST), 1 - LEAST);
      Q[i]![i]! += (1 - r) ** 2;
      Q[j]![j]! += r ** 2;
      Q[i]![j] = Q[j]![i] = -r * (1 - r);
    });
    return Q;
  }
}

/** No pair is certain. */
const LEAST = 1e-7;

function approached(Q: readonly (readonly number[])[]): number[] {
  const classes = Q.length;
  const p = new Array<number>(classes).fill(1 / classes);
  for (let turn = 0; turn < Math.max(100, classes); turn++) {
    const Qp = Q.map((row) => row.reduce((sum, q, j) => sum + q * p[j]!, 0));
    let pQp = p.reduce((sum, each, i) => sum + each * Qp[i]!, 0);
    if (Qp.every((each) => Math.abs(each - pQp) < 0.005 / classes)) break;
    for (let t = 0; t < classes; t++) {
      const step = (pQp - Qp[t]!) / Q[t]![t]!;
      pQp = (pQp + step * (step * Q[t]![t]! + 2 * Qp[t]!)) / (1 + step) ** 2;
      p[t]! += step;
      for (let j = 0; j < classes; j++) {
        Qp[j] = (Qp[j]! + step * Q[t]![j]!) / (1 + step);
        p[j]! /= 1 + step;
      }
    }
  }
  return p;
}

/** x of `A x = b`, whose rows are `[…A, b]`, by elimination, the largest pivot first. */
function solved(given: readonly (readonly number[])[]): number[] {
  const rows = given.map((row) => [...row]);
  const size = rows.length;
  for (let step = 0; step < size; step++) {
    let pivot = step;
    for (let i = step + 1; i < size; i++) if (Math.abs(rows[i]![step]!) > Math.abs(rows[pivot]![step]!)) pivot = i;
    [rows[step], rows[pivot]] = [rows[pivot]!, rows[step]!];
    const first = rows[step]!;
    for (const row of rows) {
      if (row === first || first[step] === 0) continue;
      const factor = row[step]! / first[step]!;
      for (let column = step; column <= size; column++) row[column]! -= factor * first[column]!;
    }
  }
  return rows.map((row, i) => (row[i] === 0 ? 0 : row[size]! / row[i]!));
}
