/** Comparisons, choices and bounds of programs. A comparison gives 1 where it holds and 0 elsewhere. */
import { apply, type Operation, type Value, type ValueLike } from "./value.ts";

const smaller: Operation = {
  name: "less",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! < b[i * q]! ? 1 : 0;
  },
};

const smallerOrEqual: Operation = {
  name: "lessOrEqual",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! <= b[i * q]! ? 1 : 0;
  },
};

const same: Operation = {
  name: "equal",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! === b[i * q]! ? 1 : 0;
  },
};

const choices: Operation = {
  name: "where",
  loop: (count, out, a, p, b, q, c, r) => {
    for (let i = 0; i < count; i++) out[i] = a[i * p]! !== 0 ? b[i * q]! : c[i * r]!;
  },
};

const raised: Operation = {
  name: "atLeast",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) {
      const [x, low] = [a[i * p]!, b[i * q]!];
      out[i] = x < low ? low : x;
    }
  },
};

const lowered: Operation = {
  name: "atMost",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) {
      const [x, high] = [a[i * p]!, b[i * q]!];
      out[i] = high < x ? high : x;
    }
  },
};

const clamped: Operation = {
  name: "clamp",
  loop: (count, out, a, p, b, q, c, r) => {
    for (let i = 0; i < count; i++) {
      const [x, low, high] = [a[i * p]!, b[i * q]!, c[i * r]!];
      const raised = x < low ? low : x;
      out[i] = high < raised ? high : raised;
    }
  },
};

const larger: Operation = {
  name: "maximum",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = Math.max(a[i * p]!, b[i * q]!);
  },
};

const lesser: Operation = {
  name: "minimum",
  loop: (count, out, a, p, b, q) => {
    for (let i = 0; i < count; i++) out[i] = Math.min(a[i * p]!, b[i * q]!);
  },
};

const signs: Operation = {
  name: "sign",
  loop: (count, out, a, p) => {
    for (let i = 0; i < count; i++) out[i] = Math.sign(a[i * p]!);
  },
};

/** `x < y` */
export function less(x: ValueLike, y: ValueLike): Value {
  return apply(smaller, x, y);
}

/** `x <= y` */
export function lessOrEqual(x: ValueLike, y: ValueLike): Value {
  return apply(smallerOrEqual, x, y);
}

/** `x > y` */
export function greater(x: ValueLike, y: ValueLike): Value {
  return apply(smaller, y, x);
}

/** `x >= y` */
export function greaterOrEqual(x: ValueLike, y: ValueLike): Value {
  return apply(smallerOrEqual, y, x);
}

/** `x = y` */
export function equal(x: ValueLike, y: ValueLike): Value {
  return apply(same, x, y);
}

/** `x` where the condition is not 0, `y` elsewhere. */
export function where(condition: ValueLike, x: ValueLike, y: ValueLike): Value {
  return apply(choices, condition, x, y);
}

/** `x`, or the bound where x is below it; a NaN in x stays, one in the bound is no bound. */
export function atLeast(x: ValueLike, low: ValueLike): Value {
  return apply(raised, x, low);
}

/** `x`, or the bound where x is above it; a NaN in x stays, one in the bound is no bound. */
export function atMost(x: ValueLike, high: ValueLike): Value {
  return apply(lowered, x, high);
}

/** `atMost(atLeast(x, low), high)` */
export function clamp(x: ValueLike, low: ValueLike, high: ValueLike): Value {
  return apply(clamped, x, low, high);
}

/** The larger of two, NaN if either is; 0 is larger than −0. */
export function maximum(x: ValueLike, y: ValueLike): Value {
  return apply(larger, x, y);
}

/** The smaller of two, NaN if either is; −0 is smaller than 0. */
export function minimum(x: ValueLike, y: ValueLike): Value {
  return apply(lesser, x, y);
}

/** 1 or −1, and x itself where it is 0 or NaN. */
export function sign(x: ValueLike): Value {
  return apply(signs, x);
}
