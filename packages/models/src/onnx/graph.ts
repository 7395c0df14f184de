/** Walking through an ONNX graph, node by node, until every name has a value. */
import { STEP, type Described } from "@relprop/layers";
import { isInteger, type DType } from "../dtype.ts";
import { ModelFormatError } from "../model-format-error.ts";
import type { Budget } from "../budget.ts";
import { Attributes } from "./attributes.ts";
import { evaluation, type Calculation } from "./evaluation.ts";
import { calculated, checkAxes, type Fold } from "./fold/call.ts";
import { resultOf, type Outcome } from "./fold/outcome.ts";
import { custom } from "./custom-operator.ts";
import { aligning } from "./legacy-broadcast.ts";
import { NamedValues } from "./named-values.ts";
import { isParameterPath } from "./naming.ts";
import { Operation, type FlowFacts, type Surroundings } from "./operation.ts";
import type { OperatorTable } from "./operators/operator-group.ts";
import { nodesInOrder } from "./order.ts";
import { KEEPING, pictureSource, turnedPicture } from "./pictures.ts";
import { describedFlow } from "./described-flow.ts";
import { functionKey, instanceOf, withAttributes } from "./instance.ts";
import { refusal } from "./refusal.ts";
import type { Setting } from "./setting.ts";
import { UnknownOperators } from "./unknown-operators.ts";
import type { FunctionProto, GraphProto, NodeProto } from "./schema.ts";
import { known, type Flow, type Known, type Refused, type Step, type Value } from "./value.ts";

/** The values of a graph whose nodes are in order; each is found out once. */
export class GraphWalk implements Surroundings {
  readonly budget: Budget;
  readonly fixedBatch: number | undefined;
  readonly table: OperatorTable;
  readonly #setting: Setting;
  readonly #named: NamedValues;
  readonly #unknown: UnknownOperators;
  #steps = 0;
  #instances = 0;
  /** The operator set's version: functions have their own. */
  #version: number;
  /** How many functions are being gone through. */
  #depth = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#version = setting.version;
    this.budget = setting.budget;
    this.fixedBatch = setting.fixedBatch;
    this.table = setting.table;
    this.#unknown = new UnknownOperators(setting.table.groups);
    this.#named = new NamedValues(setting.external, setting.budget);
    for (const flow of setting.inputs) this.#named.set(flow.input!, flow);
    for (const [name, constant] of setting.bound) this.#named.set(name, known(constant));
  }

  get version(): number {
    return this.#version;
  }

  /** Finds out the values of a graph's nodes, which may read what was found out before. */
  run(graph: GraphProto): void {
    const nodes = nodesInOrder(graph, (name) => this.#named.has(name));
    this.#named.enter(graph);
    for (const node of nodes) {
      const values = this.#outputs(node);
      node.outputs.forEach((name, i) => {
        if (name !== "") this.#named.set(name, values[i] ?? refusal(node, `has no output ${i} here`));
      });
    }
  }

  /** Lets go of what the file holds of constants that were converted: what is lowered later reads others at most. */
  forget(): void {
    this.#named.forget();
  }

  /** The names of the values that each step makes, for those that are flows. */
  valuesOf(): ReadonlyMap<Step, readonly string[]> {
    return this.#named.valuesOf();
  }

  /** All operators that nobody knows, with what to do; `undefined` where there is no node with one, or only one. */
  get unknownOperators(): ModelFormatError | undefined {
    return this.#unknown.error;
  }

  isOutput(name: string): boolean {
    return this.#setting.outputs.has(name);
  }

  get firstInput(): Flow {
    return this.#setting.inputs[0]!;
  }

  isRead(name: string): boolean {
    return this.#named.isRead(name) || this.isOutput(name);
  }

  nextOrder(): number {
    return this.#steps++;
  }

  /** Whether there is a value of this name already. */
  has(name: string): boolean {
    return this.#named.has(name);
  }

  value(name: string): Value {
    return this.#named.get(name);
  }

  producer(name: string): NodeProto | undefined {
    return this.#named.producer(name);
  }

  /** The values of a node's outputs; what goes wrong waits until somebody needs one, or nothing is left for any. */
  #outputs(node: NodeProto): readonly Value[] {
    try {
      return this.#lower(node);
    } catch (error) {
      if (!(error instanceof ModelFormatError) && !(error instanceof RangeError)) throw error;
      const refused = error instanceof ModelFormatError ? ({ kind: "refused", error } as const) : refusal(node, error);
      if (!this.budget.positions.has(STEP)) throw refused.error;
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
    this.#named.set(before.outputs[0]!, this.#outputs(before)[0]!);
    return { ...node, inputs: node.inputs.with(1, before.outputs[0]!) };
  }

  /** What a function of the file makes of a node's inputs. */
  #call(node: NodeProto, body: FunctionProto): readonly Value[] {
    if (this.#depth >= DEEPEST) throw new RangeError(`takes functions within functions ${DEEPEST} deep, got more`);
    const version = this.#version;
    this.#version = body.opsets.get("") ?? version;
    this.#depth++;
    try {
      return this.enter(withAttributes(body, node), node.inputs, node.outputs).map((name) => this.value(name));
    } finally {
      this.#version = version;
      this.#depth--;
    }
  }

  enter(graph: GraphProto, inputs: readonly string[], outputs: readonly string[] = []): readonly string[] {
    const given = new Map(graph.inputs.map(({ name }, i) => [name, inputs[i] ?? ""]));
    const stored = [...graph.initializers, ...(graph.sparse ?? [])];
    for (const tensor of stored) given.set(tensor.name, this.#named.nameOfStored(tensor));
    graph.outputs.forEach(({ name }, i) => {
      const wanted = outputs[i] ?? "";
      if (wanted !== "" && !given.has(name)) given.set(name, wanted);
    });
    const number = ++this.#instances;
    const own = instanceOf(graph, {
      given,
      fresh: (name) => (this.#named.isTaken(name) ? this.#named.free(`${name}@${number}`) : name),
      count: () => this.budget.positions.take(STEP),
    });
    this.run(own);
    return own.outputs.map(({ name }) => name);
  }

  define(value: Value, called: string): string {
    const name = this.#named.free(`${called}@${++this.#instances}`);
    this.#named.set(name, value);
    return name;
  }

  lowered(node: NodeProto): readonly Value[] {
    return this.#lower(node);
  }

  described(flow: Flow, said: (described: Described) => string): Described {
    return describedFlow(flow, said, this.#setting);
  }

  #lower(given: NodeProto): readonly Value[] {
    const node = this.#aligned(given);
    const name = node.domain === "" ? node.opType : `${node.domain}.${node.opType}`;
    const { operators: known, folds, structures, steps } = this.table;
    const [operator, fold, outcome] = [known.get(name), folds.get(name), this.#outcome(name)];
    this.budget.positions.take(STEP + node.inputs.length * node.outputs.length);
    const operation = new Operation(node, this);
    const { operators = {} } = this.#setting;
    if (Object.hasOwn(operators, name)) return [custom(operation, name, operators[name]!)];
    const body = this.#setting.functions.get(functionKey(node));
    if (body !== undefined) return this.#call(node, body);
    const structure = structures.get(name);
    if (structure !== undefined) return listed(structure(operation));
    const list = name === "Identity" ? this.value(node.inputs[0] ?? "") : undefined;
    if (list?.kind === "sequence") return [list];
    if (operator === undefined && fold === undefined) return this.#unknown.refused(node, name);
    const inputs = node.inputs.map((_, i) => operation.value(i));
    const flows = inputs.filter((input) => input?.kind === "flow");
    if (fold !== undefined && flows.length === 0) {
      return this.#fold(node, fold, outcome, inputs as readonly (Known | undefined)[]);
    }
    const special = steps.throughQuantized?.(operation, inputs);
    if (special !== undefined) return listed(special);
    // Rows that ids look up are where relevance is read off, though nothing that carries it makes them.
    if (fold === undefined || isLookup(node, inputs[0])) {
      const made = listed(operator!(operation));
      const take = (elements: number): void => this.budget.positions.take(elements);
      for (const value of made) if (value.kind === "known") checkAxes(value.constant, take);
      return made;
    }
    const axes = steps.axesOf?.(name, flows[0]!);
    if (axes !== undefined) return this.#fold(node, fold, outcome, [axes]);
    // What makes whole numbers of floats ends their relevance.
    const isInert = flows.every(({ inert }) => inert);
    const facts = node.outputs.map((_, output) => resultOf(operation, inputs, output, outcome));
    const ends = facts.map(({ dtype }) => isInert || outcome.ends === true || isInteger(dtype));
    const isEnd = ends.every((end) => end);
    const turned = isInert ? turnedPicture(operation, inputs[0], (each) => this.#lower(each)) : undefined;
    if (turned !== undefined) return [turned];
    if (!isEnd && operator === undefined) {
      if (this.table.groups !== undefined) return this.#unknown.refused(node, name);
      throw new RangeError("takes values without relevance, got the output of a layer");
    }
    const layers = isEnd ? [] : listed(operator!(operation));
    return facts.map((fact, output) =>
      (ends[output]! ? this.#evaluate(operation, { fold, outcome }, inputs, flows, fact, output) : layers[output]
        ?? refusal(node, `has no output ${output} here`)));
  }

  #outcome(name: string): Outcome {
    return this.table.outcomes.get(name) ?? {};
  }

  evaluated(op: Operation): readonly Flow[] {
    const inputs = op.node.inputs.map((_, i) => op.value(i));
    const flows = inputs.filter((input) => input?.kind === "flow");
    const { opType } = op.node;
    const [fold, outcome] = [this.table.folds.get(opType)!, this.#outcome(opType)];
    return op.node.outputs.map((_, output) =>
      this.#evaluate(op, { fold, outcome }, inputs, flows, resultOf(op, inputs, output, outcome), output));
  }

  #fold(
    node: NodeProto, fold: Fold, outcome: Outcome, inputs: readonly (Known | undefined)[],
  ): readonly Value[] {
    const made = calculated(fold, {
      attributes: new Attributes(node),
      version: this.version,
      inputs: inputs.map((input) => input?.constant),
      outputs: node.outputs.length,
      budget: this.budget,
    }, outcome);
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
    op: Operation, folded: Pick<Calculation, "fold" | "outcome">, inputs: readonly (Known | Flow | undefined)[],
    flows: readonly Flow[],
    facts: FlowFacts & { readonly dtype: DType }, output: number,
  ): Flow {
    const { opType, outputs } = op.node;
    // Rows with a one for a category are where relevance of what was chosen arrives.
    const isSource = opType === "OneHotEncoder" && flows[0]?.inert === true ||
      (!isInteger(facts.dtype) && flows.some(({ picture }) => picture === true));
    const flow = op.emit((isSource ? pictureSource : evaluation)({
      opType,
      attributes: op.attributes,
      version: this.version,
      ...folded,
      inputs: inputs.map((input) => (input?.kind === "flow" ? "read" : input)),
      outputs: outputs.length,
      output,
      dtype: facts.dtype,
    }), flows, facts);
    if (isSource) return { ...flow, inert: false, step: { ...flow.step!, inert: false } };
    const picture = KEEPING.has(opType) && flows[0]!.picture === true;
    return { ...flow, inert: true, step: { ...flow.step!, inert: true }, ...(picture && { picture }) };
  }
}

/** Functions within functions: as deep as modules lie in one another, and then some. */
const DEEPEST = 64;

/** Whether a node picks rows of a table of floats. */
function isLookup({ opType, domain }: NodeProto, table: Flow | Known | undefined): boolean {
  return domain === "" && opType === "Gather" && table?.kind === "known" && !isInteger(table.constant.dtype);
}

function listed(result: Value | readonly Value[]): readonly Value[] {
  return "kind" in result ? [result] : result;
}
