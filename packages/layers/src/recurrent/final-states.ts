/** The states that a recurrent layer ends with. */
import { formatShape, ShapeError, type Shape } from "@relprop/tensor";
import { Routing, stepped, strided, strides, type Route } from "../shaping/routing.ts";

/** What a `FinalStates` may be given. */
export interface FinalStatesOptions {
  /** Whether each direction is reversed, and so ends at the first step. */
  readonly reverse: readonly boolean[];
  /** Input `[N, T, D, S]` and output `[N, D, …]`, instead of `[T, D, N, S]` and `[D, N, …]`. */
  readonly batchFirst?: boolean;
  /** The elements of the last axis it takes, `[from, to)`; all if absent. */
  readonly part?: readonly [from: number, to: number];
}

/** Of `[T, D, N, S]` the last step, or the first one of directions that are reversed: `[D, N, S]`. */
export class FinalStates extends Routing {
  readonly kind = "FinalStates";
  readonly options: FinalStatesOptions;

  constructor(options: FinalStatesOptions) {
    super();
    this.options = options;
  }

  protected route(input: Shape): Route {
    const { reverse, batchFirst = false, part = [0, input.at(-1) ?? 0] } = this.options;
    const [time, direction, batch] = batchFirst ? [1, 2, 0] : [0, 1, 2];
    const [steps, D, samples] = [input[time], input[direction], input[batch]];
    if (input.length !== 4 || D !== reverse.length || steps === 0 || !(part[1] <= input[3]!)) {
      const takes = batchFirst ? `[N, T, ${reverse.length}, S]` : `[T, ${reverse.length}, N, S]`;
      throw new ShapeError(`FinalStates: takes ${takes} of at least one step, got ${formatShape(input)}`);
    }
    const step = strides(input);
    const last = (): Int32Array => Int32Array.from(reverse, (isReverse, d) =>
      (isReverse ? 0 : (steps! - 1) * step[time]!) + d * step[direction]!);
    const row = strided(samples!, step[batch]!);
    const width = part[1] - part[0];
    const kept = stepped(width, 1, (i) => part[0] + i);
    return batchFirst
      ? { shape: [samples!, reverse.length, width], offsets: [row, last, kept] }
      : { shape: [reverse.length, samples!, width], offsets: [last, row, kept] };
  }
}
