export {
  abs, add, divide, multiply, multiplyAdd, negate, power, reciprocal, sqrt, square, subtract,
  weighted,
} from "./arithmetic.ts";
export {
  atLeast, atMost, clamp, equal, greater, greaterOrEqual, less, lessOrEqual, maximum, minimum, sign, where,
} from "./comparison.ts";
export { bellCurve, erf, normalCdf } from "./error-function.ts";
export { exp, expMinus1, sigmoid, tanh } from "./exponential.ts";
export { log, softplus } from "./logarithm.ts";
export { program, Program, type Operand, type Step } from "./program.ts";
export { ceil, floor, round, truncate } from "./rounding.ts";
export { constant, type Operation, type OperationLoop, type Value, type ValueLike } from "./value.ts";
