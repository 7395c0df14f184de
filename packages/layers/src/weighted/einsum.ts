/** Products of two inputs summed over some of their axes, in Einstein's notation. */
import { empty, formatShape, kernels, optionsOf, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import type { Gating, ProductLayerOptions } from "../arithmetic/gating.ts";
import type { Layer, Linearization } from "../layer/layer.ts";
import { two } from "../layer/operands.ts";
import { Transpose } from "../shaping/transpose.ts";

/**
 * `y[out] = Σ a[first] b[second]`, the sum over all labels that `out` lacks: `new Einsum("bhid,bhjd->bhij")`. Labels
 * are letters, each at most once per operand; one that the result lacks stands in both.
 */
export class Einsum implements Layer {
  readonly kind = "Einsum";
  readonly role = "product";
  readonly keepsSign = true;
  readonly equation: string;
  readonly gating: Gating | undefined;
  readonly #first: string;
  readonly #second: string;
  readonly #out: string;

  constructor(equation: string, options: ProductLayerOptions = {}) {
    const { gating } = optionsOf("Einsum", options);
    const [, first, second, out] =
      /^([A-Za-z]*),([A-Za-z]*)->([A-Za-z]*)$/.exec(String(equation).replaceAll(" ", "")) ?? [];
    if (first === undefined || second === undefined || out === undefined) {
      throw new RangeError(`Einsum: takes an equation of two inputs like "ij,jk->ik", got "${equation}"`);
    }
    const twice = [first, second, out].find((labels) => new Set(labels).size < labels.length);
    if (twice !== undefined) throw new RangeError(`Einsum: takes every label once per value, got "${twice}"`);
    const lonely = [...first, ...second].find((label) =>
      !out.includes(label) && !(first.includes(label) && second.includes(label)));
    const strange = [...out].find((label) => !first.includes(label) && !second.includes(label));
    if ((lonely ?? strange) !== undefined) {
      throw new RangeError(`Einsum: takes labels that stand in two of inputs and result, got "${lonely ?? strange}"`);
    }
    this.equation = equation;
    this.gating = gating;
    [this.#first, this.#second, this.#out] = [first, second, out];
  }

  outputShape(...inputs: Shape[]): Shape {
    const extents = this.#extents(two("Einsum", inputs));
    return [...this.#out].map((label) => extents.get(label)!);
  }

  forward(...inputs: Tensor[]): Tensor {
    const [a, b] = two("Einsum", inputs);
    this.#extents([a.shape, b.shape]);
    return contract(a, this.#first, b, this.#second, this.#out);
  }

  /** Each input's part is the contraction of s with the other one. */
  pullback(...inputs: Tensor[]): Linearization {
    const [a, b] = two("Einsum", inputs);
    const output = this.forward(a, b);
    const [first, second, out] = [this.#first, this.#second, this.#out];
    const back = (s: Tensor): Tensor[] =>
      [contract(s, out, b, second, first), contract(a, first, s, out, second)];
    return { output, back };
  }

  #extents(shapes: readonly Shape[]): ReadonlyMap<string, number> {
    const extents = new Map<string, number>();
    [this.#first, this.#second].forEach((labels, i) => {
      const shape = shapes[i]!;
      const clash = [...labels].find((label, axis) => (extents.get(label) ?? shape[axis]) !== shape[axis]);
      if (shape.length !== labels.length || clash !== undefined) {
        const got = shapes.map((each) => formatShape(each)).join(" and ");
        throw new ShapeError(`Einsum: takes inputs that fit "${this.equation}", got ${got}`);
      }
      [...labels].forEach((label, axis) => extents.set(label, shape[axis]!));
    });
    return extents;
  }
}

/** A product of matrices, once axes stand together by what becomes of them. */
function contract(a: Tensor, first: string, b: Tensor, second: string, out: string): Tensor {
  const extents = new Map<string, number>();
  [...first].forEach((label, axis) => extents.set(label, a.shape[axis]!));
  [...second].forEach((label, axis) => extents.set(label, b.shape[axis]!));
  const shared = [...first].filter((label) => second.includes(label));
  const batch = shared.filter((label) => out.includes(label));
  const summed = shared.filter((label) => !out.includes(label));
  const rows = [...first].filter((label) => !second.includes(label));
  const columns = [...second].filter((label) => !first.includes(label));
  const size = (labels: readonly string[]): number => sizeOf(labels.map((label) => extents.get(label)!));
  const left = ordered(a, first, [...batch, ...rows, ...summed]);
  const right = ordered(b, second, [...batch, ...summed, ...columns]);
  const order = [...batch, ...rows, ...columns];
  const product = empty(order.map((label) => extents.get(label)!));
  kernels().matmul(size(batch), size(rows), size(columns), size(summed), left.data, right.data, product.data);
  return ordered(product, order.join(""), [...out]);
}

/** The tensor with its axes in another order. */
function ordered(x: Tensor, labels: string, order: readonly string[]): Tensor {
  const axes = order.map((label) => labels.indexOf(label));
  return axes.every((axis, i) => axis === i) ? x : new Transpose(axes).forward(x);
}
