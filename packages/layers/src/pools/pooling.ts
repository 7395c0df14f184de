/** What all pooling layers share: planes are pooled one by one, by their maximum or by their mean. */
import {
  empty, formatShape, poolKernels, ShapeError, type PoolGeometry, type Shape, type Tensor,
} from "@relprop/tensor";
import { ForShape } from "../model/for-shape.ts";
import type { Layer, Linearization, Region, Role } from "../layer/layer.ts";
import { poolGeometry, reachInput, type AxisWindows } from "./pool-windows.ts";

/** A layer from `[N, C, …spatial]` to `[N, C, …windows]`, in one to three spatial dimensions. */
export abstract class Pooling implements Layer {
  abstract readonly kind: string;
  abstract readonly role: Role;
  readonly keepsSign = true;
  readonly axisUse = "channelsFirst";
  readonly #output = new ForShape((input) => this.#shape(input));
  readonly #geometry = new ForShape((input): PoolGeometry => {
    const [batch, channels, ...spatial] = input as [number, number, ...number[]];
    return poolGeometry(batch * channels, spatial, this.windows(spatial), this.divides);
  });

  /** The windows along every spatial axis. */
  protected abstract windows(spatial: Shape): readonly AxisWindows[];
  /** Whether windows are averaged, by the number of elements they count. */
  protected readonly divides: boolean = false;
  /** Whether a window may lie in the padding entirely. */
  protected readonly allowsEmptyWindows: boolean = false;

  outputShape(input: Shape): Shape {
    return this.#output.get(input);
  }

  #shape(input: Shape): Shape {
    const [batch, channels, ...spatial] = input;
    if (spatial.length < 1 || spatial.length > 3) {
      throw new ShapeError(`${this.kind}: takes [N, C, …1 to 3 spatial axes], got ${formatShape(input)}`);
    }
    const windows = this.windows(spatial);
    const extents = windows.map(({ start }) => start.length);
    if (extents.includes(0)) {
      throw new ShapeError(`${this.kind}: takes inputs at least as large as its window, got ${formatShape(input)}`);
    }
    if (!this.allowsEmptyWindows && !windows.every((axis, i) => reachInput(spatial[i]!, axis))) {
      throw new ShapeError(`${this.kind}: takes inputs that every window meets, got ${formatShape(input)}`);
    }
    return [batch!, channels!, ...extents];
  }

  /** What kernels need to know for this input. */
  protected geometry(input: Shape): PoolGeometry {
    return this.#geometry.get(input);
  }

  reach(output: Region, input: Shape): Region {
    const windows = this.windows(input.slice(2));
    return output.map(([from, to], axis) => {
      const { start, taps, dilation } = windows[axis]!;
      return [start[from]!, start[to - 1]! + (taps[to - 1]! - 1) * dilation + 1];
    });
  }

  abstract forward(x: Tensor): Tensor;
  abstract pullback(x: Tensor): Linearization;
}

/** The maximum of each window, the first one on ties; padding never wins, NaN always does. */
export abstract class MaxPooling extends Pooling {
  readonly role = "route";

  forward(x: Tensor): Tensor {
    return this.#pool(x).output;
  }

  pullback(x: Tensor): Linearization {
    const { output, winners } = this.#pool(x);
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      poolKernels().scatterAdd(this.geometry(x.shape).planes, winners, s.data, out.data);
      return [out];
    };
    return { output, back };
  }

  #pool(x: Tensor): { output: Tensor; winners: Int32Array } {
    const output = empty(this.outputShape(x.shape));
    // In memory that kernels use in place, like the output.
    const { buffer, byteOffset, length } = empty(output.shape).data;
    const winners = new Int32Array(buffer, byteOffset, length);
    poolKernels().maxPool(this.geometry(x.shape), x.data, output.data, winners);
    return { output, winners };
  }
}

/** The sum of each window, divided by what it counts. */
export abstract class AveragePooling extends Pooling {
  readonly role: Role = "average";
  protected override readonly divides: boolean = true;
  protected override readonly allowsEmptyWindows: boolean = true;

  forward(x: Tensor): Tensor {
    const output = empty(this.outputShape(x.shape));
    poolKernels().averagePool(this.geometry(x.shape), x.data, output.data);
    return output;
  }

  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      poolKernels().averagePoolTransposed(this.geometry(x.shape), s.data, out.data);
      return [out];
    };
    return { output: this.forward(x), back };
  }
}
