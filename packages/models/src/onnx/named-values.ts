/** The values of a graph and of the graphs within it by name. */
import { ModelFormatError } from "../model-format-error.ts";
import type { Budget } from "../budget.ts";
import type { Constant } from "./constant.ts";
import type { External } from "./external-data.ts";
import { checkAxes } from "./fold/call.ts";
import type { GraphProto, NodeProto } from "./schema.ts";
import { denseNumbers, type SparseTensorProto } from "./sparse-tensor.ts";
import { tensorNumbers, type TensorProto } from "./tensor-proto.ts";
import { known, type Step, type Value } from "./value.ts";

type Stored = TensorProto | SparseTensorProto;

/** What names stand for, found out one after the other; constants are converted when somebody reads them. */
export class NamedValues {
  readonly #external: External | undefined;
  readonly #budget: Budget;
  readonly #values = new Map<string, Value>();
  readonly #stored = new Map<string, Stored>();
  readonly #namesOfStored = new Map<Stored, string>();
  readonly #producers = new Map<string, NodeProto | undefined>();
  readonly #read = new Set<string>();

  constructor(external: External | undefined, budget: Budget) {
    this.#external = external;
    this.#budget = budget;
  }

  /** Takes in a graph's constants, who makes what in it, and what is read there. */
  enter(graph: GraphProto): void {
    for (const tensor of [...graph.initializers, ...(graph.sparse ?? [])]) {
      if (!this.#values.has(tensor.name)) this.#stored.set(tensor.name, tensor);
    }
    addRead(graph, this.#read);
    for (const node of graph.nodes) {
      for (const name of node.outputs) if (name !== "") this.#producers.set(name, node);
    }
  }

  /** Whether there is a value of this name. */
  has(name: string): boolean {
    return this.#values.has(name) || this.#stored.has(name);
  }

  /** Says what a name stands for. */
  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** The value of this name; throws a `ModelFormatError` where nothing makes it. */
  get(name: string): Value {
    const found = this.#values.get(name);
    if (found !== undefined) return found;
    const tensor = this.#stored.get(name);
    if (tensor === undefined) throw new ModelFormatError(`loadOnnx: takes values that something makes, got "${name}"`);
    const value = known(this.#numbers(tensor), name);
    this.#values.set(name, value);
    return value;
  }

  #numbers(tensor: Stored): Constant {
    try {
      const constant = "indices" in tensor
        ? denseNumbers(tensor, this.#external, this.#budget)
        : tensorNumbers(tensor, this.#external);
      checkAxes(constant, (elements) => this.#budget.positions.take(elements));
      return constant;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ModelFormatError(`loadOnnx: constant "${tensor.name}": ${error.message}`, undefined, { cause: error });
    }
  }

  /** Lets go of nodes, and of constants as they stand in the file that were converted or are read by nobody. */
  forget(): void {
    for (const name of this.#stored.keys()) {
      if (this.#values.has(name) || !this.#read.has(name)) this.#stored.delete(name);
    }
    for (const name of this.#producers.keys()) this.#producers.set(name, undefined);
  }

  /** The node that makes the value of this name. */
  producer(name: string): NodeProto | undefined {
    return this.#producers.get(name);
  }

  /** Whether a node reads the value of this name, or a graph gives it out. */
  isRead(name: string): boolean {
    return this.#read.has(name);
  }

  /** Whether a value has this name, or is to have it. */
  isTaken(name: string): boolean {
    return this.has(name) || this.#producers.has(name);
  }

  /** A name that no value has, made of this one. */
  free(name: string): string {
    return this.isTaken(name) ? this.free(`${name}@`) : name;
  }

  /** The name of a constant of a subgraph, which is one however often the subgraph is taken. */
  nameOfStored(tensor: Stored): string {
    const found = this.#namesOfStored.get(tensor);
    if (found !== undefined) return found;
    const name = this.free(tensor.name);
    this.#namesOfStored.set(tensor, name);
    this.#stored.set(name, tensor);
    return name;
  }

  /** The names of the values that each step makes, for those that are flows. */
  valuesOf(): ReadonlyMap<Step, readonly string[]> {
    const names = new Map<Step, string[]>();
    for (const [name, value] of this.#values) {
      if (value.kind !== "flow" || value.step === undefined) continue;
      const found = names.get(value.step);
      if (found === undefined) names.set(value.step, [name]);
      else found.push(name);
    }
    return names;
  }
}

/** Adds the names that a graph's nodes and its end read, those of subgraphs included. */
function addRead({ nodes, outputs }: GraphProto, into: Set<string>): void {
  for (const { name } of outputs) into.add(name);
  for (const node of nodes) {
    for (const name of node.inputs) into.add(name);
    for (const { graph } of node.attributes.values()) if (graph !== undefined) addRead(graph, into);
  }
}
