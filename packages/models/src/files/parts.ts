/** Bytes one after another that may lie in several arrays, as those of files beyond 2 GB do. */

/** A file in one piece, or in parts in their order. */
export type FileParts = Uint8Array | readonly Uint8Array[];

/** The bytes of a file, wherever its parts lie. */
export class Parts {
  readonly length: number;
  readonly #parts: readonly Uint8Array[];
  /** Where each part begins. */
  readonly #starts: readonly number[];

  constructor(file: FileParts) {
    this.#parts = file instanceof Uint8Array ? [file] : file;
    let length = 0;
    this.#starts = this.#parts.map((part) => (length += part.length) - part.length);
    this.length = length;
  }

  /** The bytes from `from` up to `to`: seen in place where one part has them all, else put together. */
  subarray(from: number, to: number): Uint8Array {
    // The last part that begins there or before, by halves: a model may have as many weights as files.
    let [first, behind] = [0, this.#parts.length];
    while (behind - first > 1) {
      const middle = (first + behind) >> 1;
      if (this.#starts[middle]! <= from) first = middle;
      else behind = middle;
    }
    const start = this.#starts[first] ?? 0;
    const part = this.#parts[first] ?? new Uint8Array(0);
    if (to - start <= part.length) return part.subarray(from - start, to - start);
    const joined = new Uint8Array(to - from);
    for (let i = first; i < this.#parts.length && this.#starts[i]! < to; i++) {
      const begins = this.#starts[i]!;
      const piece = this.#parts[i]!.subarray(Math.max(from - begins, 0), to - begins);
      joined.set(piece, Math.max(begins, from) - from);
    }
    return joined;
  }
}
