/** What every node saw in one forward pass; any number of backward passes can start from it. */
import {
  activate, execute, isAffine, layerOf, readTensors,
  type AffineLayer, type BoundStep, type Layer, type LayerStep, type LoweredModel, type Model, type Node, type Step,
} from "@relprop/layers";
import { allFinite, lifetime, sameShape, sum, Tensor, type Value } from "@relprop/tensor";
import type { Seen } from "../rules/rule.ts";
import { inputsOf, type Inputs } from "./inputs.ts";

/** What one step of a forward pass saw, and where relevance goes from there. */
export interface TapeStep {
  readonly node: Node;
  readonly layer: Layer;
  /** Whether the layer was made for this pass alone. */
  readonly isBound: boolean;
  /** The names of the values it read. */
  readonly reads: readonly string[];
  readonly seen: Seen;
}

/** A recorded forward pass. */
export interface Tape {
  readonly model: Model;
  readonly inputs: readonly Value[];
  /** The steps through which relevance runs, in order. */
  readonly steps: readonly TapeStep[];
  /**
   * The value of a node or input by name; throws a `RangeError` for whole numbers, and where the scratch memory that
   * the pass was recorded in has gone back.
   */
  value(name: string): Tensor;
  /** Says that somebody may have kept what is there, where values are made again part by part. */
  hold?(): void;
}

/**
 * The first value that relevance is returned at: an input of floats, or else rows that whole numbers look up. Throws a
 * `RangeError` where there is none.
 */
export function explainedInput({ model, inputs, steps }: Tape): { readonly name: string; readonly value: Tensor } {
  const at = inputs.findIndex((input) => input instanceof Tensor);
  if (at >= 0) return { name: model.inputs[at]!.name, value: inputs[at] as Tensor };
  const lookup = steps.find(({ reads }) => reads.length === 0);
  if (lookup !== undefined) {
    return {
      name: lookup.node.name,
      get value() {
        return lookup.seen.output;
      },
    };
  }
  const got = model.inputs.map(({ name }) => `"${name}"`).join(", ");
  throw new RangeError(`analyze: takes models with an input of floats, or ids that rows are looked up by, got ${got}`);
}

/** Inputs of whole numbers that are pictures, and where their relevance is read off: at the floats made of them. */
export function readAt({ model, inputs, steps }: Tape): ReadonlyMap<string, ReturnType<typeof explainedInput>> {
  const found = new Map<string, ReturnType<typeof explainedInput>>();
  // Inputs may be many, and each may be looked up by.
  const given = new Map(model.inputs.map(({ name }, i) => [name, inputs[i]!]));
  for (const step of steps) {
    const name = step.reads.length > 0 ? undefined : step.node.inputs.find((each) => given.has(each));
    if (name === undefined || found.has(name)) continue;
    // May have to be made again: looked at last.
    const { output } = step.seen;
    if (sameShape(given.get(name)!.shape, output.shape)) found.set(name, { name: step.node.name, value: output });
  }
  return found;
}

/**
 * Runs the model forward and records it. Throws a `ShapeError` for inputs the model does not take, and a `RangeError`
 * where a sum of finite products is more than single precision holds: a rectifier behind it would hide that.
 */
export function record(model: Model, inputs: readonly Value[]): Tape {
  const lowered = model.lower(...inputs);
  const slots = lowered.slots(inputs);
  const steps = lowered.steps.map(recorder(model, slots)).filter((step) => step !== undefined);
  return { model, inputs, steps, value: valueOf(lowered, slots) };
}

/** Runs steps of a network one after another on these slots, and records those through which relevance runs. */
export function recorder(model: Model, slots: (Value | undefined)[]): (step: Step) => TapeStep | undefined {
  const names = namesOf(model);
  return (step) => {
    if (!carriesRelevance(step)) {
      slots[step.writes] = execute(step, slots);
      return undefined;
    }
    const { node, carries, writes } = step;
    const layer = layerOf(step, slots);
    const arguments_ = readTensors(step, slots);
    const linearization = isAffine(layer) ? affine(node.name, layer, arguments_) : layer.pullback(...arguments_);
    slots[writes] = linearization.output;
    const reads = step.reads.map((slot) => names[slot]!);
    const seen = { inputs: arguments_, carries, ...linearization };
    return { node, layer, isBound: "bound" in step, reads, seen };
  };
}

/** The names of the values by slot. */
export function namesOf(model: Model): readonly string[] {
  return [...model.inputs, ...model.nodes].map(({ name }) => name);
}

/** Looks values up by name, as long as the memory that they are in now is there. */
export function valueOf(lowered: LoweredModel, slots: readonly (Value | undefined)[]): Tape["value"] {
  const memory = lifetime();
  return (name) => {
    if (memory.ended) {
      throw new RangeError("analyze: takes a forward pass that is still there, got one of a `scratch` that ended");
    }
    const found = slots[lowered.slotOf(name)!];
    if (found instanceof Tensor) return found;
    throw new RangeError(`value: takes the name of a value of floats, got "${name}" of ${found?.type ?? "nothing"}`);
  };
}

/** Whether relevance runs through a step. */
export function carriesRelevance(step: Step): step is LayerStep | BoundStep {
  if ("computed" in step) return false;
  return step.carries.includes(true) || ("bound" in step && step.bound.source === true);
}

/** What can be analysed: the input, the inputs of a model with several, or a forward pass that was kept. */
export type Analyzable = Inputs | Tape;

/** Whether this is a forward pass, and not inputs: one named "steps" would be a value. */
export function isTape(input: Analyzable): input is Tape {
  return typeof input === "object" && input !== null && Array.isArray((input as Tape).steps);
}

/** The forward pass of what can be analysed; throws a `RangeError` for one that is of another model. */
export function tapeOf(model: Model, input: Analyzable): Tape {
  if (!isTape(input)) return record(model, inputsOf(model, input));
  if (input.model !== model) throw new RangeError("analyze: takes a forward pass of its own model, got one of another");
  return input;
}

/** Rules look at the sum of an affine layer; its pullback is only prepared for those that ask for it. */
function affine(name: string, layer: AffineLayer, inputs: readonly Tensor[]): Omit<Seen, "inputs" | "carries"> {
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

/** A sentence for the first value that is not finite, if there is one: an input, or what a node made of finite ones. */
export function overflows({ model, inputs, steps }: Tape): readonly string[] {
  const given = inputs.findIndex((input) => input instanceof Tensor && !allFinite(input));
  if (given >= 0) return [`input "${model.inputs[given]!.name}" holds values that are not finite`];
  const broken = steps.find(({ seen }) => !allFinite(seen.output));
  if (broken === undefined) return [];
  const { node, layer, seen } = broken;
  const what = Number.isNaN(sum(seen.output)) ? "NaN" : "infinite";
  const where = `node "${node.name}" (${layer.kind}) in the forward pass`;
  return [`values become ${what} at ${where}: is the input scaled as expected?`];
}
