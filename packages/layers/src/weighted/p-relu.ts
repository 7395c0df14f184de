/** The rectifier with learned slopes. */
import { checkTensor, evaluate, optionsOf, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import { transposeOne } from "./affine.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { Scale } from "./scale.ts";

/** The second where the first is above 0, else the third. */
const whereAbove = op.program(3, (z, x, y) => op.where(op.greater(z, 0), x, y));

/** `x` where positive, `slope ⊙ x` elsewhere (He et al. 2015); slopes meet the input's axes as in `Scale`. */
export class PRelu implements Layer {
  readonly kind = "PRelu";
  readonly role = "activation";
  readonly keepsSign = true;
  readonly slope: Tensor;
  readonly #scale: Scale;

  /** `{ axis: 1 }` for a slope per channel. */
  constructor(slope: Tensor, options: { readonly axis?: number } = {}) {
    optionsOf("PRelu", options);
    checkTensor("PRelu slope", slope);
    this.slope = slope;
    this.#scale = new Scale(slope, options);
  }

  outputShape(input: Shape): Shape {
    return this.#scale.outputShape(input);
  }

  reach(output: Region): Region {
    return output;
  }

  forward(x: Tensor): Tensor {
    return evaluate(whereAbove, x, x, this.#scale.preactivation(x));
  }

  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const sloped = transposeOne(this.#scale, s, x.shape);
      return [evaluate(whereAbove, x, s, sloped)];
    };
    return { output: this.forward(x), back };
  }
}
