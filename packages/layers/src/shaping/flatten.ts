/** Several axes made one. */
import { formatShape, optionsOf, ShapeError, sizeOf, type Shape } from "@relprop/tensor";
import { axisOf } from "../layer/axis.ts";
import { Reshaping } from "./reshaping.ts";

/** Which axes a `Flatten` joins; all behind the batch by default. */
export interface FlattenOptions {
  readonly startAxis?: number;
  readonly endAxis?: number;
}

/** `[N, C, H, W]` to `[N, C · H · W]`: axes `startAxis` to `endAxis`, both included, become one. */
export class Flatten extends Reshaping {
  readonly kind = "Flatten";
  readonly startAxis: number;
  readonly endAxis: number;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(options: FlattenOptions = {}) {
    const { startAxis = 1, endAxis = -1 } = optionsOf("Flatten", options);
    super();
    this.startAxis = startAxis;
    this.endAxis = endAxis;
  }

  outputShape(input: Shape): Shape {
    // A batch of numbers, [N], becomes [N, 1].
    if (input.length === 1 && this.startAxis === 1 && this.endAxis === -1) return [...input, 1];
    const start = axisOf("Flatten startAxis", this.startAxis, input.length);
    const end = axisOf("Flatten endAxis", this.endAxis, input.length);
    if (start > end) {
      throw new ShapeError(
        `Flatten: takes a start axis before its end axis, got ${start} and ${end} of ${formatShape(input)}`,
      );
    }
    return [...input.slice(0, start), sizeOf(input.slice(start, end + 1)), ...input.slice(end + 1)];
  }
}
