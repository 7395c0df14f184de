/** Builders: nested networks lowered to one graph, whose nodes are named by their path. */
import { ActivationLayer } from "./activations/activation-layer.ts";
import type { Activation } from "./layer/activation.ts";
import { Add } from "./arithmetic/add.ts";
import type { Node } from "./model/graph.ts";
import type { Layer } from "./layer/layer.ts";
import { Model } from "./model/model.ts";
import { isOperator, type Operator } from "./layer/operator.ts";

/** A layer, an operator, an activation to be made a layer, or a model to be inlined. */
export type Part = Layer | Operator | Activation | Model;

/** The name of the input of every built model. */
const INPUT = "input";

/**
 * Parts one after another; nodes are named `0`, `1`, …, or by the keys of a record, and nested ones by their path
 * (`2.1`, `features.0`).
 */
export function chain(...parts: readonly Part[] | readonly [Readonly<Record<string, Part>>]): Model {
  const entries = namedParts(parts);
  const builder = new Builder("chain");
  let last = INPUT;
  entries.forEach(([name, part], i) => {
    last = builder.inline(part, name, [i], [last]);
  });
  return builder.model(last);
}

/**
 * Branches side by side on the same input, joined by `merge` (their sum by default); `name` of the merging node is
 * `merge`. An empty `chain()` is the identity branch.
 */
export function parallel(branches: readonly Part[] | Readonly<Record<string, Part>>, merge: Layer = new Add()): Model {
  const entries = Array.isArray(branches)
    ? branches.map((part: Part, i): [string, Part] => [String(i), part])
    : Object.entries(Object(branches) as Readonly<Record<string, Part>>);
  const builder = new Builder("parallel");
  const ends = entries.map(([name, part], i) => builder.inline(part, name, [i], [INPUT]));
  return builder.model(builder.inline(merge, "merge", [entries.length], ends));
}

/** `merge(x, part(x))`: a skip connection around `part`, the sum by default. */
export function skip(part: Part, merge: Layer = new Add()): Model {
  const builder = new Builder("skip");
  const end = builder.inline(part, "0", [0], [INPUT]);
  return builder.model(builder.inline(merge, "merge", [1], [INPUT, end]));
}

class Builder {
  readonly #who: string;
  readonly #nodes: Node[] = [];

  constructor(who: string) {
    this.#who = who;
  }

  /** Adds a part under a name, reading `inputs`; returns the name of its output. */
  inline(part: Part, name: string, index: readonly number[], inputs: readonly string[]): string {
    if (!(part instanceof Model)) {
      this.#nodes.push({ name, layer: this.#layer(part, name), inputs, index });
      return name;
    }
    if (part.inputs.length !== inputs.length || part.outputs.length !== 1) {
      throw new RangeError(
        `${this.#who}: takes parts with one output and ${inputs.length} inputs, ` +
          `got a model with ${part.outputs.length} and ${part.inputs.length} at "${name}"`,
      );
    }
    const renamed = new Map(part.inputs.map((input, i) => [input.name, inputs[i]!]));
    for (const node of part.nodes) {
      const path = `${name}.${node.name}`;
      renamed.set(node.name, path);
      this.#nodes.push({
        name: path,
        layer: node.layer,
        inputs: node.inputs.map((source) => renamed.get(source)!),
        index: [...index, ...node.index],
        ...(node.inert === undefined ? {} : { inert: node.inert }),
      });
    }
    return renamed.get(part.outputs[0]!)!;
  }

  #layer(part: Layer | Operator | Activation, name: string): Layer | Operator {
    if (isLayer(part)) return part;
    if (isActivation(part)) return new ActivationLayer(part);
    throw new TypeError(`${this.#who}: takes layers, activations and models, got ${typeof part} at "${name}"`);
  }

  model(output: string): Model {
    return new Model({ inputs: [{ name: INPUT }], nodes: this.#nodes, outputs: [output] });
  }
}

function namedParts(parts: readonly unknown[]): readonly (readonly [string, Part])[] {
  const [only] = parts;
  const isRecord = parts.length === 1 && !(only instanceof Model) && !isLayer(only) && !isActivation(only);
  if (isRecord) return Object.entries(Object(only) === only ? only as Record<string, Part> : { 0: only as Part });
  return parts.map((part, i) => [String(i), part as Part]);
}

function isLayer(part: unknown): part is Layer | Operator {
  if (typeof part !== "object" || part === null || !("kind" in part)) return false;
  return isOperator(part as Operator) || ("forward" in part && typeof part.forward === "function");
}

function isActivation(part: unknown): part is Activation {
  return typeof part === "object" && part !== null && "slope" in part && typeof part.slope === "function";
}
