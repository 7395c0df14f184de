/** Relevance of a sum by its summands' sizes, one number at a time. */
import type { Books } from "../layer/sharing-layer.ts";
import type { SumSharing } from "./sum-sharing.ts";

/** Shares by size, for one copy of relevance, and keeps the books. */
export class SizeSharing implements SumSharing {
  readonly gate: number;
  readonly #epsilon: number;
  readonly #stabilizer: number;
  readonly #books: Books | undefined;
  readonly #copy: number;

  /** `epsilon` is that of linear layers, `stabilizer` that of sums. */
  constructor(gate: number, epsilon: number, stabilizer: number, books: Books | undefined, copy: number) {
    this.gate = gate;
    this.#epsilon = epsilon;
    this.#stabilizer = stabilizer;
    this.#books = books;
    this.#copy = copy;
  }

  /** `R / (z + ε sign z)` */
  linear(R: number, z: number, bias: number): number {
    return this.#quotient(R, z, this.#epsilon, bias);
  }

  /** `R / (z + ε sign z)` with the other ε */
  sum(R: number, z: number): number {
    return this.#quotient(R, z, this.#stabilizer, 0);
  }

  #quotient(R: number, z: number, epsilon: number, bias: number): number {
    if (R === 0) return 0;
    const s = Math.fround(R / (z < 0 ? z - epsilon : z + epsilon));
    const books = this.#books;
    if (books !== undefined) {
      books.bias[this.#copy]! += s * bias;
      (z === 0 ? books.dead : books.stabilizer)[this.#copy]! += R - s * z;
    }
    return s;
  }
}
