/** Numbers that are the same for a seed in every run. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = (seed * 2654435761) >>> 0;
  }

  /** From 0 up to 1. */
  unit() {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low, high) {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  /** One of several. */
  of(...values) {
    return values[this.whole(0, values.length - 1)];
  }

  /** Whether something happens that does so this often. */
  chance(share) {
    return this.unit() < share;
  }

  /** Extents of so many axes. */
  shape(rank, low = 1, high = 5) {
    return Array.from({ length: rank }, () => this.whole(low, high));
  }

  /** Floats about 0; some are whole, unless said otherwise, so that values tie and vanish. */
  floats(shape, { constant = false, low = -2, high = 2, ties = true } = {}) {
    const size = shape.reduce((a, b) => a * b, 1);
    const isRound = this.chance(0.2) && ties;
    const values = Array.from({ length: size }, () => {
      const value = low + (high - low) * this.unit();
      return isRound ? Math.round(value) : Math.fround(value);
    });
    return { shape, values, constant };
  }

  /** Whole numbers. */
  integers(shape, low, high, { constant = false, type = "int64" } = {}) {
    const size = shape.reduce((a, b) => a * b, 1);
    return { shape, type, constant, values: Array.from({ length: size }, () => this.whole(low, high)) };
  }

  /** A list of whole numbers as a constant. */
  list(values) {
    return { shape: [values.length], type: "int64", values, constant: true };
  }
}
