/** The elementwise product of several inputs. */
import {
  empty, evaluate, multiply, optionsOf, rowKernels, sameShape, sizeOf, sumTo, type Shape, type Tensor,
} from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Gating, ProductLayerOptions } from "./gating.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { broadcastReach, commonShape } from "../layer/operands.ts";

/** `x₁ ⊙ x₂ ⊙ …`, shapes broadcast against each other: gates, squeeze-and-excitation, attention masks. */
export class Multiply implements Layer {
  readonly kind = "Multiply";
  readonly role = "product";
  readonly keepsSign = true;
  readonly elementwise = true;
  readonly gating: Gating | undefined;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(options: ProductLayerOptions = {}) {
    const { gating } = optionsOf("Multiply", options);
    this.gating = gating;
  }

  outputShape(...inputs: Shape[]): Shape {
    return commonShape("Multiply", inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    this.outputShape(...inputs.map((input) => input.shape));
    return inputs.reduce(times);
  }

  /** Each input gets s times the product of the others. */
  pullback(...inputs: Tensor[]): Linearization {
    const output = this.forward(...inputs);
    // Not output ⊘ input: an input may be 0.
    const back = (s: Tensor): Tensor[] =>
      inputs.map((input, i) =>
        sumTo(
          inputs.filter((_, other) => other !== i).reduce(times, s),
          input.shape,
        ),
      );
    return { output, back };
  }
}

const product = op.program(2, (x, y) => op.multiply(x, y));

/** `x ⊙ y`, shapes broadcast against each other. */
function times(x: Tensor, y: Tensor): Tensor {
  if (sameShape(x.shape, y.shape)) return multiply(x, y);
  const [map, gate] = x.size < y.size ? [y, x] : [x, y];
  const inner = neighboursSharing(map.shape, gate.shape);
  if (inner === undefined) return evaluate(product, x, y);
  const out = empty(map.shape);
  rowKernels().scaleRows(map.size / inner, map.data, gate.data, undefined, out.data);
  return out;
}

/** How many neighbours of x share an element of y, where there are some: a gate per channel. */
function neighboursSharing(x: Shape, y: Shape): number | undefined {
  if (x.length !== y.length) return undefined;
  const [first, last] = [y.findIndex((extent) => extent !== 1), y.findLastIndex((extent) => extent !== 1)];
  const inner = sizeOf(x.slice(last + 1));
  const follows = first < 0 || y.slice(first, last + 1).every((extent, i) => extent === x[first + i]);
  return follows && inner >= 4 ? inner : undefined;
}
