/** What a program is built from: inputs, constants, and operations on values. */

/**
 * An operation as a plain loop: `out[i] ← f(a[i · stepA], b[i · stepB], c[i · stepC])` for `count` numbers, every
 * result rounded to a float. A step is 1, or 0 for one number that stands for all; `out` may be an operand.
 */
export type OperationLoop = (
  count: number, out: Float32Array,
  a: Float32Array, stepA: number, b: Float32Array, stepB: number, c: Float32Array, stepC: number,
) => void;

/** Something done to one, two or three numbers; the loop says what it means. */
export interface Operation {
  /** What other implementations know it by. */
  readonly name: string;
  readonly loop: OperationLoop;
}

/** A number that a program computes with. */
export type Value =
  | { readonly is: "input"; readonly index: number }
  | { readonly is: "constant"; readonly constant: number }
  | { readonly is: "result"; readonly operation: Operation; readonly operands: readonly Value[] };

/** A value, or a number that stands for the constant. */
export type ValueLike = Value | number;

/** A constant, rounded to a float. */
export function constant(value: number): Value {
  return { is: "constant", constant: Math.fround(value) };
}

/** What `operation` makes of these values; of constants alone it makes a constant at once. */
export function apply(operation: Operation, ...operands: readonly ValueLike[]): Value {
  const values = operands.map((operand) => (typeof operand === "number" ? constant(operand) : operand));
  const known = values.flatMap((value) => (value.is === "constant" ? [Float32Array.of(value.constant)] : []));
  if (known.length < values.length) return { is: "result", operation, operands: values };
  const [a = none, b = a, c = a] = known;
  const out = new Float32Array(1);
  operation.loop(1, out, a, 0, b, 0, c, 0);
  return { is: "constant", constant: out[0]! };
}

const none = new Float32Array(1);
