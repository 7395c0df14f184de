/** An input of which units are hidden, written where a batch of such inputs lies. */
import { Tensor, type IntegerData, type Value } from "@relprop/tensor";
import type { Imputation } from "../impute/imputer.ts";
import type { Units } from "../units/units.ts";

/** Arrays that inputs lie in. */
type Elements = Float32Array | IntegerData;

/** What is shown where nothing is hidden, and what stands where something is. */
export class HiddenInput {
  readonly #whole: Value;
  readonly #of: Int32Array;
  readonly #impute: Imputation;
  readonly #write: (values: ArrayLike<number>, of: Int32Array, mask: Uint8Array, out: Elements, at: number) => void;

  constructor(whole: Value, { of }: Units, impute: Imputation) {
    this.#whole = whole;
    this.#of = of;
    const isFloat = whole instanceof Tensor;
    // Numbers are rounded once, not at each use.
    this.#impute = typeof impute === "function" || !isFloat ? impute : Float32Array.from(impute);
    this.#write = isFloat ? writeFloats as typeof write : write;
  }

  /** Writes the input with the units hidden that a mask marks with 1, from an element of `out` on. */
  write(mask: Uint8Array, out: Elements, at: number): void {
    out.set(this.#whole.data, at);
    this.#write(this.#valuesFor(mask), this.#of, mask, out, at);
  }

  #valuesFor(mask: Uint8Array): ArrayLike<number> {
    if (typeof this.#impute !== "function") return this.#impute;
    const hidden = Uint8Array.from(this.#of, (unit) => (unit < 0 ? 0 : mask[unit]!));
    const values = this.#impute(hidden);
    return this.#whole instanceof Tensor ? Float32Array.from(values) : values;
  }
}

function write(values: ArrayLike<number>, of: Int32Array, mask: Uint8Array, out: Elements, at: number): void {
  for (let i = 0; i < of.length; i++) if (of[i]! >= 0 && mask[of[i]!] === 1) out[at + i] = values[i]!;
}

/** The same by itself: a loop that has seen arrays of whole numbers takes floats several times as long. */
function writeFloats(values: Float32Array, of: Int32Array, mask: Uint8Array, out: Float32Array, at: number): void {
  for (let i = 0; i < of.length; i++) if (of[i]! >= 0 && mask[of[i]!] === 1) out[at + i] = values[i]!;
}
