/** What analyses start from. */
import { inOrder, type Model, type NamedInputs } from "@relprop/layers";
import { checkKind, Integers, Tensor, type Value } from "@relprop/tensor";

/** What a model is run on: its input, all of its inputs in order, or by name. */
export type Inputs = Value | readonly Value[] | NamedInputs;

/** The values in the order of the model's inputs; throws a `TypeError` or `RangeError` for what are none. */
export function inputsOf(model: Model, input: Inputs): readonly Value[] {
  if (input instanceof Tensor || input instanceof Integers) return [input];
  const fits = typeof input === "object" && input;
  checkKind("analyze", "an input, a list or an object of them, or a forward pass", input, fits);
  return inOrder(model, isList(input) ? input : [input]);
}

function isList(input: readonly Value[] | NamedInputs): input is readonly Value[] {
  return Array.isArray(input);
}
