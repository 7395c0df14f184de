/** Memory that a pass back needs no more: values whose steps are behind it, and relevance that went on. */
import { giveBack, type Tensor } from "@relprop/tensor";
import type { Tape } from "./tape.ts";

/** Arrays of fewer elements are not worth the looking. */
const worth = 1 << 16;

/** Gives back what nobody reads afterwards while the pass back goes on. */
export class Endings {
  /** The step that is the last to need a value on the way back, the one that made it; −1 where nobody may end it. */
  readonly #last = new Map<Float32Array, number>();
  /** What stays to the end. */
  readonly #held: Float32Array[] = [];

  /** Values end only where the forward pass is nobody else's. */
  constructor({ steps }: Tape, endsValues: boolean) {
    steps.forEach(({ seen: { inputs, output, preactivation = output } }, i) => {
      for (const { data } of [output, preactivation, ...inputs]) {
        const isMade = data === output.data || data === preactivation.data;
        if (data.length >= worth && !this.#last.has(data)) this.#last.set(data, endsValues && isMade ? i : -1);
      }
    });
  }

  /** These are needed to the end, or may be kept by somebody else. */
  hold(tensors: Iterable<Tensor>): void {
    for (const { data } of tensors) this.#held.push(data);
  }

  /** Gives back what is over after step `i`: these relevances, but where `pending` ones lie, and the step's values. */
  after(i: number, relevances: readonly Tensor[], pending: Iterable<Tensor>): void {
    const over = relevances.map(({ data }) => data).filter(({ length }) => length >= worth);
    for (const [data, last] of this.#last) if (last === i && this.#last.delete(data)) over.push(data);
    if (over.length === 0) return;
    const needed = [...this.#held, ...this.#last.keys(), ...Array.from(pending, ({ data }) => data)];
    for (const data of over) {
      if (!needed.some((other) => overlap(data, other))) giveBack(data);
      needed.push(data); // never twice
    }
  }
}

function overlap(a: Float32Array, b: Float32Array): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength;
}
