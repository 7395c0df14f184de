/** The matrix product of two inputs. */
import {
  broadcastShape, broadcastTo, empty, formatShape, kernels, optionsOf, permute, ShapeError, sizeOf, sumTo,
  type Shape, type Tensor,
} from "@relprop/tensor";
import type { Gating, ProductLayerOptions } from "../arithmetic/gating.ts";
import type { Layer, Linearization } from "../layer/layer.ts";
import { two } from "../layer/operands.ts";

/**
 * `A B` over the last two axes, `[…, M, K]` by `[…, K, N]`; the axes before them are broadcast. A vector on the left is
 * one row, on the right one column, and the product has no axis for it.
 */
export class MatMul implements Layer {
  readonly kind = "MatMul";
  readonly role = "product";
  readonly keepsSign = true;
  readonly gating: Gating | undefined;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(options: ProductLayerOptions = {}) {
    const { gating } = optionsOf("MatMul", options);
    this.gating = gating;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [a, b] = two("MatMul", inputs);
    const [left, right] = matrices(a, b);
    if (a.length < 1 || b.length < 1 || left.at(-1) !== right.at(-2)) {
      throw new ShapeError(`MatMul: takes […, M, K] and […, K, N], got ${formatShape(a)} and ${formatShape(b)}`);
    }
    const outer = broadcastShape("MatMul", left.slice(0, -2), right.slice(0, -2));
    return [...outer, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])];
  }

  forward(...inputs: Tensor[]): Tensor {
    const { left, right, output, count, m, n, k } = this.#operands(inputs);
    kernels().matmul(count, m, n, k, left.data, right.data, output.data);
    return output;
  }

  /** `s Bᵀ` and `Aᵀ s` */
  pullback(...inputs: Tensor[]): Linearization {
    const [a, b] = two("MatMul", inputs);
    const back = (s: Tensor): Tensor[] => {
      const { left, right, count, m, n, k } = this.#operands(inputs);
      const [toLeft, toRight] = [empty(left.shape), empty(right.shape)];
      kernels().matmul(count, m, k, n, s.data, swapped(right).data, toLeft.data);
      kernels().matmul(count, k, n, m, swapped(left).data, s.data, toRight.data);
      const [first, second] = matrices(a.shape, b.shape);
      return [sumTo(toLeft, first).reshape(a.shape), sumTo(toRight, second).reshape(b.shape)];
    };
    return { output: this.forward(a, b), back };
  }

  /** Both operands with the same axes before the last two, and memory for the result. */
  #operands(inputs: readonly Tensor[]): {
    left: Tensor; right: Tensor; output: Tensor; count: number; m: number; n: number; k: number;
  } {
    const [a, b] = two("MatMul", inputs);
    const output = empty(this.outputShape(a.shape, b.shape));
    const [first, second] = matrices(a.shape, b.shape);
    const outer = broadcastShape("MatMul", first.slice(0, -2), second.slice(0, -2));
    const [m, n, k] = [first.at(-2)!, second.at(-1)!, first.at(-1)!];
    const left = broadcastTo(a.reshape(first), [...outer, m, k]);
    const right = broadcastTo(b.reshape(second), [...outer, k, n]);
    return { left, right, output, count: sizeOf(outer), m, n, k };
  }
}

/** The operands' shapes with vectors as matrices. */
function matrices(left: Shape, right: Shape): readonly [Shape, Shape] {
  return [left.length === 1 ? [1, ...left] : left, right.length === 1 ? [...right, 1] : right];
}

/** Every matrix transposed. */
function swapped(x: Tensor): Tensor {
  const [rows, columns] = [x.shape.length - 2, x.shape.length - 1];
  return permute(x, [...x.shape.keys()].map((axis) => (axis === rows ? columns : axis === columns ? rows : axis)));
}
