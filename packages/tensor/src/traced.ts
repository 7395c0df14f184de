/**
 * Computations that are done again with other numbers in the same places.
 *
 * What a small network costs is what is decided for each of its nodes anew: shapes, memory, jobs of kernels. All of
 * that follows from shapes, so one pass is traced: kernels write down what they do, and so do the few plain loops
 * beside them (`act`). Doing it again is going through that list. What follows from numbers after all is asked again
 * (`decide`), and who does neither says so (`refuseTrace`): then nothing is kept.
 */
import { kernels } from "./active.ts";
import { allocate, Arena, keep } from "./arena.ts";
import type { Given, Repeated } from "./kernels.ts";
import { Tensor } from "./tensor.ts";
import { current, traceInto, type Trace } from "./trace.ts";

/** Elements that traced computations may hold at once, all values of a network together. */
const MOST = 1 << 19;

/** Left alone the first time, traced the second time, and done again from then on. */
export class Traced<T> implements Repeated<T> {
  readonly #may: () => boolean;
  #turn = 0;
  #inputs: readonly Float32Array[] = [];
  #trace: Trace | undefined;
  #result: T | undefined;

  /** Of values of so many elements together; traced as long as it may be. */
  constructor(elements: number, may: () => boolean) {
    this.#may = () => elements <= MOST && current() === undefined && may();
  }

  of<Input extends Given>(inputs: readonly Input[], body: (inputs: readonly Input[]) => T): T | undefined {
    if (this.#trace !== undefined) {
      inputs.forEach(({ data }, i) => this.#inputs[i]!.set(data));
      if (!again(this.#trace)) this.#trace = this.#result = undefined;
    } else if (++this.#turn === 2 && inputs.every(({ data }) => data instanceof Float32Array) && this.#may()) {
      const own = inputs.map(({ shape, data }) => new Tensor(shape, keep(() => allocate(data.length))));
      own.forEach(({ data }, i) => data.set(inputs[i]!.data));
      const trace: Trace = { acts: [], keeps: [], kernels: kernels(), refused: false };
      const result = traceInto(trace, () => new Arena().hold(() => body(own as readonly Given[] as readonly Input[])));
      if (!trace.refused) [this.#inputs, this.#trace, this.#result] = [own.map(({ data }) => data), trace, result];
    }
    return this.#result;
  }
}

/** Does everything again; `false` where something that was decided comes out otherwise. */
function again({ acts, kernels: used }: Trace): boolean {
  return used === kernels() && acts.every((act) => act() !== false);
}
