/** An operation of a program as a function of the module: four numbers at a time, over a block. */
import { repeat, type, type Definition, type Frame, type Local } from "../../assembler.ts";
import { f32, f32x4, v128, type Code, type Operand } from "../../instructions.ts";

/** Four numbers: an expression, or a local variable. */
export type Vector = Operand<"v128">;

/** An operation on vectors, under construction. */
export class Vectors {
  readonly #frame: Frame;
  readonly #before: Code[] = [];

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Computes a value once, for several uses. */
  keep(value: Vector): Local<"v128"> {
    const local = this.#frame.local(type.v128);
    this.#before.push(local.set(value));
    return local;
  }

  /** What is computed before the result. */
  get before(): Code {
    return this.#before;
  }
}

/** The result for operands that may be read any number of times. */
type Compute<Operands extends readonly Local<"v128">[]> = (vectors: Vectors, ...operands: Operands) => Vector;

/** An operation on one number. */
export function unary(compute: Compute<[Local<"v128">]>): Definition {
  return operation(1, (vectors, [a]) => compute(vectors, a!));
}

/** An operation on two numbers. */
export function binary(compute: Compute<[Local<"v128">, Local<"v128">]>): Definition {
  return operation(2, (vectors, [a, b]) => compute(vectors, a!, b!));
}

/** An operation on three numbers. */
export function ternary(compute: Compute<[Local<"v128">, Local<"v128">, Local<"v128">]>): Definition {
  return operation(3, (vectors, [a, b, c]) => compute(vectors, a!, b!, c!));
}

/**
 * The parameters are the address and the step in bytes of each of three operands, of which the first count, the
 * address of the result, and the bytes to be written, a multiple of 16 above 0.
 */
function operation(arity: number, compute: (v: Vectors, operands: readonly Local<"v128">[]) => Vector): Definition {
  return (frame) => {
    const parameters = frame.takes(8);
    const [out, left] = parameters.slice(6) as [Local, Local];
    const pairs = [0, 2, 4].slice(0, arity).map((at) => parameters.slice(at, at + 2) as [Local, Local]);
    const values = frame.several(arity, type.v128);
    const vectors = new Vectors(frame);
    const result = compute(vectors, values);
    return repeat([
      pairs.map(([address], i) => values[i]!.set(v128.load(address))),
      vectors.before,
      v128.store(out, result),
      pairs.map(([address, step]) => address.increase(step)),
      out.increase(16),
      left.increase(-16),
    ], left);
  };
}

/** Four times the same number. */
export function all(value: number): Code<"v128"> {
  return f32x4.splat(f32.const(value));
}

/** `Σ c[k] xᵏ` by Horner's scheme. */
export function polynomial(coefficients: readonly number[], x: Vector): Code<"v128"> {
  const [last, ...rest] = coefficients.toReversed();
  return rest.reduce((sum, c) => f32x4.add(f32x4.mul(sum, x), all(c)), all(last!));
}
