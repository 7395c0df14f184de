/** Numbers rounded to the whole ones that stand for them. */
import {
  checkTensor, empty, formatShape, optionsOf, ShapeError, sizeOf, type Shape, type Tensor,
} from "@relprop/tensor";
import { axisOf } from "../layer/axis.ts";
import { checkList } from "../shaping/whole-numbers.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";

/** What a `Quantize` may be given besides its scale. */
export interface QuantizeOptions {
  /** The axis whose positions have scales of their own; needed where there are several. */
  readonly axis?: number;
  /** The least whole number, for all or per scale. */
  readonly low: readonly number[];
  /** The greatest whole number, for all or per scale. */
  readonly high: readonly number[];
  /** How many elements along the axis share a scale, where that is said: the scale then has the other axes of x. */
  readonly block?: number;
  /** Whether x is multiplied by the scale rather than divided by it. */
  readonly multiply?: boolean;
}

/**
 * `min(max(round(x / scale), low), high)`, halves to even numbers. Backwards rounding is passed over: the slope is
 * `1 / scale`, and 0 for what was cut off.
 */
export class Quantize implements Layer {
  readonly kind = "Quantize";
  readonly role = "activation";
  readonly keepsSign = true;
  readonly elementwise = true;
  readonly scale: Tensor;
  readonly axis: number;
  readonly block: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly multiply: boolean;

  constructor(scale: Tensor, options: QuantizeOptions) {
    const { axis = 1, block = 0, low, high, multiply = false } = optionsOf("Quantize", options);
    checkTensor("Quantize scale", scale);
    for (const bounds of [low, high]) {
      checkList("Quantize", bounds);
      if (bounds.length !== 1 && bounds.length !== scale.size) {
        throw new ShapeError(`Quantize: takes one bound or ${scale.size}, got ${bounds.length}`);
      }
    }
    this.scale = scale;
    this.axis = axis;
    this.block = block;
    this.low = low;
    this.high = high;
    this.multiply = multiply;
  }

  outputShape(input: Shape): Shape {
    if (this.scale.size === 1) return input;
    const axis = axisOf("Quantize", this.axis, input.length);
    const wanted = this.block > 0 ? input.with(axis, Math.ceil(input[axis]! / this.block)) : [input[axis]!];
    if (sizeOf(wanted) !== this.scale.size) {
      const takes = `inputs with ${this.scale.size} scales along axis ${axis}`;
      throw new ShapeError(`Quantize: takes ${takes}, got ${formatShape(input)}`);
    }
    return input;
  }

  reach(output: Region): Region {
    return output;
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    const position = this.#positions(x.shape);
    for (let i = 0; i < out.size; i++) {
      const at = position(i);
      out.data[i] = Math.min(Math.max(rounded(this.#scaled(x.data[i]!, at)), this.#low(at)), this.#high(at));
    }
    return out;
  }

  pullback(x: Tensor): Linearization {
    const position = this.#positions(x.shape);
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      for (let i = 0; i < out.size; i++) {
        const at = position(i);
        const level = rounded(this.#scaled(x.data[i]!, at));
        const passes = level >= this.#low(at) && level <= this.#high(at);
        const scale = this.scale.data[at]!;
        out.data[i] = !passes ? 0 : this.multiply ? s.data[i]! * scale : s.data[i]! / scale;
      }
      return [out];
    };
    return { output: this.forward(x), back };
  }

  #scaled(x: number, at: number): number {
    const scale = this.scale.data[at]!;
    // In single precision, as files are meant.
    return Math.fround(this.multiply ? x * scale : x / scale);
  }

  #low(at: number): number {
    return this.low.length === 1 ? this.low[0]! : this.low[at]!;
  }

  #high(at: number): number {
    return this.high.length === 1 ? this.high[0]! : this.high[at]!;
  }

  /** Which scale an element has. */
  #positions(shape: Shape): (i: number) => number {
    if (this.scale.size === 1) return () => 0;
    const axis = axisOf("Quantize", this.axis, shape.length);
    const [extent, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
    if (this.block === 0) return (i) => Math.floor(i / inner) % extent;
    const blocks = Math.ceil(extent / this.block);
    return (i) => {
      const [outer, at] = [Math.floor(i / (extent * inner)), Math.floor(i / inner) % extent];
      return (outer * blocks + Math.floor(at / this.block)) * inner + (i % inner);
    };
  }
}

function rounded(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}
