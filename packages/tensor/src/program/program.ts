/**
 * A function of a few numbers, applied to every element of as many tensors: a list of operations, as data.
 *
 * Every operation rounds to a float, and all kernels round alike: a program gives the same bits wherever it runs. Which
 * NaN a result is, nobody promises.
 */
import { copied } from "./arithmetic.ts";
import { constant, type Operation, type Value } from "./value.ts";

/** Where a step finds a number. */
export type Operand =
  | { readonly from: "input"; readonly index: number }
  | { readonly from: "constant"; readonly value: number }
  | { readonly from: "register"; readonly index: number };

/** One operation of a program. */
export interface Step {
  readonly operation: Operation;
  readonly operands: readonly Operand[];
  /** The register that takes the result; −1 in the last step, whose result is the program's. */
  readonly to: number;
}

/** A program; made by `program`. */
export class Program {
  readonly inputs: number;
  /** The function on values, to be used within other programs. */
  readonly of: (...inputs: readonly Value[]) => Value;
  #compiled: Compiled | undefined;

  constructor(inputs: number, of: (...inputs: readonly Value[]) => Value) {
    this.inputs = inputs;
    this.of = of;
  }

  /** The result for these numbers. */
  at(...numbers: readonly number[]): number {
    const value = this.of(...numbers.map(constant));
    return value.is === "constant" ? value.constant : NaN;
  }

  /** The operations in the order they run; the same operation on the same operands is there once. */
  get steps(): readonly Step[] {
    return this.#made.steps;
  }

  /** How many intermediate results there are at once. */
  get registers(): number {
    return this.#made.registers;
  }

  get #made(): Compiled {
    return (this.#compiled ??= compile(this));
  }
}

type Inputs<Count extends number, Result extends Value[] = []> = Result["length"] extends Count
  ? Result
  : Inputs<Count, [...Result, Value]>;

/** The program that computes `result` of its inputs: `program(1, (x) => multiply(x, sigmoid(x)))`. */
export function program<Count extends number>(inputs: Count, result: (...inputs: Inputs<Count>) => Value): Program {
  return new Program(inputs, result as (...inputs: readonly Value[]) => Value);
}

interface Compiled {
  readonly steps: readonly Step[];
  readonly registers: number;
}

interface Node {
  readonly operation: Operation;
  readonly operands: readonly (Operand | Node)[];
  /** Tells it from other nodes. */
  readonly key: number;
  /** The position of the last node that reads it. */
  lastUse: number;
  register: number;
}

function compile({ inputs, of }: Program): Compiled {
  const nodes = numbered(of(...Array.from({ length: inputs }, (_, index): Value => ({ is: "input", index }))));
  nodes.forEach(({ operands }, at) => {
    for (const operand of operands) if ("key" in operand) operand.lastUse = at;
  });
  const free: number[] = [];
  let registers = 0;
  const steps = nodes.map((node, at): Step => {
    const operands = node.operands.map((operand): Operand =>
      "key" in operand ? { from: "register", index: operand.register } : operand);
    for (const operand of new Set(node.operands)) {
      if ("key" in operand && operand.lastUse === at) free.push(operand.register);
    }
    node.register = at === nodes.length - 1 ? -1 : free.pop() ?? registers++;
    return { operation: node.operation, operands, to: node.register };
  });
  return { steps, registers };
}

/** The operations behind a value, operands first, each once. */
function numbered(result: Value): readonly Node[] {
  const nodes = new Map<string, Node>();
  const seen = new Map<Value, Operand | Node>();
  const add = (operation: Operation, operands: readonly (Operand | Node)[]): Node => {
    const words = operands.map((operand) => {
      if ("key" in operand) return operand.key;
      if (operand.from !== "constant") return `input ${operand.index}`;
      return `constant ${Object.is(operand.value, -0) ? "-0" : operand.value}`;
    });
    const name = [operation.name, ...words].join();
    const node = nodes.get(name) ?? { operation, operands, key: nodes.size, lastUse: -1, register: -1 };
    nodes.set(name, node);
    return node;
  };
  const visit = (value: Value): Operand | Node => {
    if (value.is === "input") return { from: "input", index: value.index };
    if (value.is === "constant") return { from: "constant", value: value.constant };
    const found = seen.get(value) ?? add(value.operation, value.operands.map(visit));
    seen.set(value, found);
    return found;
  };
  const last = visit(result);
  if (!("key" in last)) add(copied, [last]);
  return [...nodes.values()];
}
