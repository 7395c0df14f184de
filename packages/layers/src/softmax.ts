/** Probabilities from scores. */
import { empty, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "./axis.ts";
import type { Layer, Linearization } from "./layer.ts";

/** `yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)` along an axis, the last by default. */
export class Softmax implements Layer {
  readonly kind = "Softmax";
  readonly role = "other";
  readonly keepsSign = true;
  readonly axis: number;

  constructor(axis = -1) {
    this.axis = axis;
  }

  outputShape(input: Shape): Shape {
    axisOf("Softmax", this.axis, input.length);
    return input;
  }

  forward(x: Tensor): Tensor {
    return softmax(
      x,
      axisOf("Softmax", this.axis, x.shape.length),
      (value, top, total) => Math.exp(value - top) / total,
    );
  }

  /** `y ⊙ (s − Σ y s)` */
  pullback(x: Tensor): Linearization {
    const y = this.forward(x);
    const axis = axisOf("Softmax", this.axis, x.shape.length);
    return { output: y, back: (s) => [alongAxis(y, s, axis, (p, v, mean) => p * (v - mean), (p, v) => p * v)] };
  }
}

/** `yᵢ = xᵢ − log Σⱼ exp(xⱼ)` along an axis, the last by default. */
export class LogSoftmax implements Layer {
  readonly kind = "LogSoftmax";
  readonly role = "other";
  readonly axis: number;

  constructor(axis = -1) {
    this.axis = axis;
  }

  outputShape(input: Shape): Shape {
    axisOf("LogSoftmax", this.axis, input.length);
    return input;
  }

  forward(x: Tensor): Tensor {
    return softmax(
      x,
      axisOf("LogSoftmax", this.axis, x.shape.length),
      (value, top, total) => value - top - Math.log(total),
    );
  }

  /** `s − exp(y) Σ s` */
  pullback(x: Tensor): Linearization {
    const y = this.forward(x);
    const axis = axisOf("LogSoftmax", this.axis, x.shape.length);
    return { output: y, back: (s) => [alongAxis(y, s, axis, (l, v, total) => v - Math.exp(l) * total, (_, v) => v)] };
  }
}

/** `out ← f(x, max x, Σ exp(x − max x))`, maximum and sum taken along the axis. */
function softmax(x: Tensor, axis: number, f: (value: number, top: number, total: number) => number): Tensor {
  const out = empty(x.shape);
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const first = o * extent * inner + i;
      const last = first + extent * inner;
      let top = -Infinity; // subtracted so that no exponential overflows
      for (let at = first; at < last; at += inner) top = Math.max(top, x.data[at]!);
      let total = 0;
      for (let at = first; at < last; at += inner) total += Math.exp(x.data[at]! - top);
      for (let at = first; at < last; at += inner) out.data[at] = f(x.data[at]!, top, total);
    }
  }
  return out;
}

/** `out ← f(y, s, Σ g(y, s))`, the sum taken along the axis. */
function alongAxis(
  y: Tensor,
  s: Tensor,
  axis: number,
  f: (y: number, s: number, total: number) => number,
  g: (y: number, s: number) => number,
): Tensor {
  const out = empty(y.shape);
  const { outer, extent, inner } = aroundAxis(y.shape, axis);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const first = o * extent * inner + i;
      const last = first + extent * inner;
      let total = 0;
      for (let at = first; at < last; at += inner) total += g(y.data[at]!, s.data[at]!);
      for (let at = first; at < last; at += inner) out.data[at] = f(y.data[at]!, s.data[at]!, total);
    }
  }
  return out;
}
