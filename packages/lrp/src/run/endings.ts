/** Memory that a pass back needs no more: values whose steps are behind it, and relevance that went on. */
import { giveBack, type Tensor } from "@relprop/tensor";
import type { Seen } from "../rules/rule.ts";
import type { TapeStep } from "./tape.ts";

/** Arrays of fewer elements are not worth the looking. */
const worth = 1 << 16;

/** Gives back what nobody reads afterwards while the pass back goes on. */
export class Endings {
  readonly #endsValues: boolean;
  /** What stays to the end. */
  readonly #held: Float32Array[] = [];
  #isOver = false;

  /** Values end only where the forward pass is nobody else's. */
  constructor(endsValues: boolean) {
    this.#endsValues = endsValues;
  }

  /** This is needed to the end. */
  hold({ data }: Tensor): void {
    this.#held.push(data);
  }

  /** Gives nothing back from now on: somebody may have kept what there is. */
  stop(): void {
    this.#isOver = true;
  }

  /**
   * Gives back what is over after a step: these relevances, but where `pending` ones lie, and what it made, but where
   * what it read lies. What lies in a value ends with that, which an earlier step made.
   */
  after({ seen, isBound }: TapeStep, relevances: readonly Tensor[], pending: Iterable<Tensor>): void {
    // What a layer is bound to may be its output.
    const made = this.#endsValues && !isBound ? madeBy(seen) : [];
    const over = [...relevances.map(({ data }) => data), ...made];
    if (this.#isOver || !over.some(isWorth)) return;
    giveBackOnce(over, [...this.#held, ...Array.from([...pending, ...seen.inputs], ({ data }) => data)]);
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

/** Whether some of these tensors lie in what a step saw; small ones that share memory are no matter. */
export function liesIn(tensors: readonly Tensor[], seen: Seen): boolean {
  const saw = [...madeBy(seen), ...seen.inputs.map(({ data }) => data)];
  // Thousands of small values are not compared with one another.
  const large = saw.filter(isWorth);
  return tensors.some(({ data }) => (isWorth(data) ? saw : large).some((other) => overlap(data, other)));
}

/** The arrays in which what a step made lies. */
export function madeBy({ output, preactivation = output }: Seen): readonly Float32Array[] {
  return [output.data, preactivation.data];
}

function isWorth({ length }: Float32Array): boolean {
  return length >= worth;
}

function overlap(a: Float32Array, b: Float32Array): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength;
}
