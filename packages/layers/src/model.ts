/** A network as a graph, seen as data. */
import { formatShape, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer } from "./layer.ts";

/** One use of a layer: the same layer may stand in several nodes. */
export interface Node {
  /** Unique in its model: `features.0`, `layer1.0.conv1`, `2.1`. */
  readonly name: string;
  readonly layer: Layer;
  /** Names of nodes before this one, or of model inputs. */
  readonly inputs: readonly string[];
  /** Where it stands in the nesting it was built from, counted from 0: `[2, 1]`; `[position]` if not nested. */
  readonly index: readonly number[];
}

/** An input by name; an extent that is `undefined` is free (the batch, mostly), an absent shape is unknown. */
export interface ModelInput {
  readonly name: string;
  readonly shape?: readonly (number | undefined)[];
}

/** What a `Model` is made of. */
export interface Graph {
  readonly inputs: readonly ModelInput[];
  readonly nodes: readonly Node[];
  /** Names of the nodes (or inputs) whose values are the outputs. */
  readonly outputs: readonly string[];
}

/** Nodes in topological order. Throws a `RangeError` for duplicate or unknown names, or a node before its inputs. */
export class Model implements Graph {
  readonly inputs: readonly ModelInput[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  readonly #positions: ReadonlyMap<string, number>;
  /** The shapes for the inputs seen last. */
  #known: { readonly key: string; readonly shapes: ReadonlyMap<string, Shape> } | undefined;

  constructor({ inputs, nodes, outputs }: Graph) {
    const positions = new Map<string, number>();
    inputs.forEach(({ name }, i) => define(positions, name, i - inputs.length));
    nodes.forEach(({ name, inputs: sources }, i) => {
      for (const source of sources) {
        if (!positions.has(source)) {
          const later = nodes.some((node) => node.name === source);
          throw new RangeError(
            `Model: node "${name}" reads "${source}", which ${later ? "comes later" : "does not exist"}`,
          );
        }
      }
      define(positions, name, i);
    });
    for (const output of outputs) {
      if (!positions.has(output)) throw new RangeError(`Model: takes outputs among its nodes, got "${output}"`);
    }
    if (outputs.length === 0) throw new RangeError("Model: takes at least one output, got none");
    this.inputs = inputs;
    this.nodes = nodes;
    this.outputs = outputs;
    this.#positions = positions;
  }

  /** The node of this name; throws a `RangeError` that lists what exists. */
  node(name: string): Node {
    const node = this.nodes[this.#positions.get(name) ?? -1];
    if (node === undefined) throw new RangeError(unknownNode("Model", name, this));
    return node;
  }

  /** Whether a node (not an input) of this name exists. */
  has(name: string): boolean {
    return (this.#positions.get(name) ?? -1) >= 0;
  }

  /** The shape of every node's output (and of the inputs, by name) for inputs of these shapes. */
  shapes(...inputs: Shape[]): ReadonlyMap<string, Shape> {
    const key = inputs.join(" and ");
    if (this.#known?.key !== key) this.#known = { key, shapes: this.#shapes(inputs) };
    return this.#known.shapes;
  }

  #shapes(inputs: readonly Shape[]): ReadonlyMap<string, Shape> {
    this.checkInputs(inputs);
    const shapes = new Map<string, Shape>();
    this.inputs.forEach(({ name }, i) => shapes.set(name, inputs[i]!));
    for (const node of this.nodes) {
      shapes.set(
        node.name,
        within(node, () => node.layer.outputShape(...node.inputs.map((name) => shapes.get(name)!))),
      );
    }
    return shapes;
  }

  /** The outputs for these inputs, one tensor per model input. */
  forward(...inputs: Tensor[]): readonly Tensor[] {
    this.shapes(...inputs.map((input) => input.shape));
    const values = new Map<string, Tensor>();
    this.inputs.forEach(({ name }, i) => values.set(name, inputs[i]!));
    for (const node of this.nodes) {
      values.set(node.name, node.layer.forward(...node.inputs.map((name) => values.get(name)!)));
    }
    return this.outputs.map((name) => values.get(name)!);
  }

  /** The first output for these inputs. */
  predict(...inputs: Tensor[]): Tensor {
    return this.forward(...inputs)[0]!;
  }

  /** Throws a `ShapeError` unless there is one shape per model input and each fits. */
  checkInputs(shapes: readonly Shape[]): void {
    if (shapes.length !== this.inputs.length) {
      const names = this.inputs.map(({ name }) => name).join(", ");
      throw new ShapeError(`Model: takes ${this.inputs.length} inputs (${names}), got ${shapes.length}`);
    }
    this.inputs.forEach(({ name, shape }, i) => {
      const got = shapes[i]!;
      const fits = shape === undefined ||
        (shape.length === got.length && shape.every((extent, axis) => extent === undefined || extent === got[axis]));
      if (!fits) {
        const takes = `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
        throw new ShapeError(`Model input "${name}": takes ${takes}, got ${formatShape(got)}`);
      }
    });
  }
}

/** A sentence for a name that a model does not have, listing those it has. */
export function unknownNode(who: string, name: string, model: Graph): string {
  const names = model.nodes.map((node) => node.name);
  const listed = names.length > 40 ? [...names.slice(0, 40), `… ${names.length - 40} more`] : names;
  return `${who}: takes the name of a node, got "${name}"; there are ${listed.join(", ")}`;
}

/** Runs `body`, and says which node a `ShapeError` came from. */
function within<T>(node: Node, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(`node "${node.name}": ${error.message}`, { cause: error });
    throw error;
  }
}

function define(positions: Map<string, number>, name: string, position: number): void {
  if (positions.has(name)) throw new RangeError(`Model: takes unique names, got "${name}" twice`);
  positions.set(name, position);
}
