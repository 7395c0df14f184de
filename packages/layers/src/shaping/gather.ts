/** Chosen positions of one axis. */
import { checkShape, formatShape, optionsOf, ShapeError, sizeOf, type Shape } from "@relprop/tensor";
import { axisOf } from "../layer/axis.ts";
import { Routing, stepped, strided, strides, type Route } from "./routing.ts";
import { checkList } from "./whole-numbers.ts";

/** What a `Gather` may be given besides its indices. */
export interface GatherOptions {
  /** `1` by default. */
  readonly axis?: number;
  /** The axes that stand in the place of `axis` afterwards; by default one axis for a list and none for a number. */
  readonly shape?: Shape;
}

/**
 * `x[…, indices, …]` along an axis, indices from the end if negative; `new Gather(0)` takes the first token of
 * `[N, T, F]`.
 */
export class Gather extends Routing {
  readonly kind = "Gather";
  readonly rearranges = true;
  readonly indices: readonly number[];
  readonly axis: number;
  readonly shape: Shape;

  constructor(indices: number | readonly number[], options: GatherOptions = {}) {
    const { axis = 1, shape } = optionsOf("Gather", options);
    super();
    if (typeof indices !== "number") checkList("Gather", indices);
    this.indices = typeof indices === "number" ? [indices] : indices;
    this.axis = axis;
    this.shape = shape ?? (typeof indices === "number" ? [] : [indices.length]);
    checkShape("Gather", this.shape);
    if (sizeOf(this.shape) !== this.indices.length) {
      throw new ShapeError(
        `Gather: takes ${sizeOf(this.shape)} indices for ${formatShape(this.shape)}, got ${this.indices.length}`,
      );
    }
  }

  protected route(input: Shape): Route {
    const axis = axisOf("Gather", this.axis, input.length);
    const extent = input[axis]!;
    const outside = this.indices.find((index) => !Number.isInteger(index) || index < -extent || index >= extent);
    if (outside !== undefined) {
      throw new ShapeError(`Gather: takes an axis ${axis} with position ${outside}, got ${formatShape(input)}`);
    }
    const steps = strides(input);
    const offsets = input.map((length, other) => strided(length, steps[other]!));
    offsets[axis] = stepped(this.indices.length, steps[axis]!, (i) => {
      const index = this.indices[i]!;
      return index < 0 ? index + extent : index;
    });
    return { shape: [...input.slice(0, axis), ...this.shape, ...input.slice(axis + 1)], offsets };
  }
}
