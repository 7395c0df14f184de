/** Whole copies laid one after another. */
import { formatShape, ShapeError, type Shape } from "@relprop/tensor";
import { checkExtent } from "../layer/axis.ts";
import { Routing, stepped, strides, type Route } from "./routing.ts";
import { checkList } from "./whole-numbers.ts";

/** The input repeated as a whole along each axis: `new Tile([1, 2])` makes `[N, F]` to `[N, 2 F]`. */
export class Tile extends Routing {
  readonly kind = "Tile";
  readonly axisUse = "kept";
  readonly repeats: readonly number[];

  constructor(repeats: readonly number[]) {
    super();
    checkList("Tile", repeats);
    if (!repeats.every((times) => Number.isInteger(times) && times >= 0)) {
      throw new ShapeError(`Tile: takes whole numbers >= 0, got [${repeats.join(", ")}]`);
    }
    this.repeats = repeats;
  }

  protected route(input: Shape): Route {
    if (input.length !== this.repeats.length) {
      throw new ShapeError(`Tile: takes ${this.repeats.length} dimensions, got ${formatShape(input)}`);
    }
    const steps = strides(input);
    const offsets = input.map((extent, axis) => {
      const length = checkExtent("Tile", extent * this.repeats[axis]!);
      return stepped(length, steps[axis]!, (i) => i % extent);
    });
    return { shape: input.map((extent, axis) => extent * this.repeats[axis]!), offsets };
  }
}
