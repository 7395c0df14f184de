/** Arithmetic of programs. */
import { apply, type Operation, type Value, type ValueLike } from "./value.ts";

/** `x` itself, for programs that compute nothing. */
export const copied: Operation = {
  name: "copy",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]!;
  },
};

const sums: Operation = {
  name: "add",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! + b[i * q]!;
  },
};

const differences: Operation = {
  name: "subtract",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! - b[i * q]!;
  },
};

const products: Operation = {
  name: "multiply",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! * b[i * q]!;
  },
};

const quotients: Operation = {
  name: "divide",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! / b[i * q]!;
  },
};

const scaledSums: Operation = {
  name: "multiplyAdd",
  loop: (count, out, a, p, b, q, c, r) => {
    for (let i = 0; i < count; i++) out[i] = Math.fround(a[i * p]! * b[i * q]!) + c[i * r]!;
  },
};

const weightedValues: Operation = {
  name: "weighted",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) {
      const weight = b[i * q]!;
      out[i] = weight === 0 ? 0 : a[i * p]! * weight;
    }
  },
};

const opposites: Operation = {
  name: "negate",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = -a[i * p]!;
  },
};

const sizes: Operation = {
  name: "abs",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = Math.abs(a[i * p]!);
  },
};

const roots: Operation = {
  name: "sqrt",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = Math.sqrt(a[i * p]!);
  },
};

/** `x + y` */
export function add(x: ValueLike, y: ValueLike): Value {
  return apply(sums, x, y);
}

/** `x − y` */
export function subtract(x: ValueLike, y: ValueLike): Value {
  return apply(differences, x, y);
}

/** `x · y` */
export function multiply(x: ValueLike, y: ValueLike): Value {
  return apply(products, x, y);
}

/** `x / y` */
export function divide(x: ValueLike, y: ValueLike): Value {
  return apply(quotients, x, y);
}

/** `x · y + z`, the product rounded before the sum. */
export function multiplyAdd(x: ValueLike, y: ValueLike, z: ValueLike): Value {
  return apply(scaledSums, x, y, z);
}

/** `x · weight`, 0 where the weight is 0 even if x is infinite or NaN. */
export function weighted(x: ValueLike, weight: ValueLike): Value {
  return apply(weightedValues, x, weight);
}

/** `−x` */
export function negate(x: ValueLike): Value {
  return apply(opposites, x);
}

/** `|x|` */
export function abs(x: ValueLike): Value {
  return apply(sizes, x);
}

/** `√x` */
export function sqrt(x: ValueLike): Value {
  return apply(roots, x);
}

/** `1 / x` */
export function reciprocal(x: ValueLike): Value {
  return divide(1, x);
}

/** `x²` */
export function square(x: ValueLike): Value {
  return multiply(x, x);
}

/** `xⁿ` for a whole n, by squaring; `1 / xⁿ` for a negative one. */
export function power(x: ValueLike, n: number): Value {
  if (!Number.isInteger(n) || Math.abs(n) > 64) {
    throw new RangeError(`power: takes a whole exponent from -64 to 64, got ${n}`);
  }
  if (n < 0) return reciprocal(power(x, -n));
  if (n < 2) return n === 0 ? apply(products, 1, 1) : apply(products, x, 1);
  const half = square(n < 4 ? x : power(x, n >> 1));
  return n % 2 === 0 ? half : multiply(half, x);
}
