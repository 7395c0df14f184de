/** Probabilities from scores. */
import {
  act, decide, empty, evaluate, giveBack, oneOf, optionsOf, refuseTrace, rowKernels, sizeOf, Tensor, type Shape,
} from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import { aroundAxis, axisOf } from "../layer/axis.ts";
import type { ExponentialLayer, Layer, Linearization } from "../layer/layer.ts";
import type { OwnRule, SharingLayer } from "../layer/sharing-layer.ts";
import { taylorRule } from "./taylor-rule.ts";

/** What softmax makes of a row of −∞ alone. */
export interface SoftmaxOptions {
  /** NaN, as the formula says and by default; or zeros, for queries that attend to nothing. */
  readonly masked?: "nan" | "zeros";
}

/**
 * `yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)` along an axis, the last by default; 0 where a score is −∞, which is how attention masks.
 * A row of −∞ alone gives NaN, and has no way back, unless it is said to give zeros.
 */
export class Softmax implements ExponentialLayer, SharingLayer {
  readonly kind = "Softmax";
  readonly axisUse = "kept";
  readonly role = "other";
  readonly keepsSign = true;
  readonly axis: number;
  readonly masked: "nan" | "zeros";
  readonly rule: OwnRule = taylorRule();

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(axis = -1, options: SoftmaxOptions = {}) {
    const { masked = "nan" } = optionsOf("Softmax", options);
    this.axis = axis;
    this.masked = oneOf("Softmax", "masked", masked, ["nan", "zeros"]);
  }

  outputShape(input: Shape): Shape {
    axisOf("Softmax", this.axis, input.length);
    return input;
  }

  forward(x: Tensor): Tensor {
    const axis = axisOf("Softmax", this.axis, x.shape.length);
    const top = along("max", axis, x);
    if (this.masked === "zeros") replace(top, -Infinity, 0);
    const e = evaluate(exponentials, x, top);
    const total = along("sum", axis, e);
    // Where anything counts, the highest score alone adds 1.
    if (this.masked === "zeros") replace(total, 0, 1);
    const y = evaluate(quotients, e, total);
    giveBack(e.data);
    return y;
  }

  /** `(∂ log y / ∂x)ᵀ s = s − y Σ s` */
  logPullback(x: Tensor, y: Tensor, s: Tensor): Tensor {
    const axis = axisOf("Softmax", this.axis, x.shape.length);
    if (this.masked === "nan") refuseMaskedRows("Softmax", x, axis);
    return evaluate(shares, y, s, along("sum", axis, s));
  }

  /** Scores as they are; in rows that a finite mask covers throughout, how far they are below the highest. */
  expansionPoint(x: Tensor): Tensor {
    const top = along("max", axisOf("Softmax", this.axis, x.shape.length), x);
    if (decide(() => top.data.every((value) => value > COVERED || value === -Infinity))) return x;
    refuseTrace();
    const shift = top.data.map((value) => (value > COVERED || value === -Infinity ? 0 : value));
    return evaluate(differences, x, new Tensor(top.shape, shift), new Tensor([], Float32Array.of(0)));
  }

  /** `y ⊙ (s − Σ y s)` */
  pullback(x: Tensor): Linearization {
    const axis = axisOf("Softmax", this.axis, x.shape.length);
    if (this.masked === "nan") refuseMaskedRows("Softmax", x, axis);
    const y = this.forward(x);
    return { output: y, back: (s) => [evaluate(deviations, y, s, along("sum", axis, y, s))] };
  }
}

/** `yᵢ = xᵢ − log Σⱼ exp(xⱼ)` along an axis, the last by default. */
export class LogSoftmax implements Layer {
  readonly kind = "LogSoftmax";
  readonly axisUse = "kept";
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
    const axis = axisOf("LogSoftmax", this.axis, x.shape.length);
    const top = along("max", axis, x);
    const total = along("sum", axis, evaluate(exponentials, x, top));
    return evaluate(differences, x, top, evaluate(logarithms, total));
  }

  /** `s − exp(y) Σ s` */
  pullback(x: Tensor): Linearization {
    const axis = axisOf("LogSoftmax", this.axis, x.shape.length);
    refuseMaskedRows("LogSoftmax", x, axis);
    const y = this.forward(x);
    return { output: y, back: (s) => [evaluate(remainders, y, s, along("sum", axis, s))] };
  }
}

// Masks add −1e4 at the least, scores are a hundredth of that.
const COVERED = -5000;

// The maximum is subtracted so that no exponential overflows.
const exponentials = op.program(2, (x, top) => op.exp(op.subtract(x, top)));
const quotients = op.program(2, (e, total) => op.divide(e, total));
const deviations = op.program(3, (y, s, mean) => op.multiply(y, op.subtract(s, mean)));
const shares = op.program(3, (y, s, total) => op.subtract(s, op.multiply(y, total)));
const logarithms = op.program(1, (total) => op.log(total));
const differences = op.program(3, (x, top, log) => op.subtract(op.subtract(x, top), log));
const remainders = op.program(3, (y, s, total) => op.subtract(s, op.multiply(op.exp(y), total)));

/** The maximum of x along an axis, its sum, or the sum of its product with s; the axis stays, with extent 1. */
function along(what: "max" | "sum", axis: number, x: Tensor, s?: Tensor): Tensor {
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  const out = empty(x.shape.with(axis, 1));
  if (what === "max") rowKernels().maxAxis(outer, extent, inner, x.data, out.data);
  else rowKernels().sumAxis(outer, extent, inner, 1, x.data, s?.data, out.data);
  return out;
}

function replace({ data }: Tensor, from: number, to: number): void {
  act(() => {
    for (let i = 0; i < data.length; i++) if (data[i] === from) data[i] = to;
  });
}

/** Throws a `RangeError` for the first row that is masked throughout: its probabilities are 0 / 0. */
function refuseMaskedRows(who: string, x: Tensor, axis: number): void {
  if (!decide(() => x.data.includes(-Infinity))) return;
  refuseTrace();
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
