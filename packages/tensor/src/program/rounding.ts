/** Rounding to whole numbers. */
import { apply, type Operation, type Value, type ValueLike } from "./value.ts";

const floors: Operation = {
  name: "floor",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = Math.floor(a[i * p]!);
  },
};

const ceilings: Operation = {
  name: "ceil",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = Math.ceil(a[i * p]!);
  },
};

const truncations: Operation = {
  name: "truncate",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = Math.trunc(a[i * p]!);
  },
};

const nearest: Operation = {
  name: "round",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) {
      const x = a[i * p]!;
      const size = Math.abs(x);
      // From 2²³ on every float is whole; below, the sum has no bits behind the point, and ties went to even.
      const rounded = size < 8388608 ? Math.fround(size + 8388608) - 8388608 : size;
      out[i] = x < 0 ? -rounded : x > 0 ? rounded : x;
    }
  },
};

/** The largest whole number that is not above x. */
export function floor(x: ValueLike): Value {
  return apply(floors, x);
}

/** The smallest whole number that is not below x. */
export function ceil(x: ValueLike): Value {
  return apply(ceilings, x);
}

/** `x` without what stands behind its point. */
export function truncate(x: ValueLike): Value {
  return apply(truncations, x);
}

/** The nearest whole number, the even one on ties. */
export function round(x: ValueLike): Value {
  return apply(nearest, x);
}
