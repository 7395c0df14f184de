/** Memory that a pass back needs no more: values whose steps are behind it, and relevance that went on. */
import { giveBack, type Tensor } from "@relprop/tensor";
import type { Seen } from "../rules/rule.ts";
import type { Tape } from "./tape.ts";

/** Arrays of fewer elements are not worth the looking. */
const worth = 1 << 16;

/** Gives back what nobody reads afterwards while the pass back goes on. */
export class Endings {
  readonly #tape: Tape;
  readonly #endsValues: boolean;
  /** What stays to the end. */
  readonly #held: Float32Array[] = [];

  /** Values end only where the forward pass is nobody else's. */
  constructor(tape: Tape, endsValues: boolean) {
    this.#tape = tape;
    this.#endsValues = endsValues;
  }

  /** These are needed to the end, or may be kept by somebody else. */
  hold(tensors: Iterable<Tensor>): void {
    for (const { data } of tensors) this.#held.push(data);
  }

  /** Gives back what is over after step `i`: these relevances, but where `pending` ones lie, and the step's values. */
  after(i: number, relevances: readonly Tensor[], pending: Iterable<Tensor>): void {
    const { steps, first = 0 } = this.#tape;
    const { seen } = steps[i]!;
    const over = [...relevances.map(({ data }) => data), ...(this.#endsValues ? madeBy(seen) : [])];
    if (!over.some(isWorth)) return;
    const needed = [this.#held, Array.from(pending, ({ data }) => data), readBy(seen)];
    if (!this.#endsValues) needed.push(madeBy(seen));
    for (let before = first; before < i; before++) {
      const { seen: its } = steps[before]!;
      needed.push(madeBy(its), readBy(its));
    }
    giveBackOnce(over, needed.flat());
  }
}

/** Gives these arrays back, each once, but those in which others lie. */
export function giveBackOnce(over: Iterable<Float32Array>, others: Iterable<Float32Array>): void {
  const needed = [...others];
  for (const data of over) {
    if (isWorth(data) && !needed.some((other) => overlap(data, other))) giveBack(data);
    needed.push(data);
  }
}

function isWorth({ length }: Float32Array): boolean {
  return length >= worth;
}

/** The arrays in which what a step made lies. */
export function madeBy({ output, preactivation = output }: Seen): readonly Float32Array[] {
  return [output.data, preactivation.data];
}

function readBy({ inputs }: Seen): readonly Float32Array[] {
  return inputs.map(({ data }) => data);
}

function overlap(a: Float32Array, b: Float32Array): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength;
}
