/** Probabilities from scores. */
import { empty, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "./axis.ts";
import type { Layer, Linearization } from "./layer.ts";

/**
 * `yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)` along an axis, the last by default; 0 where a score is −∞, which is how attention masks.
 * A row of −∞ alone gives NaN, and has no pullback.
 */
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
    const axis = axisOf("Softmax", this.axis, x.shape.length);
    refuseMaskedRows("Softmax", x, axis);
    const y = this.forward(x);
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
    const axis = axisOf("LogSoftmax", this.axis, x.shape.length);
    refuseMaskedRows("LogSoftmax", x, axis);
    const y = this.forward(x);
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

/** Throws a `RangeError` for the first row that is masked throughout: its probabilities are 0 / 0. */
function refuseMaskedRows(who: string, x: Tensor, axis: number): void {
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  if (extent === 0) return;
  for (let row = 0; row < outer * inner; row++) {
    const first = Math.floor(row / inner) * extent * inner + (row % inner);
    let masked = 0;
    while (masked < extent && x.data[first + masked * inner] === -Infinity) masked++;
    if (masked < extent) continue;
    const place = x.shape.map((_, i) => {
      const step = sizeOf(x.shape.slice(i + 1));
      return i === axis ? ":" : Math.floor(first / step) % x.shape[i]!;
    });
    throw new RangeError(
      `${who}: takes rows with a score above −∞, got [${place.join(", ")}] masked throughout; ` +
        "leave it out, or mask with −3e38 for equal probabilities",
    );
  }
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
