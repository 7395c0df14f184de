/** What methods that weigh or repeat the gradient read and write: the values that relevance is returned at. */
import type { Model } from "@relprop/layers";
import { clone, Integers, sharedArena, Tensor, type Value } from "@relprop/tensor";
import type { Explanation } from "../report/explanation.ts";
import { carriesRelevance, readAt, record } from "../run/tape.ts";

/** Inputs of floats by name, and by their nodes the rows that whole numbers look up. */
export function explainedValues(model: Model, inputs: readonly Value[]): ReadonlyMap<string, Tensor> {
  const values = new Map<string, Tensor>();
  inputs.forEach((value, i) => {
    if (value instanceof Tensor) values.set(model.inputs[i]!.name, value);
  });
  // Rows may be looked up by numbers that follow from shapes, where all inputs are floats.
  const looksUp = model.lower(...inputs).steps.some((step) => carriesRelevance(step) && step.reads.length === 0);
  if (values.size === inputs.length && !looksUp) return values;
  sharedArena().run(() => {
    const tape = record(model, inputs);
    for (const { node, reads, seen } of tape.steps) if (reads.length === 0) values.set(node.name, clone(seen.output));
    for (const [name, { value }] of readAt(tape)) values.set(name, clone(value));
  });
  return values;
}

/**
 * The floats among the inputs, by name: what can be moved a little. Throws a `TypeError` where there are none, since
 * between two token ids there is nothing.
 */
export function movable(who: string, model: Model, inputs: readonly Value[]): ReadonlyMap<string, Tensor> {
  const floats = new Map<string, Tensor>();
  inputs.forEach((value, i) => {
    if (!(value instanceof Integers)) floats.set(model.inputs[i]!.name, value);
  });
  if (floats.size > 0) return floats;
  const got = model.inputs.map(({ name, type }) => `"${name}" (${type ?? "floats"})`).join(", ");
  throw new TypeError(`${who}: takes models with an input of floats, got ${got}: use LRP or inputXGradient`);
}

/** The inputs with those of some names replaced. */
export function replaced(
  model: Model, inputs: readonly Value[], by: ReadonlyMap<string, Tensor>,
): readonly Value[] {
  return inputs.map((value, i) => by.get(model.inputs[i]!.name) ?? value);
}

/** The same explanation with other relevance at the values named; its report stays that of the gradient. */
export function withRelevance(explanation: Explanation, named: ReadonlyMap<string, Tensor>): Explanation {
  const { output, target, layers, warnings, layout } = explanation;
  const among = (values: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
    new Map([...values.keys()].flatMap((name) => (named.has(name) ? [[name, named.get(name)!] as const] : [])));
  const [inputs, sources] = [among(explanation.inputs), among(explanation.sources)];
  const [relevance] = [...inputs.values(), ...sources.values()] as [Tensor, ...Tensor[]];
  return {
    relevance,
    layout,
    inputs,
    sources,
    output,
    target,
    layers,
    warnings,
    get conservation() {
      return explanation.conservation;
    },
  };
}
