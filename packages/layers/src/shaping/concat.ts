/** Inputs laid side by side along an axis. */
import { act, empty, formatShape, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "../layer/axis.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";

/** `[x₁, x₂, …]` along an axis, 1 (the channels) by default. */
export class Concat implements Layer {
  readonly kind = "Concat";
  readonly role = "route";
  readonly keepsSign = true;
  readonly axisUse = "kept";
  readonly axis: number;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(axis = 1) {
    this.axis = axis;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [first, ...rest] = inputs;
    if (first === undefined) throw new ShapeError("Concat: takes at least one input, got none");
    const axis = axisOf("Concat", this.axis, first.length);
    for (const input of rest) {
      if (input.length !== first.length || !input.every((extent, i) => i === axis || extent === first[i])) {
        const got = inputs.map(formatShape).join(" and ");
        throw new ShapeError(`Concat: takes inputs that differ in axis ${axis} only, got ${got}`);
      }
    }
    return first.with(axis, inputs.reduce((total, input) => total + input[axis]!, 0));
  }

  /** Channels side by side leave positions where they are. */
  reach(output: Region, input: Shape): Region {
    return this.axis === 1 ? output : input.slice(2).map((extent) => [0, extent]);
  }

  forward(...inputs: Tensor[]): Tensor {
    const out = empty(this.outputShape(...inputs.map(({ shape }) => shape)));
    this.#eachRun(out, inputs, (run, input, from) => run.set(input.data.subarray(from, from + run.length)));
    return out;
  }

  pullback(...inputs: Tensor[]): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const parts = inputs.map(({ shape }) => empty(shape));
      this.#eachRun(s, parts, (run, part, to) => part.data.set(run, to));
      return parts;
    };
    return { output: this.forward(...inputs), back };
  }

  /** Calls `visit` with every run of `whole` that comes from one part, and where the run stands in it. */
  #eachRun(
    whole: Tensor,
    parts: readonly Tensor[],
    visit: (run: Float32Array, part: Tensor, at: number) => void,
  ): void {
    const axis = axisOf("Concat", this.axis, whole.shape.length);
    const { outer, inner } = aroundAxis(whole.shape, axis);
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (const part of parts) {
        const length = part.shape[axis]! * inner;
        const [run, from] = [whole.data.subarray(at, at + length), o * length];
        act(() => visit(run, part, from));
        at += length;
      }
    }
  }
}
