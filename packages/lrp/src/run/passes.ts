/** The passes of an analysis, forward and back; those of small networks are done again where they were traced. */
import type { LoweredModel, Model } from "@relprop/layers";
import { kernels, type Repeated, type Tensor, type Value } from "@relprop/tensor";
import { Endings } from "./endings.ts";
import { isTape, record, tapeOf, type Tape } from "./tape.ts";

/** Relevance that arrived: at the inputs, and at the nodes that were asked for. */
export interface Arrivals {
  readonly inputs: readonly (Tensor | undefined)[];
  readonly nodes: ReadonlyMap<string, Tensor>;
}

/** Sends relevance back from where it starts, and gives memory back on the way where that is said. */
export type Backward = (tape: Tape, start: Tensor, endings?: Endings) => Arrivals;

/** A forward pass, and the way back from it. */
interface Passes {
  readonly tape: Tape;
  readonly back: (start: Tensor) => Arrivals;
}

/** Records a forward pass of a network that is too large to be kept; `undefined` where it is not. */
export type LargePasses = (model: Model, inputs: readonly Value[]) => Tape | undefined;

/** A forward pass for one way back, and what goes back on it. */
export function passOf(
  model: Model, given: readonly Value[] | Tape, large?: LargePasses,
): { readonly tape: Tape; readonly endings: Endings } {
  const inParts = isTape(given) ? undefined : large?.(model, given);
  const tape = inParts ?? tapeOf(model, given);
  return { tape, endings: new Endings(tape !== inParts && tape !== given) };
}

/** Makes passes of one network. What they return lives in memory that is used again. */
export class PassMaker {
  /** The network as it was lowered last, and what was asked of it. */
  #lowered: LoweredModel | undefined;
  #asked = "";
  #forward: Repeated<Tape> | undefined;
  #back: Repeated<Arrivals> | undefined;

  /** The passes from what is given; whoever asks the same as before, in `asked`, has the same `backward`. */
  of(
    model: Model, given: readonly Value[] | Tape, large: LargePasses | undefined, asked: string, backward: Backward,
  ): Passes {
    const known = isTape(given) ? undefined : this.#again(model, given, asked);
    if (known === undefined) {
      const { tape, endings } = passOf(model, given, large);
      return { tape, back: (start) => backward(tape, start, endings) };
    }
    return {
      tape: known,
      back: (start) => this.#back?.of([start], ([own]) => backward(known, own!)) ?? backward(known, start),
    };
  }

  /** The forward pass done again, where that can be. */
  #again(model: Model, given: readonly Value[], asked: string): Tape | undefined {
    const lowered = model.lower(...given);
    if (lowered !== this.#lowered || asked !== this.#asked) {
      [this.#lowered, this.#asked] = [lowered, asked];
      this.#forward = kernels().traced?.(lowered.elements);
      this.#back = kernels().traced?.(lowered.elements);
    }
    return this.#forward?.of(given, (own) => record(model, own));
  }
}
