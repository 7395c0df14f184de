/** Transforms of lines in a function under construction: what is needed on the way, and the factors. */
import { type, type Frame, type Local } from "../assembler.ts";
import { f32, f32x4, type Code, type Operand } from "../instructions.ts";
import type { Singles, Transform } from "./winograd-algebra.ts";

/** Gives a function's transforms places for intermediate sums, and keeps each factor in a vector of its own. */
export class Lines {
  /** Four vectors, free between transforms. */
  readonly spare: readonly Local<"v128">[];
  readonly #frame: Frame;
  readonly #factors = new Map<number, Local<"v128">>();

  constructor(frame: Frame) {
    this.#frame = frame;
    this.spare = frame.several(4, type.v128);
  }

  /** Uses every element of the transformed line, by its place. */
  apply(
    transform: Transform, line: readonly Operand<"v128">[], use: (result: Code<"v128">, place: number) => Code,
  ): Code {
    const before: Code[] = [];
    const singles: Singles = {
      add: f32x4.add,
      sub: f32x4.sub,
      scaled: (factor, value) => f32x4.mul(value, this.#factor(factor)),
      keep: (value) => {
        const local = this.spare[before.length]!;
        before.push(local.set(value));
        return local;
      },
    };
    const results = transform(line, singles);
    return [before, results.map(use)];
  }

  /** Sets the factors; to be put before everything, when everything has been put together. */
  get factors(): Code {
    return [...this.#factors].map(([factor, local]) => local.set(f32x4.splat(f32.const(factor))));
  }

  #factor(factor: number): Local<"v128"> {
    const known = this.#factors.get(factor) ?? this.#frame.local(type.v128);
    this.#factors.set(factor, known);
    return known;
  }
}
