/** Products and soft maxima over whole axes. */
import { empty, type Tensor } from "@relprop/tensor";
import type { Linearization } from "../layer/layer.ts";
import { Reduction } from "../pools/reduce.ts";

/** The product over the given axes. */
export class ReduceProduct extends Reduction {
  readonly kind = "ReduceProduct";
  readonly role = "product";

  forward(x: Tensor): Tensor {
    const targets = this.targets(x.shape);
    const out = empty(this.outputShape(x.shape));
    const products = new Float64Array(out.size).fill(1);
    for (let i = 0; i < targets.length; i++) products[targets[i]!]! *= x.data[i]!;
    out.data.set(products);
    return out;
  }

  /** Every factor gets s times the product of the others, which zeros need not be divided out of. */
  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const targets = this.targets(x.shape);
      const zeros = new Int32Array(s.size);
      const products = new Float64Array(s.size).fill(1);
      targets.forEach((to, i) => {
        if (x.data[i] === 0) zeros[to]!++;
        else products[to]! *= x.data[i]!;
      });
      const out = empty(x.shape);
      targets.forEach((to, i) => {
        const value = x.data[i]!;
        const others = value === 0 ? zeros[to]! - 1 : zeros[to]!;
        out.data[i] = others > 0 ? 0 : s.data[to]! * (value === 0 ? products[to]! : products[to]! / value);
      });
      return [out];
    };
    return { output: this.forward(x), back };
  }
}

/** `log Σ exp x` over the given axes. */
export class ReduceLogSumExp extends Reduction {
  readonly kind = "ReduceLogSumExp";
  readonly role = "other";
  override readonly keepsSign = false;

  forward(x: Tensor): Tensor {
    const targets = this.targets(x.shape);
    const out = empty(this.outputShape(x.shape));
    const largest = new Float64Array(out.size).fill(-Infinity);
    targets.forEach((to, i) => (largest[to] = Math.max(largest[to]!, x.data[i]!)));
    const sums = new Float64Array(out.size);
    // Infinite maxima are their own logarithm of the sum.
    targets.forEach((to, i) => {
      if (Math.abs(largest[to]!) !== Infinity) sums[to]! += Math.exp(x.data[i]! - largest[to]!);
    });
    for (let i = 0; i < out.size; i++) {
      out.data[i] = Math.abs(largest[i]!) === Infinity ? largest[i]! : largest[i]! + Math.log(sums[i]!);
    }
    return out;
  }

  /** The softmax's share of s. */
  pullback(x: Tensor): Linearization {
    const output = this.forward(x);
    const back = (s: Tensor): Tensor[] => {
      const targets = this.targets(x.shape);
      const out = empty(x.shape);
      targets.forEach((to, i) => (out.data[i] = s.data[to]! * Math.exp(x.data[i]! - output.data[to]!)));
      return [out];
    };
    return { output, back };
  }
}
