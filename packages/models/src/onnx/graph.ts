/** Walking through an ONNX graph, node by node, until every name has a value. */
import { STEP } from "@relprop/layers";
import { isInteger, type DType } from "../dtype.ts";
import { ModelFormatError } from "../model-format-error.ts";
import type { Budget } from "../budget.ts";
import { Attributes } from "./attributes.ts";
import type { Constant } from "./constant.ts";
import { evaluation } from "./evaluation.ts";
import type { External } from "./external-data.ts";
import { calculated, checkAxes, type Fold } from "./fold/call.ts";
import { castType } from "./fold/elementwise.ts";
import { DECISIVE, ENDING, FOLDS, UNREAD } from "./fold/folds.ts";
import { resultOf } from "./fold/result.ts";
import { custom, type OnnxOperator } from "./custom-operator.ts";
import { aligning } from "./legacy-broadcast.ts";
import { isParameterPath } from "./naming.ts";
import { Operation, type FlowFacts, type Surroundings } from "./operation.ts";
import { OPERATORS, SUPPORTED } from "./operators/operators.ts";
import { carried, CHOOSING, encoded, MOVING, QUANTIZED, sameZero } from "./operators/quantized.ts";
import { nodesInOrder } from "./order.ts";
import { KEEPING, pictureSource, turnedPicture } from "./pictures.ts";
import { called, refusal, refusedLater, unsupported } from "./refusal.ts";
import type { GraphProto, NodeProto } from "./schema.ts";
import { tensorNumbers, type TensorProto } from "./tensor-proto.ts";
import { known, type Flow, type Known, type Refused, type Step, type Value } from "./value.ts";

/** What a walk through a graph needs to know beforehand. */
export interface Setting {
  readonly version: number;
  readonly external: External | undefined;
  readonly budget: Budget;
  readonly inputs: readonly Flow[];
  /** Inputs that were made constants. */
  readonly bound: ReadonlyMap<string, Constant>;
  /** The batch that shapes in the file have, where the file fixes one and takes others too. */
  readonly fixedBatch: number | undefined;
  /** The names of the whole graph's outputs. */
  readonly outputs: ReadonlySet<string>;
  /** Operators of the caller's, by name. */
  readonly operators?: Readonly<Record<string, OnnxOperator>>;
}

/** The values of a graph whose nodes are in order; each is found out once. */
export class GraphWalk implements Surroundings {
  readonly version: number;
  readonly budget: Budget;
  readonly fixedBatch: number | undefined;
  readonly #setting: Setting;
  readonly #values = new Map<string, Value>();
  readonly #initializers = new Map<string, TensorProto>();
  readonly #producers = new Map<string, NodeProto>();
  readonly #read = new Set<string>();
  readonly #unknown = new Map<string, NodeProto[]>();
  #steps = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.version = setting.version;
    this.budget = setting.budget;
    this.fixedBatch = setting.fixedBatch;
    for (const flow of setting.inputs) this.#values.set(flow.input!, flow);
    for (const [name, constant] of setting.bound) this.#values.set(name, known(constant));
  }

  /** Finds out the values of a graph's nodes, which may read what was found out before. */
  run(graph: GraphProto): void {
    const nodes = nodesInOrder(graph, (name) => this.#values.has(name) || this.#initializers.has(name));
    for (const tensor of graph.initializers) {
      if (!this.#values.has(tensor.name)) this.#initializers.set(tensor.name, tensor);
    }
    addRead(graph, this.#read);
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

  /** The names of the values that each step makes, for those that are flows. */
  valuesOf(): ReadonlyMap<Step, readonly string[]> {
    const names = new Map<Step, string[]>();
    for (const [name, value] of this.#values) {
      if (value.kind !== "flow" || value.step === undefined) continue;
      const known = names.get(value.step);
      if (known === undefined) names.set(value.step, [name]);
      else known.push(name);
    }
    return names;
  }

  /** All operators that nobody knows, with what to do; `undefined` where there is no node with one, or only one. */
  get unknownOperators(): ModelFormatError | undefined {
    const nodes = [...this.#unknown.values()].flat();
    if (nodes.length < 2) return undefined;
    const listed = [...this.#unknown].map(([name, [first, ...others]]) =>
      `${name} (${called(first!)}${others.length > 0 ? ` and ${others.length} more` : ""})`);
    return new ModelFormatError(
      `loadOnnx: takes operators that it knows, got ${nodes.length} nodes of others: ${listed.join(", ")}. Export ` +
        "with another operator set or without fusing, or say what they do by the option operators; supported are " +
        SUPPORTED,
      nodes[0]!.position,
    );
  }

  isOutput(name: string): boolean {
    return this.#setting.outputs.has(name);
  }

  get firstInput(): Flow {
    return this.#setting.inputs[0]!;
  }

  isRead(name: string): boolean {
    return this.#read.has(name) || this.isOutput(name);
  }

  nextOrder(): number {
    return this.#steps++;
  }

  value(name: string): Value {
    const found = this.#values.get(name);
    if (found !== undefined) return found;
    const tensor = this.#initializers.get(name);
    if (tensor === undefined) throw new ModelFormatError(`loadOnnx: takes values that something makes, got "${name}"`);
    const value = known(this.#checked(tensorNumbers(tensor, this.#setting.external)), name);
    this.#values.set(name, value);
    return value;
  }

  #checked(constant: Constant): Constant {
    checkAxes(constant, (elements) => this.budget.positions.take(elements));
    return constant;
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

  /** The node with operands laid where today's operators expect them. */
  #aligned(node: NodeProto): NodeProto {
    if (this.version >= 7) return node;
    const [left, right] = node.inputs.map((name) => (name === "" ? undefined : this.value(name)));
    const rank = (value: Value | undefined): number | undefined =>
      value?.kind === "known" ? value.constant.shape.length : value?.kind === "flow" ? value.rank : undefined;
    const before = aligning(node, this.version, rank(left), rank(right));
    if (before === undefined) return node;
    this.#values.set(before.outputs[0]!, this.#outputs(before)[0]!);
    return { ...node, inputs: node.inputs.with(1, before.outputs[0]!) };
  }

  #lower(given: NodeProto): readonly Value[] {
    const node = this.#aligned(given);
    const name = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
    const [operator, fold] = [OPERATORS.get(name), FOLDS.get(name)];
    this.budget.positions.take(STEP + node.inputs.length * node.outputs.length);
    const operation = new Operation(node, this);
    const { operators = {} } = this.#setting;
    if (Object.hasOwn(operators, name)) return [custom(operation, name, operators[name]!)];
    if (operator === undefined && fold === undefined) {
      const others = this.#unknown.get(name);
      if (others === undefined) this.#unknown.set(name, [node]);
      else others.push(node);
      const refused = refusedLater(() => unsupported(node, name, SUPPORTED));
      return node.outputs.map(() => refused);
    }
    const inputs = node.inputs.map((_, i) => operation.value(i));
    const flows = inputs.filter((input) => input?.kind === "flow");
    if (fold !== undefined && flows.length === 0) {
      return this.#fold(node, fold, inputs as readonly (Known | undefined)[]);
    }
    const special = this.#quantized(operation, inputs);
    if (special !== undefined) return special;
    // Rows that ids look up are where relevance is read off, though nothing that carries it makes them.
    if (fold === undefined || isLookup(node, inputs[0])) {
      const made = listed(operator!(operation));
      for (const value of made) if (value.kind === "known") this.#checked(value.constant);
      return made;
    }
    // What makes whole numbers of floats ends their relevance.
    const isInert = flows.every(({ inert }) => inert);
    const facts = node.outputs.map((_, output) => resultOf(operation, inputs, output));
    const ends = facts.map(({ dtype }) => isInert || ENDING.has(name) || isInteger(dtype));
    const isEnd = ends.every((end) => end);
    const turned = isInert ? turnedPicture(operation, inputs[0], (each) => this.#lower(each)) : undefined;
    if (turned !== undefined) return [turned];
    if (!isEnd && operator === undefined) {
      throw new RangeError("takes values without relevance, got the output of a layer");
    }
    const layers = isEnd ? [] : listed(operator!(operation));
    return facts.map((fact, output) =>
      (ends[output]! ? this.#evaluate(operation, fold, inputs, flows, fact, output) : layers[output]
        ?? refusal(node, `has no output ${output} here`)));
  }

  /** What becomes of quantised floats with relevance; `undefined` where there are none. */
  #quantized(op: Operation, inputs: readonly (Known | Flow | undefined)[]): readonly Value[] | undefined {
    const { node } = op;
    const [first] = inputs;
    const begins = /^(Dynamic)?QuantizeLinear$/.test(node.opType) && first?.kind === "flow" && !first.inert;
    const carriers = inputs.map((_, i) => carried(op, i));
    const found = carriers.filter((carrier) => carrier !== undefined);
    if (!begins && found.length === 0 || CHOOSING.has(node.opType)) return undefined;
    const operator = QUANTIZED.get(node.opType);
    const isCast = node.opType === "Cast" && isInteger(castType(op.attributes.integer("to")));
    if (operator !== undefined && !isCast) return listed(operator(op));
    const [{ zero } = { zero: undefined }] = found;
    const isMoved = MOVING.has(node.opType) && carriers.every((carrier, i) =>
      carrier === undefined ? i > 0 && node.opType !== "Concat" : sameZero(carrier.zero, zero));
    if (!isMoved) {
      throw new RangeError("takes quantised values dequantised, or moved about as they are; got them as whole numbers");
    }
    const names = node.inputs.map((name, i) => (carriers[i] === undefined ? name : `${name} without its zero point`));
    names.forEach((name, i) => carriers[i] !== undefined && this.#values.set(name, carriers[i].carrier));
    const moved = listed(OPERATORS.get(node.opType)!(new Operation({ ...node, inputs: names }, this)));
    const { dtype } = inputs[carriers.findIndex((carrier) => carrier !== undefined)] as Flow;
    return moved.map((value) => (value.kind === "flow" && !value.inert ? encoded(op, value, { dtype, zero }) : value));
  }

  evaluated(op: Operation): readonly Flow[] {
    const inputs = op.node.inputs.map((_, i) => op.value(i));
    const flows = inputs.filter((input) => input?.kind === "flow");
    const fold = FOLDS.get(op.node.opType)!;
    return op.node.outputs.map((_, output) =>
      this.#evaluate(op, fold, inputs, flows, resultOf(op, inputs, output), output));
  }

  #fold(node: NodeProto, fold: Fold, inputs: readonly (Known | undefined)[]): readonly Value[] {
    const made = calculated(fold, {
      attributes: new Attributes(node),
      version: this.version,
      inputs: inputs.map((input) => input?.constant),
      outputs: node.outputs.length,
      budget: this.budget,
    }, !UNREAD.has(node.opType));
    const inherited = inputs.find((input) => input?.source !== undefined)?.source;
    return node.outputs.map((name, i): Known | Refused => {
      // Exporters store equal parameters once, and copy them under the names of the others.
      const source = isParameterPath(name) ? name : inherited;
      const constant = made[i];
      return constant === undefined ? refusal(node, `has no output ${i} here`) : { kind: "known", constant, source };
    });
  }

  /** What carries no relevance is calculated once its inputs are known. */
  #evaluate(
    op: Operation, fold: Fold, inputs: readonly (Known | Flow | undefined)[], flows: readonly Flow[],
    facts: FlowFacts & { readonly dtype: DType }, output: number,
  ): Flow {
    const { opType, outputs } = op.node;
    const isSource = !isInteger(facts.dtype) && flows.some(({ picture }) => picture === true);
    const flow = op.emit((isSource ? pictureSource : evaluation)({
      opType,
      attributes: op.attributes,
      version: this.version,
      fold,
      inputs: inputs.map((input) => (input?.kind === "flow" ? "read" : input)),
      outputs: outputs.length,
      output,
      dtype: facts.dtype,
      decisive: DECISIVE.get(opType) ?? [],
    }), flows, facts);
    if (isSource) return { ...flow, inert: false, step: { ...flow.step!, inert: false } };
    const picture = KEEPING.has(opType) && flows[0]!.picture === true;
    return { ...flow, inert: true, step: { ...flow.step!, inert: true }, ...(picture && { picture }) };
  }
}

/** Whether a node picks rows of a table of floats. */
function isLookup({ opType, domain }: NodeProto, table: Flow | Known | undefined): boolean {
  return domain === "" && opType === "Gather" && table?.kind === "known" && !isInteger(table.constant.dtype);
}

function listed(result: Value | readonly Value[]): readonly Value[] {
  return "kind" in result ? [result] : result;
}

/** Adds the names that a graph's nodes and its end read, those of subgraphs included. */
function addRead({ nodes, outputs }: GraphProto, into: Set<string>): void {
  for (const { name } of outputs) into.add(name);
  for (const node of nodes) {
    for (const name of node.inputs) into.add(name);
    for (const { graph } of node.attributes.values()) if (graph !== undefined) addRead(graph, into);
  }
}
