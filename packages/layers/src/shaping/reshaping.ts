/** What layers that only give elements another shape have in common. */
import type { Shape, Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region, Role } from "../layer/layer.ts";

/** The same elements in the same order under another shape; nothing is copied. */
export abstract class Reshaping implements Layer {
  abstract readonly kind: string;
  readonly role: Role = "route";
  readonly keepsSign = true;
  readonly rearranges = true;

  abstract outputShape(input: Shape): Shape;

  forward(x: Tensor): Tensor {
    return x.reshape(this.outputShape(x.shape));
  }

  pullback(x: Tensor): Linearization {
    return { output: this.forward(x), back: (s) => [s.reshape(x.shape)] };
  }
}

/** The input itself. */
export class Identity extends Reshaping {
  readonly kind: string = "Identity";
  readonly axisUse = "kept";

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  outputShape(input: Shape): Shape {
    return input;
  }

  reach(output: Region): Region {
    return output;
  }
}
