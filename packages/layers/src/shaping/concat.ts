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
    this.#eachPart(out, inputs, (whole, part, first, step, length) => {
      for (let from = 0, to = first; from < part.length; from += length, to += step) {
        copyRun(part, from, whole, to, length);
      }
    });
    return out;
  }

  pullback(...inputs: Tensor[]): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const parts = inputs.map(({ shape }) => empty(shape));
      this.#eachPart(s, parts, (whole, part, first, step, length) => {
        for (let to = 0, from = first; to < part.length; to += length, from += step) {
          copyRun(whole, from, part, to, length);
        }
      });
      return parts;
    };
    return { output: this.forward(...inputs), back };
  }

  /** Calls `copy` with every part: where its first run stands in `whole`, how far the next is, how long they are. */
  #eachPart(
    whole: Tensor,
    parts: readonly Tensor[],
    copy: (whole: Float32Array, part: Float32Array, first: number, step: number, length: number) => void,
  ): void {
    const axis = axisOf("Concat", this.axis, whole.shape.length);
    const { inner } = aroundAxis(whole.shape, axis);
    const step = whole.shape[axis]! * inner;
    let at = 0;
    for (const { shape, data } of parts) {
      const [first, length] = [at, shape[axis]! * inner];
      act(() => copy(whole.data, data, first, step, length));
      at += length;
    }
  }
}

/** Runs up to this length are copied faster one by one than as views. */
const SHORT = 24;

function copyRun(from: Float32Array, start: number, to: Float32Array, at: number, length: number): void {
  if (length > SHORT) to.set(from.subarray(start, start + length), at);
  else for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
}
