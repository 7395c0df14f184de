/** Means, sums and maxima over whole axes. */
import {
  broadcastTo, empty, map, optionsOf, rowKernels, sizeOf, sumTo, type Shape, type Tensor,
} from "@relprop/tensor";
import { axisOf } from "../layer/axis.ts";
import type { AxisUse, Layer, Linearization, Role } from "../layer/layer.ts";
import { checkList } from "../shaping/whole-numbers.ts";
import { combinedOffsets, strided, strides } from "../shaping/routing.ts";

/** What a reduction may be given. */
export interface ReduceOptions {
  /** The axes that shrink, from the end if negative; all behind the batch by default. */
  readonly axes?: readonly number[];
  /** Keep them with extent 1, as by default, or leave them out. */
  readonly keepDims?: boolean;
}

/** One number for all elements that differ in the given axes only. */
export abstract class Reduction implements Layer {
  abstract readonly kind: string;
  abstract readonly role: Role;
  readonly keepsSign: boolean = true;
  readonly axes: readonly number[] | undefined;
  readonly keepDims: boolean;

  constructor(options: ReduceOptions = {}) {
    const { axes, keepDims = true } = optionsOf("Reduction", options);
    if (axes !== undefined) checkList("axes", axes);
    this.axes = axes;
    this.keepDims = keepDims;
  }

  get axisUse(): AxisUse | undefined {
    return this.keepDims ? "kept" : undefined;
  }

  outputShape(input: Shape): Shape {
    const reduced = this.#reduced(input);
    return this.keepDims
      ? input.map((extent, axis) => (reduced.has(axis) ? 1 : extent))
      : input.filter((_, axis) => !reduced.has(axis));
  }

  abstract forward(x: Tensor): Tensor;
  abstract pullback(x: Tensor): Linearization;

  /** The output's shape with the axes that shrink, of extent 1. */
  protected kept(input: Shape): Shape {
    const reduced = this.#reduced(input);
    return input.map((extent, axis) => (reduced.has(axis) ? 1 : extent));
  }

  /** The position in the output that each input element goes to. */
  protected targets(input: Shape): Int32Array {
    const reduced = this.#reduced(input);
    const steps = strides(input.map((extent, axis) => (reduced.has(axis) ? 1 : extent)));
    return combinedOffsets(input.map((extent, axis) => strided(extent, reduced.has(axis) ? 0 : steps[axis]!)));
  }

  #reduced(input: Shape): ReadonlySet<number> {
    const { kind, axes = input.slice(1).map((_, i) => i + 1) } = this;
    return new Set(axes.map((axis) => axisOf(kind, axis, input.length)));
  }
}

/** `Σ x / divisor` over the given axes, the divisor following from the number of summands. */
abstract class Summation extends Reduction {
  protected abstract divisor(count: number): number;

  forward(x: Tensor): Tensor {
    const kept = this.kept(x.shape);
    return sumTo(x, kept, this.#divisor(x.shape, kept)).reshape(this.outputShape(x.shape));
  }

  pullback(x: Tensor): Linearization {
    const kept = this.kept(x.shape);
    const divisor = this.#divisor(x.shape, kept);
    const back = (s: Tensor): Tensor[] =>
      [broadcastTo(divisor === 1 ? s.reshape(kept) : map(s.reshape(kept), (value) => value / divisor), x.shape)];
    return { output: this.forward(x), back };
  }

  #divisor(input: Shape, kept: Shape): number {
    return this.divisor(input.reduce((count, extent, axis) => (extent === kept[axis] ? count : count * extent), 1));
  }
}

/** The mean over the given axes. */
export class ReduceMean extends Summation {
  readonly kind = "ReduceMean";
  readonly role = "average";

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  protected divisor(count: number): number {
    return count;
  }
}

/** The sum over the given axes. */
export class ReduceSum extends Summation {
  readonly kind = "ReduceSum";
  readonly role = "sum";

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  protected divisor(): number {
    return 1;
  }
}

/** The maximum over the given axes, the first one on ties; NaN always wins. That of no elements is −∞. */
export class ReduceMax extends Reduction {
  readonly kind = "ReduceMax";
  readonly role = "route";

  forward(x: Tensor): Tensor {
    const kept = this.kept(x.shape);
    const reduced = x.shape.flatMap((extent, axis) => (extent === kept[axis] ? [] : [axis]));
    const [first = x.shape.length, last = first] = [reduced[0], reduced.at(-1)];
    // Axes between them that stay are between rows.
    if (reduced.length !== last - first + 1 && reduced.length > 0) return this.pullback(x).output;
    const extents = [x.shape.slice(0, first), x.shape.slice(first, last + 1), x.shape.slice(last + 1)].map(sizeOf);
    const [outer, extent, inner] = extents as [number, number, number];
    const out = empty(this.outputShape(x.shape));
    rowKernels().maxAxis(outer, extent, inner, x.data, out.data);
    return out;
  }

  pullback(x: Tensor): Linearization {
    const output = empty(this.outputShape(x.shape));
    const winners = new Int32Array(output.size).fill(-1);
    this.targets(x.shape).forEach((to, i) => {
      const [value, best] = [x.data[i]!, x.data[winners[to]!] ?? -Infinity];
      if (winners[to]! < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) winners[to] = i;
    });
    output.data.set(Float32Array.from(winners, (winner) => x.data[winner] ?? -Infinity));
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      out.data.fill(0);
      winners.forEach((winner, i) => {
        if (winner >= 0) out.data[winner]! += s.data[i]!;
      });
      return [out];
    };
    return { output, back };
  }
}
