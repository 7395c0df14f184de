/** The rectifier with learned slopes. */
import { map, zip, type Shape, type Tensor } from "@relprop/tensor";
import { transposeOne } from "./affine.ts";
import type { Layer, Linearization, Region } from "./layer.ts";
import { Scale } from "./scale.ts";

/** `x` where positive, `slope ⊙ x` elsewhere (He et al. 2015); slopes meet the input's axes as in `Scale`. */
export class PRelu implements Layer {
  readonly kind = "PRelu";
  readonly role = "activation";
  readonly keepsSign = true;
  readonly slope: Tensor;
  readonly #scale: Scale;

  /** `{ axis: 1 }` for a slope per channel. */
  constructor(slope: Tensor, options: { readonly axis?: number } = {}) {
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
    return zip(x, this.#scale.preactivation(x), (value, sloped) => (value > 0 ? value : sloped));
  }

  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const sloped = transposeOne(this.#scale, s, x.shape);
      return [map(s, (value, i) => (x.data[i]! > 0 ? value : sloped.data[i]!))];
    };
    return { output: this.forward(x), back };
  }
}
