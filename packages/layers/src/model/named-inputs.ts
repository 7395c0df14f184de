/** The inputs of a model, in order or by name. */
import { checkKind, Integers, Tensor, type Value } from "@relprop/tensor";
import type { Graph } from "./graph.ts";

/** Inputs by their names, as a model's `inputs` lists them. */
export interface NamedInputs {
  readonly [name: string]: Value;
}

/** What a model runs on: a value per input in order, or one object with a value per name. */
export type GivenInputs = readonly Value[] | readonly [NamedInputs];

/** The values in the order of the model's inputs; throws a `RangeError` where a name is missing or none of its own. */
export function inOrder({ inputs }: Graph, given: GivenInputs): readonly Value[] {
  const [named] = given;
  if (given.length !== 1 || isValue(named) || typeof named !== "object" || named === null) {
    const wrong = given.findIndex((value) => !isValue(value));
    checkKind("Model", "tensors as inputs", given[wrong], wrong < 0);
    return given as readonly Value[];
  }
  const names = inputs.map(({ name }) => name);
  const got = Object.keys(named);
  const missing = new Set(names);
  const wrong = got.find((name) => !missing.delete(name)) ?? [...missing][0];
  const list = (of: readonly string[]): string => of.map((name) => `"${name}"`).join(", ") || "none";
  if (wrong !== undefined) throw new RangeError(`Model: takes the inputs ${list(names)}, got ${list(got)}`);
  return names.map((name) => named[name]!);
}

function isValue(given: Value | NamedInputs | undefined): given is Value {
  return given instanceof Tensor || given instanceof Integers;
}
