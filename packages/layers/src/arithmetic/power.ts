/** Functions of two inputs, element by element. */
import { empty, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region, Role } from "../layer/layer.ts";
import { both, broadcastReach, commonShape, two } from "../layer/operands.ts";

/** A function of two inputs, element by element. */
export abstract class OfTwo implements Layer {
  abstract readonly kind: string;
  abstract readonly role: Role;
  readonly elementwise = true;

  protected abstract value(a: number, b: number): number;
  protected abstract slopes(a: number, b: number): readonly [number, number];

  outputShape(...inputs: Shape[]): Shape {
    return commonShape(this.kind, two(this.kind, inputs));
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    const [a, b] = both(this.kind, inputs);
    const out = empty(a.shape);
    for (let i = 0; i < out.size; i++) out.data[i] = this.value(a.data[i]!, b.data[i]!);
    return out;
  }

  pullback(...inputs: Tensor[]): Linearization {
    const [a, b] = both(this.kind, inputs);
    const back = (s: Tensor): Tensor[] => {
      const [toA, toB] = [empty(s.shape), empty(s.shape)];
      for (let i = 0; i < s.size; i++) {
        const [first, second] = s.data[i] === 0 ? [0, 0] : this.slopes(a.data[i]!, b.data[i]!);
        toA.data[i] = s.data[i]! * first;
        toB.data[i] = s.data[i]! * second;
      }
      return [sumTo(toA, inputs[0]!.shape), sumTo(toB, inputs[1]!.shape)];
    };
    return { output: this.forward(...inputs), back };
  }
}

/** `x₁ ^ x₂` */
export class Power extends OfTwo {
  readonly kind = "Power";
  readonly role = "other";

  protected value(a: number, b: number): number {
    return a ** b;
  }

  /** `x₂ x₁^(x₂ − 1)`, and `x₁^x₂ log x₁`, 0 for a base of 0 that stays 0. */
  protected slopes(a: number, b: number): readonly [number, number] {
    return [b === 0 ? 0 : b * a ** (b - 1), a === 0 && b > 0 ? 0 : a ** b * Math.log(a)];
  }
}

/** What is left of `x₁` when as many whole `x₂` as fit are taken away: with the sign of x₁, or by `"floor"` of x₂. */
export class Remainder extends OfTwo {
  readonly kind = "Remainder";
  readonly role = "other";
  readonly rounding: "truncate" | "floor";

  constructor(rounding: "truncate" | "floor" = "truncate") {
    super();
    this.rounding = rounding;
  }

  protected value(a: number, b: number): number {
    const rest = a % b;
    return this.rounding === "floor" && rest !== 0 && (rest < 0) !== (b < 0) ? rest + b : rest;
  }

  /** 1, and minus how many fit. */
  protected slopes(a: number, b: number): readonly [number, number] {
    return [1, -(this.rounding === "floor" ? Math.floor(a / b) : Math.trunc(a / b))];
  }
}
