/** Networks that go through a sequence step by step, in one direction or both. */
import {
  checkKind, empty, formatShape, Integers, optionsOf, ShapeError, sumTo, Tensor, zeros, type Shape,
} from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import type { LayerKind, Linearization } from "../layer/layer.ts";
import type { OwnRule, SharingLayer } from "../layer/sharing-layer.ts";
import { gatesRule } from "./gates-rule.ts";
import type { CellState, RecurrentCell, WayBack } from "./recurrent-cell.ts";
import { RecurrentTrace, type Course, type Present } from "./recurrent-trace.ts";

/** What a `Recurrent` may be given besides its cells. */
export interface RecurrentOptions {
  /** A direction for each cell; all forward if absent. */
  readonly directions?: readonly ("forward" | "reverse")[];
  /** Input `[N, T, I]` and output `[N, T, D, H]`, instead of `[T, N, I]` and `[T, D, N, H]`. */
  readonly batchFirst?: boolean;
  /** Whether the output holds the cell behind the hidden state, as twice as many elements along the last axis. */
  readonly withCells?: boolean;
  /** The states that are inputs behind x, `[D, N, H]` each (`[N, D, H]` with `batchFirst`); others begin as 0. */
  readonly initial?: readonly ("h" | "c")[];
  /** The number of steps of each sample; all if absent. Behind them states stay what they are. */
  readonly lengths?: readonly number[] | undefined;
  /** `[N, T]`, 0 where a sample has no such step; states stay what they are there. */
  readonly mask?: Integers | undefined;
}

/** A recurrent layer's output at a point, the way back, and what was kept for other ways back. */
export interface RecurrentLinearization extends Linearization {
  readonly traces: readonly RecurrentTrace[];
}

/**
 * A cell per direction, run through `[T, N, I]`; the output `[T, D, N, H]` holds the hidden state behind every step, at
 * the step's own position also where a direction is reversed. So the last state of a direction stands at T − 1, or at 0
 * in reverse; shorter samples too, since their states stay what they are.
 */
export class Recurrent implements SharingLayer {
  readonly role = "recurrent";
  readonly courses: readonly Course[];
  readonly batchFirst: boolean;
  readonly withCells: boolean;
  readonly initial: readonly ("h" | "c")[];
  readonly lengths: readonly number[] | undefined;
  readonly mask: Integers | undefined;

  constructor(cells: readonly RecurrentCell[], options: RecurrentOptions = {}) {
    const { batchFirst = false, withCells = false, initial = [], lengths, mask } = optionsOf("Recurrent", options);
    for (const given of [cells, initial, ...(lengths === undefined ? [] : [lengths])]) checkList("Recurrent", given);
    const directions = options.directions ?? cells.map(() => "forward");
    const [cell] = cells;
    if (cell === undefined || directions.length !== cells.length) {
      throw new RangeError(`Recurrent: takes a direction for each of ${cells.length} cells, got ${directions.length}`);
    }
    for (const each of cells) checkKind("Recurrent", "cells", each, each?.weights);
    if (mask !== undefined) checkList("Recurrent mask", Object(mask).data);
    if ((withCells || initial.includes("c")) && !cell.hasCells) {
      throw new RangeError(`${cell.kind}: takes no cell states, which an LSTM has`);
    }
    const { hidden, features } = cell.weights;
    if (!cells.every(({ kind, weights }) =>
      kind === cell.kind && weights.hidden === hidden && weights.features === features)) {
      throw new RangeError(`${cell.kind}: takes cells of one kind and size for all directions, got different ones`);
    }
    this.courses = cells.map((each, d) => ({ cell: each, reverse: directions[d] === "reverse" }));
    this.batchFirst = batchFirst;
    this.withCells = withCells;
    this.initial = initial;
    this.lengths = lengths;
    this.mask = mask;
  }

  /** `"LSTM"`, `"GRU"` or `"RNN"`. */
  get kind(): string {
    return this.#cell.kind;
  }

  /** How relevance passes, unless a composite says otherwise: gates take none. */
  get rule(): OwnRule {
    return gatesRule();
  }

  outputShape(...inputs: Shape[]): Shape {
    const { hidden, features } = this.#cell.weights;
    const [x, ...states] = inputs;
    if (x?.length !== 3 || x[2] !== features || states.length !== this.initial.length) {
      const takes = [`${this.batchFirst ? "[N, T" : "[T, N"}, ${features}]`, ...this.initial].join(" and ");
      throw new ShapeError(`${this.kind}: takes ${takes}, got ${inputs.map(formatShape).join(" and ")}`);
    }
    const [steps, samples] = this.batchFirst ? [x[1]!, x[0]!] : [x[0]!, x[1]!];
    const D = this.courses.length;
    const state = this.batchFirst ? [samples, D, hidden] : [D, samples, hidden];
    for (const shape of states) {
      const fits = shape.length === 3 && shape.every((extent, axis) =>
        extent === state[axis] || (extent === 1 && axis === (this.batchFirst ? 0 : 1)));
      if (!fits) throw new ShapeError(`${this.kind}: takes states ${formatShape(state)}, got ${formatShape(shape)}`);
    }
    this.#checkSteps(steps, samples);
    const width = hidden * (this.withCells ? 2 : 1);
    return this.batchFirst ? [samples, steps, D, width] : [steps, D, samples, width];
  }

  forward(...inputs: Tensor[]): Tensor {
    return this.pullback(...inputs).output;
  }

  /** Backpropagation through time. */
  pullback(...inputs: Tensor[]): RecurrentLinearization {
    const shape = this.outputShape(...inputs.map((input) => input.shape));
    const x = this.#turned(inputs[0]!);
    const [steps, samples] = x.shape as readonly [number, number];
    const present = this.#present();
    const traces = this.courses.map((course, d) =>
      new RecurrentTrace(course, x, this.#initialState(inputs, d, samples), present));
    const output = empty(shape);
    this.#eachRow(steps, samples, (at, t, d, n, which, hidden) => {
      output.data.set(traces[d]!.state(t, which).subarray(n * hidden, (n + 1) * hidden), at);
    });
    const chain = this.courses.map(({ cell }): WayBack => ({
      gates: [0, cell.weights.gates],
      step: (step, s) => cell.back(step, s),
    }));
    return { output, traces, back: (s) => this.back(traces, inputs, s, chain) };
  }

  /**
   * What arrives at every input when `s`, of the output's shape, goes back through what was kept, in each direction its
   * own way. At x it is `Wᵀ z` of what the way makes of the sums; the states are the way's own.
   */
  back(
    traces: readonly RecurrentTrace[], inputs: readonly Tensor[], s: Tensor, ways: readonly WayBack[],
  ): readonly Tensor[] {
    const [samples, steps] = this.batchFirst ? inputs[0]!.shape : [inputs[0]!.shape[1], inputs[0]!.shape[0]];
    const toX = zeros([steps!, samples!, this.#cell.weights.features]);
    const H = this.#cell.weights.hidden;
    const D = this.courses.length;
    const states = this.initial.map(() => empty(this.batchFirst ? [samples!, D, H] : [D, samples!, H]));
    traces.forEach((trace, d) => {
      const arriving = (t: number, state: CellState): void => {
        for (let n = 0; n < samples!; n++) {
          const row = this.#row(t, d, n, steps!, samples!);
          for (let j = 0; j < H; j++) state.h[n * H + j]! += s.data[row + j]!;
          if (this.withCells) for (let j = 0; j < H; j++) state.c[n * H + j]! += s.data[row + H + j]!;
        }
      };
      const first = trace.back(ways[d]!, arriving, toX);
      this.initial.forEach((which, i) => {
        for (let n = 0; n < samples!; n++) {
          states[i]!.data.set(first[which].subarray(n * H, (n + 1) * H), this.#stateRow(d, n, samples!) * H);
        }
      });
    });
    return [this.#turned(toX), ...states.map((state, i) => sumTo(state, inputs[i + 1]!.shape))];
  }

  get #cell(): RecurrentCell {
    return this.courses[0]!.cell;
  }

  /** `[T, N, …]` of `[N, T, …]` and back, where the batch stands first. */
  #turned(x: Tensor): Tensor {
    if (!this.batchFirst) return x;
    const [outer, inner, width] = x.shape as readonly [number, number, number];
    const out = empty([inner, outer, width]);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const from = (o * inner + i) * width;
        out.data.set(x.data.subarray(from, from + width), (i * outer + o) * width);
      }
    }
    return out;
  }

  #initialState(inputs: readonly Tensor[], d: number, samples: number): CellState {
    const { hidden } = this.#cell.weights;
    const state = (which: "h" | "c"): Float32Array => {
      const out = zeros([which === "h" || this.#cell.hasCells ? samples * hidden : 0]).data;
      const given = inputs[this.initial.indexOf(which) + 1];
      if (!this.initial.includes(which) || given === undefined) return out;
      const rows = given.shape[this.batchFirst ? 0 : 1]!;
      for (let n = 0; n < samples; n++) {
        const from = this.#stateRow(d, rows === 1 ? 0 : n, rows) * hidden;
        out.set(given.data.subarray(from, from + hidden), n * hidden);
      }
      return out;
    };
    return { h: state("h"), c: state("c") };
  }

  #stateRow(d: number, n: number, samples: number): number {
    return this.batchFirst ? n * this.courses.length + d : d * samples + n;
  }

  /** Where the states of a sample behind a step begin in the output. */
  #row(t: number, d: number, n: number, steps: number, samples: number): number {
    const width = this.#cell.weights.hidden * (this.withCells ? 2 : 1);
    const D = this.courses.length;
    return (this.batchFirst ? (n * steps + t) * D + d : (t * D + d) * samples + n) * width;
  }

  #eachRow(
    steps: number, samples: number,
    each: (at: number, t: number, d: number, n: number, which: "h" | "c", hidden: number) => void,
  ): void {
    const { hidden } = this.#cell.weights;
    for (let t = 0; t < steps; t++) {
      for (let d = 0; d < this.courses.length; d++) {
        for (let n = 0; n < samples; n++) {
          const at = this.#row(t, d, n, steps, samples);
          each(at, t, d, n, "h", hidden);
          if (this.withCells) each(at + hidden, t, d, n, "c", hidden);
        }
      }
    }
  }

  #present(): Present | undefined {
    const { lengths, mask } = this;
    if (lengths === undefined && mask === undefined) return undefined;
    return (t, n) =>
      (lengths === undefined || t < lengths[n]!) && (mask === undefined || mask.data[n * mask.shape[1]! + t] !== 0);
  }

  #checkSteps(steps: number, samples: number): void {
    const { lengths, mask } = this;
    const isLength = (length: number): boolean => Number.isInteger(length) && length >= 0 && length <= steps;
    if (lengths !== undefined && !(lengths.length === samples && lengths.every(isLength))) {
      throw new ShapeError(
        `${this.kind}: takes ${samples} lengths from 0 to ${steps}, got [${lengths.slice(0, 20).join(", ")}]`,
      );
    }
    if (mask !== undefined && !(mask.shape.length === 2 && mask.shape[0] === samples && mask.shape[1] === steps)) {
      throw new ShapeError(`${this.kind}: takes a mask [${samples}, ${steps}], got ${formatShape(mask.shape)}`);
    }
  }
}

/** Whether a layer goes through a sequence step by step. */
export function isRecurrent(layer: LayerKind): layer is Recurrent {
  return layer.role === "recurrent" && "courses" in layer;
}
