/** A recurrent layer's pass forward through time, and a way back through what it kept. */
import { empty, kernels, scope, Tensor, zeros } from "@relprop/tensor";
import type { GateBlock } from "./gate-weights.ts";
import type { CellState, CellStep, RecurrentCell, WayBack } from "./recurrent-cell.ts";

/** What runs through time in one direction. */
export interface Course {
  readonly cell: RecurrentCell;
  /** Whether it begins at the last step. */
  readonly reverse: boolean;
}

/** Which steps are there: `false` where a sample's states stay what they are. */
export type Present = (step: number, sample: number) => boolean;

/** What one direction kept, `[steps, samples, …]` in the order of the sequence. */
interface Kept {
  readonly z: Float32Array;
  readonly gates: Float32Array;
  readonly inner: Float32Array;
  readonly h: Float32Array;
  readonly c: Float32Array;
  readonly initial: CellState;
}

/** One direction of a layer, run forward. */
export class RecurrentTrace {
  readonly course: Course;
  readonly #steps: number;
  readonly #samples: number;
  readonly #present: Present | undefined;
  readonly #kept: Kept;

  /** Runs through `x`, `[steps, samples, features]`, from these states. */
  constructor(course: Course, x: Tensor, initial: CellState, present: Present | undefined) {
    const [steps, samples, features] = x.shape as readonly [number, number, number];
    const { cell } = course;
    const { gates, hidden } = cell.weights;
    const [rows, width] = [steps * samples, gates * hidden];
    const room = (columns: number): Float32Array => empty([rows * columns]).data;
    this.course = course;
    this.#steps = steps;
    this.#samples = samples;
    this.#present = present;
    this.#kept = {
      z: room(width), gates: room(width), inner: room(cell.hasInner ? hidden : 0),
      h: room(hidden), c: room(cell.hasCells ? hidden : 0), initial,
    };
    const { input, bias } = cell.weights.block(0, gates);
    if (rows > 0) kernels().dense(rows, width, features, x.data, input, bias, this.#kept.z);
    scope(() => {
      const scratch = this.#scratch();
      for (let i = 0; i < steps; i++) {
        const at = this.#stepAt(i);
        const step = this.#step(i, scratch);
        cell.forward(step);
        this.#absent(at, (first, last) => {
          step.after.h.set(step.before.h.subarray(first, last), first);
          if (cell.hasCells) step.after.c.set(step.before.c.subarray(first, last), first);
        });
      }
    });
  }

  /** A state of every sample behind a step, `[samples, hidden]`. */
  state(step: number, which: "h" | "c"): Float32Array {
    const size = this.#samples * this.course.cell.weights.hidden;
    return this.#kept[which].subarray(step * size, (step + 1) * size);
  }

  /**
   * Goes back from the last step to the first; `arriving` adds what arrives at the states behind a step. Returns what
   * arrives at the first states, and adds what arrives at x, `Wᵀ z`, to `x`.
   */
  back(way: WayBack, arriving: (step: number, state: CellState) => void, x: Tensor): CellState {
    const { cell } = this.course;
    const { hidden, features } = cell.weights;
    const [from, to] = way.gates;
    const block: GateBlock = cell.weights.block(from, to);
    const width = block.gates * hidden;
    const stateSize = this.#samples * hidden;
    const state = { h: zeros([stateSize]).data, c: zeros([cell.hasCells ? stateSize : 0]).data };
    scope(() => {
      const z = empty([this.#steps * this.#samples * width]).data;
      const scratch = this.#scratch();
      const waiting = { h: empty([stateSize]).data, c: empty([state.c.length]).data };
      for (let i = this.#steps - 1; i >= 0; i--) {
        const at = this.#stepAt(i);
        const covectors = { state, z: z.subarray(at * this.#samples * width, (at + 1) * this.#samples * width) };
        arriving(at, state);
        this.#absent(at, (first, last) => moved(state, waiting, first, last));
        way.step(this.#step(i, scratch), covectors);
        this.#absent(at, (first, last) => {
          moved(waiting, state, first, last);
          covectors.z.fill(0, (first / hidden) * width, (last / hidden) * width);
        });
      }
      const rows = this.#steps * this.#samples;
      if (rows === 0) return;
      const toX = empty(x.shape);
      kernels().denseTransposed(rows, width, features, z, block.input, toX.data);
      kernels().add(x.data, toX.data, x.data);
    });
    return state;
  }

  /** The position in the sequence of the i-th step taken. */
  #stepAt(i: number): number {
    return this.course.reverse ? this.#steps - 1 - i : i;
  }

  #scratch(): Pick<CellStep, "scratch" | "room"> {
    const { gates, hidden } = this.course.cell.weights;
    return { scratch: empty([this.#samples * gates * hidden]).data, room: empty([this.#samples * hidden]).data };
  }

  /** What the i-th step taken saw and made. */
  #step(i: number, scratch: Pick<CellStep, "scratch" | "room">): CellStep {
    const at = this.#stepAt(i);
    const part = (all: Float32Array, step: number): Float32Array =>
      all.subarray((step * all.length) / this.#steps, ((step + 1) * all.length) / this.#steps);
    const { z, gates, inner, h, c, initial } = this.#kept;
    const stateAt = (step: number): CellState => ({ h: part(h, step), c: part(c, step) });
    return {
      samples: this.#samples,
      z: part(z, at), gates: part(gates, at), inner: part(inner, at),
      before: i === 0 ? initial : stateAt(this.#stepAt(i - 1)),
      after: stateAt(at),
      ...scratch,
    };
  }

  /** Calls `each` with where the state of every sample lies that a step is not there for. */
  #absent(step: number, each: (first: number, last: number) => void): void {
    if (this.#present === undefined) return;
    const { hidden } = this.course.cell.weights;
    for (let n = 0; n < this.#samples; n++) if (!this.#present(step, n)) each(n * hidden, (n + 1) * hidden);
  }
}

/** Takes a part of a state elsewhere, and leaves zeros. */
function moved(from: CellState, to: CellState, first: number, last: number): void {
  for (const which of ["h", "c"] as const) {
    if (from[which].length === 0) continue;
    to[which].set(from[which].subarray(first, last), first);
    from[which].fill(0, first, last);
  }
}
