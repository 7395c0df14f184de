/** One node of an ONNX graph as the functions that lower operators see it. */
import type { Allowance, Described, Layer, LayerKind, Operator } from "@relprop/layers";
import { Constant as ConstantLayer, MOST_AXES, STEP, valueAt } from "@relprop/layers";
import { formatShape, type Shape, type Tensor } from "@relprop/tensor";
import { isInteger, type DType } from "../dtype.ts";
import { checkFanIn, type Budget } from "../budget.ts";
import { ModelFormatError } from "../model-format-error.ts";
import { Attributes } from "./attributes.ts";
import { constantTensor, constantWeight, type Constant } from "./constant.ts";
import { isParameterPath } from "./naming.ts";
import type { GraphProto, NodeProto } from "./schema.ts";
import type { Flow, Known, Origin, Value } from "./value.ts";

/** What surrounds a node: values by name, and the nodes they come from. */
export interface Surroundings {
  /** The version of the operator set. */
  readonly version: number;
  /** The batch that shapes in the file have, where the file fixes one and takes others too. */
  readonly fixedBatch: number | undefined;
  /** The first input of the network, whose first axis is the batch. */
  readonly firstInput: Flow;
  /** What the file may make of itself. */
  readonly budget: Budget;
  /** The operators that are known, an `OperatorTable`: the groups they are of, and steps of reading (`stepsOf`). */
  readonly table: { readonly groups: readonly string[] | undefined; readonly steps: object };
  /** Counts steps. */
  nextOrder(): number;
  value(name: string): Value;
  /** Whether the name is that of an output of the whole graph. */
  isOutput(name: string): boolean;
  /** Whether a node reads the value of this name, or the whole graph gives it out. */
  isRead(name: string): boolean;
  /**
   * Finds out the values of a subgraph anew, with values of these names as its inputs, and returns the names of its
   * outputs.
   */
  enter(graph: GraphProto, inputs: readonly string[]): readonly string[];
  /** Gives a value a name that no other has, made of what it is called. */
  define(value: Value, called: string): string;
  /** The values of a node's outputs; throws a `RangeError` or `ModelFormatError` where they cannot be had. */
  lowered(node: NodeProto): readonly Value[];
  /**
   * What a flow is where inputs have the shapes that the file says, and others where it leaves them open: what is said
   * of it must be the same with all. Throws a `RangeError` where it is not.
   */
  described(flow: Flow, said: (described: Described) => string): Described;
  /** The outputs of a node as values without relevance, calculated when their inputs are known. */
  evaluated(op: Operation): readonly Flow[];
  /** The node whose output has this name. */
  producer(name: string): NodeProto | undefined;
}

/** What a flow is besides what its layer says. */
export interface FlowFacts {
  /** The number of axes; by default the most of any input. */
  readonly rank?: number | undefined;
  readonly dtype?: DType;
  /** What it is within the operator, where that becomes several layers: `scores`. */
  readonly part?: string;
  /** What the arithmetic that it stands for was recognised as: `softmax`. */
  readonly recognized?: string;
}

/** What a layer is decided by: the lists of whole numbers and the shapes that were asked for. */
export interface Decision {
  readonly lists: readonly (readonly number[] | undefined)[];
  readonly shapes: readonly Shape[];
  /** What is left for what the layer writes down. */
  readonly allowance: Allowance;
}

/** How a layer that shapes or whole numbers decide is made. */
export interface Decided extends LayerKind, FlowFacts {
  /** The flows it reads. */
  readonly reads: readonly Flow[];
  /** Inputs of the node whose whole numbers it needs, by position. */
  readonly lists?: readonly number[];
  /** Flows whose shapes it needs; a layer that needs none, of known lists, is made when the file is read. */
  readonly shapesOf?: readonly Flow[];
  make(decision: Decision): Layer;
}

/** A node, its inputs and attributes, and the means to say what it becomes. Everything throws a `RangeError`. */
export class Operation {
  readonly node: NodeProto;
  readonly attributes: Attributes;
  readonly graph: Surroundings;
  /** The version of the operator set. */
  readonly version: number;
  /** The initialiser that names layers: the first of those asked for whose name is that of a parameter. */
  #parameter: string | undefined;

  constructor(node: NodeProto, graph: Surroundings) {
    this.node = node;
    this.attributes = new Attributes(node);
    this.graph = graph;
    this.version = graph.version;
  }

  /** The number of inputs, those left out at the end not counted. */
  get inputs(): number {
    return this.node.inputs.length;
  }

  /** An input of either kind; `undefined` if it was left out. */
  value(index: number): Flow | Known | undefined {
    const name = this.node.inputs[index] ?? "";
    return name === "" ? undefined : this.valueNamed(name);
  }

  /** A value of the graph by name; throws the reason if it cannot be had. */
  valueNamed(name: string): Flow | Known {
    const value = this.graph.value(name);
    if (value.kind === "refused") throw value.error;
    if (value.kind === "sequence") throw new RangeError(`takes "${name}" as a tensor, got a sequence`);
    if (value.kind === "absent") throw new RangeError(`takes "${name}" as a tensor, got an optional that is empty`);
    return value;
  }

  /** An input of floats; what does not depend on the model's inputs carries no relevance. */
  flow(index: number): Flow {
    const value = this.value(index);
    if (value?.kind === "known" && !isInteger(value.constant.dtype)) return this.constantFlow(this.parameter(index));
    if (value?.kind !== "flow") {
      throw new RangeError(
        `takes input ${index} from other layers, got ${value === undefined ? "none" : "a constant"}`,
      );
    }
    if (isInteger(value.dtype)) throw new RangeError(`takes floats as input ${index}, got ${value.dtype}`);
    return value;
  }

  /** A constant as a flow that carries no relevance. */
  constantFlow(value: Tensor): Flow {
    const flow = this.emit(new ConstantLayer(value), [], { rank: value.shape.length });
    return { ...flow, inert: true, step: { ...flow.step!, inert: true } };
  }

  /** All inputs, each depending on the model's inputs. */
  flows(): readonly Flow[] {
    return this.node.inputs.map((_, index) => this.flow(index));
  }

  /** A known input; `undefined` if it was left out. Layers emitted from now on are named after it. */
  constant(index: number): Constant | undefined {
    const value = this.value(index);
    if (value === undefined) return undefined;
    if (value.kind !== "known") {
      throw new RangeError(`takes a constant as input ${index}, got the output of ${described(value)}`);
    }
    if (value.source !== undefined && isParameterPath(value.source)) this.#parameter ??= value.source;
    return value.constant;
  }

  /** A known input as a tensor; `undefined` if it was left out. */
  tensor(index: number): Tensor | undefined {
    const constant = this.constant(index);
    return constant === undefined ? undefined : constantTensor(constant);
  }

  /** A known input as a tensor. */
  parameter(index: number): Tensor {
    const tensor = this.tensor(index);
    if (tensor === undefined) throw new RangeError(`takes an input ${index}, got none`);
    return tensor;
  }

  /** A known input as a weight, as the file stores it: for layers whose products take encoded numbers. */
  weight(index: number): Tensor {
    const constant = this.constant(index);
    if (constant === undefined) throw new RangeError(`takes an input ${index}, got none`);
    return constantWeight(constant);
  }

  /** The numbers of a known input, or of the attribute that older operator sets have instead. */
  numbers(index: number, attribute: string): readonly number[] | undefined {
    const constant = this.constant(index);
    return constant === undefined ? this.attributes.integers(attribute) : this.#listed(constant);
  }

  #listed({ data }: Constant): readonly number[] {
    this.graph.budget.positions.take(data.length);
    return Array.from(data);
  }

  /** The single number in a known input; `undefined` if it was left out. */
  scalar(index: number): number | undefined {
    const constant = this.constant(index);
    if (constant !== undefined && constant.data.length !== 1) {
      throw new RangeError(`takes a single number as input ${index}, got ${formatShape(constant.shape)}`);
    }
    return constant?.data[0];
  }

  /** The number of axes of a flow, where the operator must know it; throws where the file does not say. */
  rank(flow: Flow): number {
    if (flow.rank === undefined) {
      throw new RangeError("takes an input whose number of axes is known, got one that the file leaves open");
    }
    return flow.rank;
  }

  /** A layer that reads these flows. */
  emit(layer: Layer | Operator, inputs: readonly Flow[], facts: FlowFacts = {}): Flow {
    checkFanIn(inputs);
    const missing = inputs.findIndex((input: Flow | undefined) => input === undefined);
    if (missing >= 0) throw new RangeError(`takes an input ${missing}, got none`);
    const inert = inputs.length > 0 && inputs.every((input) => input.inert);
    const step = { layer, inputs, inert, origin: this.origin(facts), order: this.graph.nextOrder() };
    const rank = "rank" in facts ? facts.rank : highest(inputs);
    this.graph.budget.positions.take(STEP + inputs.length);
    if (rank !== undefined && rank > MOST_AXES) {
      throw new RangeError(`takes values of at most ${MOST_AXES} axes, got ${rank}`);
    }
    return { kind: "flow", step, inert, rank, dtype: facts.dtype ?? "F32" };
  }

  /** A layer that is made now if it can be, or else when the shapes and whole numbers that decide it are known. */
  decide(decided: Decided): Flow {
    const { reads, lists = [], shapesOf = [], make, rank, dtype, part, ...kind } = decided;
    const facts: FlowFacts = {
      rank: "rank" in decided ? rank : highest(reads),
      ...(dtype === undefined ? {} : { dtype }),
      ...(part === undefined ? {} : { part }),
    };
    const given = lists.map((index) => this.value(index));
    const wanted = given.filter((value) => value?.kind === "flow");
    if (shapesOf.length === 0 && wanted.length === 0) {
      const numbers = lists.map((index) => {
        const constant = this.constant(index);
        return constant === undefined ? undefined : this.#listed(constant);
      });
      return this.emit(make({ lists: numbers, shapes: [], allowance: this.graph.budget.positions }), reads, facts);
    }
    const operator: Operator = {
      ...kind,
      lower: (inputs: readonly Described[], allowance: Allowance) => {
        let next = reads.length + shapesOf.length;
        const numbers = given.map((value) => {
          if (value === undefined) return undefined;
          const { data } = value.kind === "flow" ? valueAt(inputs, next++) : value.constant;
          allowance.take(data.length);
          return Array.from(data);
        });
        const shapes = shapesOf.map((_, i) => inputs[reads.length + i]!.shape);
        return { layer: make({ lists: numbers, shapes, allowance }), reads: reads.map((_, i) => i) };
      },
    };
    const flow = this.emit(operator, [...reads, ...shapesOf, ...wanted], facts);
    const inert = reads.every((read) => read.inert);
    return { ...flow, inert, step: { ...flow.step!, inert } };
  }

  /** What names layers emitted now: the node, and what was asked for so far. */
  origin({ part, recognized }: Pick<FlowFacts, "part" | "recognized"> = {}): Origin {
    const { name: node, opType, module } = this.node;
    const more = { ...(part === undefined ? {} : { part }), ...(recognized === undefined ? {} : { recognized }) };
    return { node, opType, module, parameter: this.#parameter, ...more };
  }

  /** An error about this node. */
  error(reason: string): ModelFormatError {
    const { name, opType, outputs, position } = this.node;
    const who = name === "" ? `the ${opType} node that makes "${outputs[0] ?? ""}"` : `node "${name}"`;
    return new ModelFormatError(`loadOnnx: ${who}: ${reason}`, position);
  }

  /** The same surroundings for another node. */
  of(node: NodeProto): Operation {
    return new Operation(node, this.graph);
  }

  /** Lets layers be named after the parameters of a step that they take the place of. */
  inherit(origin: Origin): void {
    this.#parameter = origin.parameter ?? this.#parameter;
  }
}

function highest(inputs: readonly Flow[]): number | undefined {
  const ranks = inputs.map(({ rank }) => rank);
  return ranks.every((rank) => rank !== undefined) ? ranks.reduce((most, rank) => Math.max(most, rank), 0) : undefined;
}

function described(flow: Flow): string {
  return flow.step === undefined ? `the input "${flow.input}"` : flow.step.layer.kind;
}
