/** What every node saw in one forward pass; any number of backward passes can start from it. */
import { isAffine, type Model } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Seen } from "./rule.ts";

/** A recorded forward pass. */
export interface Tape {
  readonly model: Model;
  readonly inputs: readonly Tensor[];
  /** Per node, in the model's order. */
  readonly seen: readonly Seen[];
  /** The value of a node or input by name. */
  value(name: string): Tensor;
}

/** Runs the model forward and records it. Throws a `ShapeError` for inputs the model does not take. */
export function record(model: Model, inputs: readonly Tensor[]): Tape {
  model.shapes(...inputs.map((input) => input.shape));
  const values = new Map<string, Tensor>();
  model.inputs.forEach(({ name }, i) => values.set(name, inputs[i]!));
  const seen = model.nodes.map((node): Seen => {
    const arguments_ = node.inputs.map((name) => values.get(name)!);
    const linearization = isAffine(node.layer)
      ? { output: node.layer.forward(...arguments_), back: lazily(() => node.layer.pullback(...arguments_).back) }
      : node.layer.pullback(...arguments_);
    values.set(node.name, linearization.output);
    return { inputs: arguments_, ...linearization };
  });
  return { model, inputs, seen, value: (name) => values.get(name)! };
}

/** A pullback that is only prepared when it is first used. */
function lazily<Back extends (s: Tensor) => readonly Tensor[]>(prepare: () => Back): (s: Tensor) => readonly Tensor[] {
  return (s) => prepare()(s);
}
