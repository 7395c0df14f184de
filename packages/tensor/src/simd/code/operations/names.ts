/** The operations of programs that the module has. */

const elementary = [
  "copy", "add", "subtract", "multiply", "divide", "multiplyAdd", "weighted", "negate", "abs",
  "sqrt", "less", "lessOrEqual", "equal", "where", "atLeast", "atMost", "clamp", "maximum", "minimum", "sign",
  "floor", "ceil", "truncate", "round",
] as const;
const exponential = ["exp", "expMinus1", "sigmoid", "tanh"] as const;
const logarithm = ["log", "softplus"] as const;
const errorFunction = ["erf", "bell", "normalCdf"] as const;

/** Those of a few instructions. */
export type ElementaryName = (typeof elementary)[number];
/** Those made of powers of e. */
export type ExponentialName = (typeof exponential)[number];
/** Those made of logarithms. */
export type LogarithmName = (typeof logarithm)[number];
/** The error function and its kin. */
export type ErrorFunctionName = (typeof errorFunction)[number];
/** The name of an operation that the module has. */
export type OperationName = ElementaryName | ExponentialName | LogarithmName | ErrorFunctionName;

/** The operations by their position. */
export const operationNames: readonly OperationName[] = [...elementary, ...exponential, ...logarithm, ...errorFunction];
