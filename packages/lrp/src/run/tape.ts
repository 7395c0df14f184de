/** What every node saw in one forward pass; any number of backward passes can start from it. */
import { activate, isAffine, type AffineLayer, type Model } from "@relprop/layers";
import { sum, type Tensor } from "@relprop/tensor";
import type { Seen } from "../rules/rule.ts";

/** A recorded forward pass. */
export interface Tape {
  readonly model: Model;
  readonly inputs: readonly Tensor[];
  /** Per node, in the model's order. */
  readonly seen: readonly Seen[];
  /** The value of a node or input by name. */
  value(name: string): Tensor;
}

/**
 * Runs the model forward and records it. Throws a `ShapeError` for inputs the model does not take, and a `RangeError`
 * where a sum of finite products is more than single precision holds: a rectifier behind it would hide that.
 */
export function record(model: Model, inputs: readonly Tensor[]): Tape {
  model.shapes(...inputs.map((input) => input.shape));
  const values = new Map<string, Tensor>();
  model.inputs.forEach(({ name }, i) => values.set(name, inputs[i]!));
  const seen = model.nodes.map((node): Seen => {
    const arguments_ = node.inputs.map((name) => values.get(name)!);
    const { name, layer } = node;
    const linearization = isAffine(layer) ? affine(name, layer, arguments_) : layer.pullback(...arguments_);
    values.set(node.name, linearization.output);
    return { inputs: arguments_, ...linearization };
  });
  return { model, inputs, seen, value: (name) => values.get(name)! };
}

/** Rules look at the sum of an affine layer; its pullback is only prepared for those that ask for it. */
function affine(name: string, layer: AffineLayer, inputs: readonly Tensor[]): Omit<Seen, "inputs"> {
  const [x] = inputs;
  const sum = layer.preactivation(x!);
  if (!allFinite(sum) && [x, layer.weight, layer.bias].every((tensor) => tensor === undefined || allFinite(tensor))) {
    const reached = `a sum of finite products is beyond ${largest} at node "${name}" (${layer.kind})`;
    throw new RangeError(`analyze: takes values that single precision holds, got an input for which ${reached}: ` +
      "is the input scaled as expected?");
  }
  const output = activate(layer.activation, sum);
  const preactivation = output === sum ? undefined : sum;
  return { output, preactivation, back: (s) => layer.pullback(...inputs).back(s) };
}

const largest = "3.4e38";

/** Whether every element is finite. */
function allFinite({ data }: Tensor): boolean {
  // What is finite gives 0, in four sums that do not wait for one another.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += data[i]! * 0;
    b += data[i + 1]! * 0;
    c += data[i + 2]! * 0;
    d += data[i + 3]! * 0;
  }
  for (let i = whole; i < data.length; i++) a += data[i]! * 0;
  return a + b + c + d === 0;
}

/** A sentence for the first value that is not finite, if there is one: an input, or what a node made of finite ones. */
export function overflows({ model, inputs, seen }: Tape): readonly string[] {
  const given = inputs.findIndex((input) => !Number.isFinite(sum(input)));
  if (given >= 0) return [`input "${model.inputs[given]!.name}" holds values that are not finite`];
  const broken = seen.findIndex(({ output }) => !Number.isFinite(sum(output)));
  if (broken < 0) return [];
  const { name, layer } = model.nodes[broken]!;
  const what = Number.isNaN(sum(seen[broken]!.output)) ? "NaN" : "infinite";
  const where = `node "${name}" (${layer.kind}) in the forward pass`;
  return [`values become ${what} at ${where}: is the input scaled as expected?`];
}
