/** Numbers rounded to the whole ones that stand for them. */
import {
  checkTensor, evaluate, formatShape, keep, optionsOf, ShapeError, sizeOf, Tensor, type Shape,
} from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Program, Value } from "@relprop/tensor/program";
import { axisOf } from "../layer/axis.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { ForShape } from "../model/for-shape.ts";
import { axisTaps, resample } from "../sampling/resample.ts";
import { checkList } from "../shaping/whole-numbers.ts";

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
  readonly #spread = new ForShape((input) => keep(() => this.#spreadOver(input)));

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
    const { scale, low, high } = this.#spread.get(x.shape);
    return evaluate(this.multiply ? levelsByProduct : levelsByQuotient, x, scale, low, high);
  }

  pullback(x: Tensor): Linearization {
    const { scale, low, high } = this.#spread.get(x.shape);
    const slope = this.multiply ? slopeOfProduct : slopeOfQuotient;
    const back = (s: Tensor): Tensor[] => [evaluate(slope, s, x, scale, low, high)];
    return { output: this.forward(x), back };
  }

  /** Scales and bounds, to be broadcast against an input of this shape. */
  #spreadOver(input: Shape): Spread {
    this.outputShape(input);
    const { scale } = this;
    const bounds = (list: readonly number[]): Float32Array =>
      list.length === 1 ? new Float32Array(scale.size).fill(list[0]!) : Float32Array.from(list);
    const laid = (data: Float32Array): Tensor => {
      if (scale.size === 1) return new Tensor([], data);
      const axis = axisOf("Quantize", this.axis, input.length);
      if (this.block === 0) return new Tensor(input.map((extent, i) => (i === axis ? extent : 1)), data);
      const { block } = this;
      const extent = input[axis]!;
      const blocks = Math.ceil(extent / block);
      const taps = axisTaps(blocks, extent, (at) => [{ position: Math.floor(at / block), weight: 1 }]);
      return resample(new Tensor(input.with(axis, blocks), data), axis, taps.forward);
    };
    return { scale: laid(scale.data), low: laid(bounds(this.low)), high: laid(bounds(this.high)) };
  }
}

interface Spread {
  readonly scale: Tensor;
  readonly low: Tensor;
  readonly high: Tensor;
}

/** Quotients and products are in single precision, as files are meant. */
type Scaled = (x: Value, scale: Value) => Value;

const levels = (scaled: Scaled): Program =>
  op.program(4, (x, scale, low, high) => op.clamp(op.round(scaled(x, scale)), low, high));

/** 0 for what was cut off. */
const slope = (scaled: Scaled): Program => op.program(5, (s, x, scale, low, high) => {
  const level = op.round(scaled(x, scale));
  const isWithin = op.multiply(op.lessOrEqual(low, level), op.lessOrEqual(level, high));
  return op.where(isWithin, scaled(s, scale), 0);
});

const levelsByQuotient = levels((x, scale) => op.divide(x, scale));
const levelsByProduct = levels((x, scale) => op.multiply(x, scale));
const slopeOfQuotient = slope((x, scale) => op.divide(x, scale));
const slopeOfProduct = slope((x, scale) => op.multiply(x, scale));
