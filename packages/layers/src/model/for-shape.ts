/** What follows from an input's shape, worked out once for the shape seen last. */
import { sameShape, type Shape } from "@relprop/tensor";

/** A value per shape; only the last one is kept, since networks meet the same shape again and again. */
export class ForShape<T> {
  readonly #make: (shape: Shape) => T;
  #known: { readonly shape: Shape; readonly value: T } | undefined;

  constructor(make: (shape: Shape) => T) {
    this.#make = make;
  }

  /** The value for this shape. */
  get(shape: Shape): T {
    if (this.#known === undefined || !sameShape(this.#known.shape, shape)) {
      this.#known = { shape, value: this.#make(shape) };
    }
    return this.#known.value;
  }
}
