/** Lines scaled to length 1, and lines of zeros with a one. */
import { empty, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "../layer/axis.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";

/** A layer that works line by line along an axis. */
export abstract class AlongAxis implements Layer {
  abstract readonly kind: string;
  abstract readonly role: Role;
  readonly keepsSign = true;
  readonly axis: number;

  constructor(axis = -1) {
    this.axis = axis;
  }

  outputShape(input: Shape): Shape {
    axisOf(this.kind, this.axis, input.length);
    return input;
  }

  abstract forward(x: Tensor): Tensor;
  abstract pullback(x: Tensor): Linearization;

  /** Calls `visit` with the positions of every line. */
  protected lines(shape: Shape, visit: (line: readonly number[]) => void): void {
    const { outer, extent, inner } = aroundAxis(shape, axisOf(this.kind, this.axis, shape.length));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) visit(Array.from({ length: extent }, (_, p) => (o * extent + p) * inner + i));
    }
  }
}

/** `x / ‖x‖_p` along an axis, p being 1 or 2; lines of zeros stay. */
export class LpNormalization extends AlongAxis {
  readonly kind = "LpNormalization";
  readonly role = "normalization";
  readonly p: 1 | 2;

  constructor(p: 1 | 2 = 2, axis = -1) {
    super(axis);
    if (p !== 1 && p !== 2) throw new RangeError(`LpNormalization: takes p of 1 or 2, got ${String(p)}`);
    this.p = p;
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    this.lines(x.shape, (line) => {
      const norm = this.#norm(x, line);
      for (const at of line) out.data[at] = norm === 0 ? 0 : x.data[at]! / norm;
    });
    return out;
  }

  /** `(s − ∇‖x‖ ⟨s, y⟩) / ‖x‖`, where ∇‖x‖ is y for p = 2 and the signs for p = 1. */
  pullback(x: Tensor): Linearization {
    const output = this.forward(x);
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      this.lines(x.shape, (line) => {
        const norm = this.#norm(x, line);
        const common = line.reduce((sum, at) => sum + s.data[at]! * output.data[at]!, 0);
        for (const at of line) {
          const direction = this.p === 2 ? output.data[at]! : Math.sign(x.data[at]!);
          out.data[at] = norm === 0 ? 0 : (s.data[at]! - direction * common) / norm;
        }
      });
      return [out];
    };
    return { output, back };
  }

  #norm(x: Tensor, line: readonly number[]): number {
    if (this.p === 1) return line.reduce((sum, at) => sum + Math.abs(x.data[at]!), 0);
    return Math.sqrt(line.reduce((sum, at) => sum + x.data[at]! ** 2, 0));
  }
}

/** 1 where a line is largest, the first time on ties, and 0 elsewhere; nothing goes back. */
export class Hardmax extends AlongAxis {
  readonly kind = "Hardmax";
  readonly role = "other";

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    out.data.fill(0);
    this.lines(x.shape, (line) => {
      if (line.length > 0) out.data[line.reduce((best, at) => (x.data[at]! > x.data[best]! ? at : best))] = 1;
    });
    return out;
  }

  pullback(x: Tensor): Linearization {
    const back = (): Tensor[] => {
      const out = empty(x.shape);
      out.data.fill(0);
      return [out];
    };
    return { output: this.forward(x), back };
  }
}
