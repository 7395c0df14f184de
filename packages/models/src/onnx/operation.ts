/** One node of an ONNX graph as the functions that lower operators see it. */
import type { Layer } from "@relprop/layers";
import { formatShape, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { Attributes } from "./attributes.ts";
import { constantTensor, type Budget, type Constant } from "./constant.ts";
import type { GraphProto, NodeProto } from "./schema.ts";
import { agreed, type Flow, type Known, type Origin, type Value } from "./value.ts";

/** What surrounds a node: values by name, and the nodes they come from. */
export interface Surroundings {
  /** The version of the operator set. */
  readonly version: number;
  /** The number of probes. */
  readonly probes: number;
  /** The batch that shapes in the file have, where the file fixes one. */
  readonly fixedBatch: number | undefined;
  /** What the file may make of itself. */
  readonly budget: Budget;
  /** Counts steps. */
  nextOrder(): number;
  value(name: string): Value;
  /** Whether the name is that of an output of the whole graph. */
  isOutput(name: string): boolean;
  /** Finds out the values of a subgraph. */
  run(graph: GraphProto): void;
  /** The node whose output has this name. */
  producer(name: string): NodeProto | undefined;
}

/** No layer's output is larger than this for a single sample, so that shapes cannot ask for the impossible. */
const LARGEST = 2 ** 31;

/** A node, its inputs and attributes, and the means to say what it becomes. Everything throws a `RangeError`. */
export class Operation {
  readonly node: NodeProto;
  readonly attributes: Attributes;
  readonly graph: Surroundings;
  readonly #parameters: string[] = [];

  constructor(node: NodeProto, graph: Surroundings) {
    this.node = node;
    this.attributes = new Attributes(node);
    this.graph = graph;
  }

  /** The version of the operator set. */
  get version(): number {
    return this.graph.version;
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
    return value;
  }

  /** An input that depends on the model's inputs. */
  flow(index: number): Flow {
    const value = this.value(index);
    if (value?.kind !== "flow") {
      throw new RangeError(
        `takes input ${index} from other layers, got ${value === undefined ? "none" : "a constant"}`,
      );
    }
    return value;
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
      throw new RangeError(`takes a constant as input ${index}, got the output of ${describe(value)}`);
    }
    const constant = agreed(value);
    if (constant === undefined) throw new RangeError(`takes a constant as input ${index}, got one that ${DEPENDS}`);
    if (value.source !== undefined) this.#parameters.push(value.source);
    return constant;
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

  /** The numbers of a known input, or of the attribute that older operator sets have instead. */
  numbers(index: number, attribute: string): readonly number[] | undefined {
    const constant = this.constant(index);
    return constant === undefined ? this.attributes.integers(attribute) : Array.from(constant.data);
  }

  /** The numbers of a known input for every probe. */
  numbersPerProbe(index: number): readonly (readonly number[])[] | undefined {
    const value = this.value(index);
    if (value === undefined) return undefined;
    if (value.kind !== "known") {
      throw new RangeError(`takes a constant as input ${index}, got the output of ${describe(value)}`);
    }
    return value.constants.map((constant) => Array.from(constant.data));
  }

  /** The single number in a known input; `undefined` if it was left out. */
  scalar(index: number): number | undefined {
    const constant = this.constant(index);
    if (constant !== undefined && constant.data.length !== 1) {
      throw new RangeError(`takes a single number as input ${index}, got ${formatShape(constant.shape)}`);
    }
    return constant?.data[0];
  }

  /** The extents of a flow behind the batch, where they are the same for all probes; throws otherwise. */
  sample(flow: Flow): Shape {
    const [first, ...others] = flow.shapes.map((shape) => shape.slice(1));
    if (first === undefined || others.some((other) => formatShape(other) !== formatShape(first))) {
      throw new RangeError(`takes an input whose extents are known, got one that ${DEPENDS}`);
    }
    return first;
  }

  /** The number of dimensions of a flow. */
  rank(flow: Flow): number {
    return flow.shapes[0]!.length;
  }

  /** A layer that reads these flows; its shapes are checked. */
  emit(layer: Layer, ...inputs: Flow[]): Flow {
    const shapes = Array.from({ length: this.graph.probes }, (_, probe) => {
      const shape = layer.outputShape(...inputs.map((input) => input.shapes[probe]!));
      if (!(sizeOf(shape) <= LARGEST)) throw new RangeError(`makes an output of ${formatShape(shape)}, too large`);
      return shape;
    });
    return { kind: "flow", shapes, step: { layer, inputs, origin: this.origin(), order: this.graph.nextOrder() } };
  }

  /** What names layers emitted now: the node, and the constants asked for so far. */
  origin(): Origin {
    const { name: node, opType, module } = this.node;
    return { node, opType, module, parameters: [...this.#parameters] };
  }

  /** Lets layers be named after the parameters of a step that they take the place of. */
  inherit(origin: Origin): void {
    this.#parameters.unshift(...origin.parameters);
  }
}

/** The end of a sentence about something that should be fixed. */
export const DEPENDS = "depends on an axis that the file leaves free: say its extent with the option shapes";

function describe(flow: Flow): string {
  return flow.step === undefined ? `the input "${flow.input}"` : flow.step.layer.kind;
}
