/** Walking through an ONNX graph, node by node, until every name has a value. */
import { ShapeError, type Shape } from "@relprop/tensor";
import { ModelFormatError } from "../model-format-error.ts";
import { Attributes } from "./attributes.ts";
import { Budget, type Constant } from "./constant.ts";
import type { External } from "./external-data.ts";
import type { Fold } from "./fold/call.ts";
import { FOLDS } from "./fold/folds.ts";
import { isParameterPath } from "./naming.ts";
import { Operation, type Surroundings } from "./operation.ts";
import { OPERATORS, SUPPORTED } from "./operators/operators.ts";
import { nodesInOrder } from "./order.ts";
import type { GraphProto, NodeProto } from "./schema.ts";
import { tensorNumbers, type TensorProto } from "./tensor-proto.ts";
import { known, type Known, type Value } from "./value.ts";

/** What a walk through a graph needs to know beforehand. */
export interface Setting {
  readonly version: number;
  readonly external: External | undefined;
  readonly budget: Budget;
  /** The inputs' shapes for every probe. */
  readonly inputs: ReadonlyMap<string, readonly Shape[]>;
  readonly probes: number;
  readonly fixedBatch: number | undefined;
  /** The names of the whole graph's outputs. */
  readonly outputs: ReadonlySet<string>;
}

/** The values of a graph whose nodes are in order; each is found out once. */
export class GraphWalk implements Surroundings {
  readonly version: number;
  readonly probes: number;
  readonly fixedBatch: number | undefined;
  readonly budget: Budget;
  readonly #setting: Setting;
  readonly #values = new Map<string, Value>();
  readonly #initializers = new Map<string, TensorProto>();
  readonly #producers = new Map<string, NodeProto>();
  #steps = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.version = setting.version;
    this.probes = setting.probes;
    this.fixedBatch = setting.fixedBatch;
    this.budget = setting.budget;
    for (const [name, shapes] of setting.inputs) {
      this.#values.set(name, { kind: "flow", shapes, step: undefined, input: name });
    }
  }

  /** Finds out the values of a graph's nodes, which may read what was found out before. */
  run(graph: GraphProto): void {
    const nodes = nodesInOrder(graph, (name) => this.#values.has(name) || this.#initializers.has(name));
    for (const tensor of graph.initializers) {
      if (!this.#values.has(tensor.name)) this.#initializers.set(tensor.name, tensor);
    }
    for (const node of graph.nodes) {
      for (const name of node.outputs) if (name !== "") this.#producers.set(name, node);
    }
    for (const node of nodes) {
      const values = this.#outputs(node);
      node.outputs.forEach((name, i) => {
        if (name !== "") this.#values.set(name, values[i] ?? refusal(node, `has no output ${i} here`));
      });
    }
  }

  isOutput(name: string): boolean {
    return this.#setting.outputs.has(name);
  }

  nextOrder(): number {
    return this.#steps++;
  }

  value(name: string): Value {
    const found = this.#values.get(name);
    if (found !== undefined) return found;
    const tensor = this.#initializers.get(name);
    if (tensor === undefined) throw new ModelFormatError(`loadOnnx: takes values that something makes, got "${name}"`);
    const constant = tensorNumbers(tensor, this.#setting.external);
    const value = known(constant, this.probes, name);
    this.#values.set(name, value);
    return value;
  }

  producer(name: string): NodeProto | undefined {
    return this.#producers.get(name);
  }

  /** The values of a node's outputs; what goes wrong waits until somebody needs the value. */
  #outputs(node: NodeProto): readonly Value[] {
    try {
      return this.#lower(node);
    } catch (error) {
      if (!(error instanceof ModelFormatError) && !(error instanceof RangeError)) throw error;
      const refused = error instanceof ModelFormatError ? ({ kind: "refused", error } as const) : refusal(node, error);
      return node.outputs.map(() => refused);
    }
  }

  #lower(node: NodeProto): readonly Value[] {
    const name = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
    const [operator, fold] = [OPERATORS.get(name), FOLDS.get(name)];
    if (operator === undefined && fold === undefined) {
      throw new ModelFormatError(
        `loadOnnx: ${called(node)} uses operator ${name}, supported are ${SUPPORTED}`, node.position,
      );
    }
    const operation = new Operation(node, this);
    const inputs = node.inputs.map((_, i) => operation.value(i));
    if (fold !== undefined && inputs.every((input) => input?.kind !== "flow")) {
      return this.#fold(node, fold, inputs as readonly (Known | undefined)[]);
    }
    if (operator === undefined) throw new RangeError("takes constants, got the output of a layer");
    const result = operator(operation);
    return "kind" in result ? [result] : result;
  }

  #fold(node: NodeProto, fold: Fold, inputs: readonly (Known | undefined)[]): readonly Value[] {
    const calls = new Map<Constant | undefined, readonly Constant[]>();
    const agree = inputs.every((input) => input === undefined || new Set(input.constants).size === 1);
    const perProbe = Array.from({ length: this.probes }, (_, probe) => {
      const key = inputs[0]?.constants[probe];
      const made = (agree ? calls.get(key) : undefined) ?? fold({
        attributes: new Attributes(node),
        version: this.version,
        inputs: inputs.map((input) => input?.constants[probe]),
        outputs: node.outputs.length,
        budget: this.budget,
      });
      calls.set(key, made);
      return made;
    });
    const inherited = inputs.find((input) => input?.source !== undefined)?.source;
    return node.outputs.map((name, i): Known | ReturnType<typeof refusal> => {
      const constants = perProbe.map((made) => made[i]);
      // Exporters store equal parameters once, and copy them under the names of the others.
      const source = isParameterPath(name) ? name : inherited;
      return constants.every((constant) => constant !== undefined)
        ? { kind: "known", constants, source }
        : refusal(node, `has no output ${i} here`);
    });
  }
}

/** How errors call a node. */
export function called({ name, opType, outputs }: NodeProto): string {
  return name === "" ? `the ${opType} node that makes "${outputs[0] ?? ""}"` : `node "${name}"`;
}

function refusal(node: NodeProto, reason: string | RangeError): Extract<Value, { kind: "refused" }> {
  const message = typeof reason === "string" ? reason : reason.message;
  const options = reason instanceof ShapeError ? { cause: reason } : undefined;
  const error = new ModelFormatError(`loadOnnx: ${called(node)} (${node.opType}): ${message}`, node.position, options);
  return { kind: "refused", error };
}
