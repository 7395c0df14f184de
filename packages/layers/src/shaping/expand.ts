/** Repetition along axes of extent 1. */
import { broadcastShape, type Shape } from "@relprop/tensor";
import { Routing, strided, strides, type Route } from "./routing.ts";
import { checkList } from "./whole-numbers.ts";

/** The input repeated to the shape that it and `shape` broadcast to, aligned at the end; 1 keeps what the input has. */
export class Expand extends Routing {
  readonly kind = "Expand";
  readonly shape: Shape;

  constructor(shape: Shape) {
    super();
    checkList("Expand", shape);
    this.shape = shape;
  }

  protected route(input: Shape): Route {
    const shape = broadcastShape("Expand", input, this.shape);
    const missing = shape.length - input.length;
    const steps = strides(input);
    const offsets = shape.map((extent, axis) =>
      strided(extent, (input[axis - missing] ?? 1) === 1 ? 0 : steps[axis - missing]!));
    return { shape, offsets };
  }
}
