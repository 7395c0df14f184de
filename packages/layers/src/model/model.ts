/** A network as a graph, seen as data. */
import {
  arenaRuns, checkKind, clone, formatShape, heldBy, Integers, ShapeError, sharedArena, Tensor, type Arena,
  type Layout, type Shape, type Value,
} from "@relprop/tensor";
import type { Graph, Limits, ModelInput, Node } from "./graph.ts";
import { layoutsOf } from "./layouts.ts";
import { describe, lower, Undetermined } from "./lower.ts";
import type { LoweredModel } from "./lowered-model.ts";
import { inOrder, type GivenInputs } from "./named-inputs.ts";
import type { Described } from "../layer/operator.ts";

/** Nodes in topological order. Throws a `RangeError` for duplicate or unknown names, or a node before its inputs. */
export class Model implements Graph {
  readonly inputs: readonly ModelInput[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  readonly limits: Limits | undefined;
  readonly remarks: readonly string[];
  readonly #positions: ReadonlyMap<string, number>;
  /** Where forward passes work, once there was one: shared, and kept with the model. */
  #arena: Arena | undefined;
  /** By shapes, and by the values that shapes depend on; the one used last stands last. */
  readonly #lowered = new Map<string, LoweredModel>();
  #layouts: ReadonlyMap<string, Layout> | undefined;
  /** Inputs whose values shapes were seen to depend on. */
  #decisive: ReadonlySet<string> = new Set();

  constructor(graph: Graph) {
    const { inputs, nodes, outputs, limits, remarks = [] } = Object(graph) as Graph;
    checkKind("Model", "lists of inputs, nodes and outputs", graph, [inputs, nodes, outputs].every(Array.isArray));
    const positions = new Map<string, number>();
    inputs.forEach((input, i) => define(positions, input?.name, i - inputs.length));
    nodes.forEach((node, i) => {
      const { name, inputs: sources } = Object(node) as Node;
      checkKind("Model", "nodes that list their inputs", node, Array.isArray(sources));
      for (const source of sources) {
        if (!positions.has(source)) {
          const later = nodes.some((each) => each?.name === source);
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
    this.limits = limits;
    this.remarks = remarks;
    this.#positions = positions;
  }

  /** The node of this name; throws a `RangeError` that lists what exists. */
  node(name: string): Node {
    const node = this.nodes[this.#positions.get(name) ?? -1];
    if (node === undefined) throw new RangeError(unknownNode("Model", name, this));
    return node;
  }

  /**
   * The name of the node that makes a value, given what the value is called in the file the model was read from;
   * `undefined` if none does. Inputs are found too.
   */
  nodeOf(value: string): string | undefined {
    return this.inputs.find(({ name }) => name === value)?.name ??
      this.nodes.find(({ values }) => values?.includes(value) === true)?.name;
  }

  /** Whether a node (not an input) of this name exists. */
  has(name: string): boolean {
    return (this.#positions.get(name) ?? -1) >= 0;
  }

  /** The nodes that rules are for: those whose values carry relevance. */
  get carriers(): readonly Node[] {
    return this.nodes.filter(({ inert = false }) => !inert);
  }

  /** Where the channels of an input or node stand; `undefined` where the network does not say. */
  layout(name: string): Layout | undefined {
    this.#layouts ??= layoutsOf(this);
    return this.#layouts.get(name);
  }

  /**
   * The shape of every node's output (and of the inputs, by name) for inputs of these shapes. They count as 2^17
   * elements at most towards `limits`: a shape that a file speaks of costs nothing.
   */
  shapes(...inputs: Shape[]): ReadonlyMap<string, Shape> {
    this.checkInputs(inputs);
    const described = inputs.map((shape, i): Described => ({ type: this.inputs[i]!.type ?? "float", shape }));
    const key = inputs.join(" and ");
    return (this.#lowered.get(key) ?? this.#remember(key, lower(this, described, undefined, 2 ** 17))).shapes;
  }

  /** The steps that these inputs take. They are worked out at the first use of their shapes, and kept for some. */
  lower(...given: GivenInputs): LoweredModel {
    const inputs = inOrder(this, given);
    this.checkInputs(inputs.map(({ shape }) => shape));
    this.#checkTypes(inputs);
    for (;;) {
      const key = this.#key(inputs);
      const known = this.#lowered.get(key);
      if (known !== undefined) return this.#remember(key, known);
      const described = inputs.map((input, i): Described =>
        this.#decisive.has(this.inputs[i]!.name) ? { ...describe(input), value: input } : describe(input));
      try {
        return this.#remember(key, lower(this, described));
      } catch (error) {
        if (!(error instanceof Undetermined)) throw error;
        if (error.inputs.length === 0) return lower(this, described, inputs);
        this.#decisive = new Set([...this.#decisive, ...error.inputs]);
      }
    }
  }

  /**
   * The outputs for these inputs: one value per model input, or an object with all of them by name. Where no arena
   * runs, the work is done in one, and the outputs are the caller's.
   */
  run(...given: GivenInputs): readonly Value[] {
    const inputs = inOrder(this, given);
    const lowered = this.lower(...inputs);
    const own = (output: Value): Value => (output instanceof Tensor ? clone(output) : output);
    const again = lowered.again(inputs);
    if (again !== undefined) return again.map(own);
    if (arenaRuns() || lowered.elements > most) return lowered.run(inputs);
    this.#arena ??= sharedArena();
    return this.#arena.run(() => lowered.run(inputs).map(own));
  }

  /** The outputs for these inputs, in order or by name; throws a `TypeError` for outputs of whole numbers. */
  forward(...inputs: GivenInputs): readonly Tensor[] {
    return this.run(...inputs).map((output, i) => {
      if (output instanceof Tensor) return output;
      const got = `${output.type} from "${this.outputs[i]!}"`;
      throw new TypeError(`Model: takes outputs of floats here, got ${got}: use run`);
    });
  }

  /** The first output for these inputs, in order or by name: `predict(x)`, `predict({ ids, mask })`. */
  predict(...inputs: GivenInputs): Tensor {
    return this.forward(...inputs)[0]!;
  }

  #key(inputs: readonly Value[]): string {
    return inputs.map((input, i) => {
      const decides = this.#decisive.has(this.inputs[i]!.name);
      return decides ? `${input.shape.join()}:${input.data.join()}` : input.shape.join();
    }).join(" and ");
  }

  #remember(key: string, lowered: LoweredModel): LoweredModel {
    this.#lowered.delete(key);
    this.#lowered.set(key, lowered);
    if (this.#lowered.size > LOWERINGS) this.#lowered.delete(this.#lowered.keys().next().value!);
    return lowered;
  }

  #checkTypes(inputs: readonly Value[]): void {
    this.inputs.forEach(({ name, type, double = false }, i) => {
      const input = inputs[i]!;
      const got = input instanceof Integers ? input.type : "floats";
      const data = heldBy(input);
      if (double && data.some((value: number) => Math.abs(value) === Infinity)) {
        throw new RangeError(`Model input "${name}": takes doubles that single precision holds, got an infinite one`);
      }
      if ((type === undefined) !== (got === "floats")) {
        const takes = type === undefined ? "floats" : `Integers (${type})`;
        throw new TypeError(`Model input "${name}": takes ${takes}, got ${got}`);
      }
    });
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
        (shape.length === got?.length && shape.every((extent, axis) => extent === undefined || extent === got[axis]));
      if (!fits) {
        const takes = `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
        throw new ShapeError(`Model input "${name}": takes ${takes}, got ${formatShape(got)}`);
      }
    });
  }
}

/** How many lowerings a model keeps. */
const LOWERINGS = 8;

/** A sentence for a name that a model does not have, listing those it has. */
export function unknownNode(who: string, name: string, model: Graph): string {
  const names = model.nodes.map((node) => node.name);
  const listed = names.length > 40 ? [...names.slice(0, 40), `… ${names.length - 40} more`] : names;
  return `${who}: takes the name of a node, got "${name}"; there are ${listed.join(", ")}`;
}

function define(positions: Map<string, number>, name: string, position: number): void {
  if (positions.has(name)) throw new RangeError(`Model: takes unique names, got "${name}" twice`);
  positions.set(name, position);
}

// Elements of values that may be held at once: 1 GB.
const most = 2 ** 28;
