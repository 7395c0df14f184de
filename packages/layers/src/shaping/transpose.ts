/** Axes in another order. */
import { formatShape, permute, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import type { Linearization } from "../layer/layer.ts";
import { Routing, strided, strides, type Route } from "./routing.ts";
import { checkList } from "./whole-numbers.ts";

/** Output axis i is input axis `axes[i]`: `new Transpose([0, 2, 1])` swaps the last two of three. */
export class Transpose extends Routing {
  readonly kind = "Transpose";
  readonly rearranges = true;
  readonly axes: readonly number[] | undefined;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  /** Without an order the axes are reversed. */
  constructor(axes?: readonly number[]) {
    super();
    if (axes !== undefined) checkList("Transpose", axes);
    if (axes?.toSorted((a, b) => a - b).some((axis, i) => axis !== i) === true) {
      throw new ShapeError(`Transpose: takes every axis from 0 to ${axes.length - 1} once, got [${axes.join(", ")}]`);
    }
    this.axes = axes;
  }

  get axisUse(): readonly number[] | undefined {
    return this.axes;
  }

  override forward(x: Tensor): Tensor {
    return permute(x, this.#axes(x.shape));
  }

  override pullback(x: Tensor): Linearization {
    const axes = this.#axes(x.shape);
    return { output: this.forward(x), back: (s) => [permute(s, axes.map((_, axis) => axes.indexOf(axis)))] };
  }

  /** The order of the axes, for inputs of this shape. */
  #axes(input: Shape): readonly number[] {
    const axes = this.axes ?? input.map((_, axis) => input.length - 1 - axis);
    if (input.length !== axes.length) {
      throw new ShapeError(`Transpose: takes ${axes.length} dimensions, got ${formatShape(input)}`);
    }
    return axes;
  }

  protected route(input: Shape): Route {
    const axes = this.#axes(input);
    const steps = strides(input);
    return {
      shape: axes.map((axis) => input[axis]!),
      offsets: axes.map((axis) => strided(input[axis]!, steps[axis]!)),
    };
  }
}
