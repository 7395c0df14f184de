/** A TensorFlow graph written down anew in the operators of ONNX, whose reader then makes layers of it. */
import { STEP, type Allowance } from "@relprop/layers";
import { Tensor, type Shape } from "@relprop/tensor";
import { permuted } from "../../strided.ts";
import type { AttributeProto, GraphProto, NodeProto } from "../../onnx/schema.ts";
import type { TensorProto } from "../../onnx/tensor-proto.ts";
import type { GraphNode } from "./graph-def.ts";

/** A value of an attribute: a whole number, a list of those, a word, or a float. */
export type Said = number | readonly number[] | string | { readonly float: number };

/** ONNX' codes of the types that graphs have; whole numbers of 32 bits are taken as those of 64. */
export const TYPES: ReadonlyMap<string, number> = new Map([
  ["DT_FLOAT", 1], ["DT_DOUBLE", 1], ["DT_HALF", 1], ["DT_UINT8", 2], ["DT_INT32", 7], ["DT_INT64", 7], ["DT_BOOL", 9],
]);

/** How values are called whose channels were brought behind the batch. */
const FIRST = ":channelsFirst";

/** The nodes and constants so far. Values of planes may be there with channels last, first, or both. */
export class Rewrite {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[];
  readonly #around: Rewrite | undefined;
  readonly #constants = new Map<string, { readonly tensor: Tensor; readonly type: number }>();
  readonly #aliases = new Map<string, string>();
  readonly #plain = new Set<string>();
  /** The values at hand with channels behind the batch, and their numbers of axes. */
  readonly #first = new Map<string, number>();
  readonly #written = new Set<string>();
  readonly #allowance: Allowance;
  #made = 0;

  constructor(allowance: Allowance, around?: Rewrite) {
    this.#allowance = allowance;
    this.#around = around;
    this.initializers = around?.initializers ?? [];
  }

  /** For a graph within this one: it reads what is here, and constants stay here. */
  inside(): Rewrite {
    return new Rewrite(this.#allowance, this);
  }

  /** Counts what a node writes down. */
  take(count: number): void {
    this.#allowance.take(count);
  }

  /** A value under another name. */
  alias(name: string, of: string): void {
    this.#aliases.set(name, this.#original(of));
  }

  /** A weight; it is written down when something reads it. */
  define(name: string, tensor: Tensor, type: number): void {
    if (this.#around !== undefined) return this.#around.define(name, tensor, type);
    this.#constants.set(name, { tensor, type });
  }

  /** A value that something outside makes. */
  input(name: string): void {
    this.#plain.add(name);
  }

  /** A constant, if the value is one. */
  constant(name: string | undefined): Tensor | undefined {
    return name === undefined ? undefined : this.#defined(this.#original(name))?.tensor;
  }

  /** Whether a value is at hand with its channels behind the batch. */
  isFirst(name: string): boolean {
    return this.rankOf(name) !== undefined;
  }

  /** How many axes a value has that is at hand with its channels behind the batch. */
  rankOf(name: string): number | undefined {
    const original = this.#original(name);
    return this.#isOwn(original) ? this.#first.get(original) : this.#around?.rankOf(original);
  }

  /** The value as TensorFlow has it. */
  plain(given: string): string {
    const name = this.#original(given);
    const constant = this.#defined(name);
    if (constant !== undefined) return this.#write(name, constant.tensor, constant.type);
    if (!this.#isOwn(name) && this.#around !== undefined) return this.#around.plain(name);
    if (!this.#plain.has(name) && this.#first.has(name)) {
      this.#plain.add(name);
      const perm = orderLast(this.#first.get(name)!);
      this.#node("Transpose", [name + FIRST], [name], { perm }, `${name}/transpose`);
    }
    return name;
  }

  /** The value, of so many axes, with its channels behind the batch. */
  first(given: string, rank = 4): string {
    const name = this.#original(given);
    const constant = this.#defined(name);
    if (constant !== undefined) {
      const { tensor } = constant;
      if (tensor.shape.length !== rank) throw new RangeError(`takes ${rank} axes, got ${tensor.shape.length}`);
      return this.tensor(permuted(tensor, orderFirst(rank)), 1);
    }
    if (!this.#isOwn(name) && this.#around !== undefined) return this.#around.first(name, rank);
    if (!this.#first.has(name)) {
      this.#first.set(name, rank);
      this.#node("Transpose", [name], [name + FIRST], { perm: orderFirst(rank) }, `${name}/transpose`);
    }
    if (this.#first.get(name) !== rank) throw new RangeError(`takes ${rank} axes, got ${this.#first.get(name)}`);
    return name + FIRST;
  }

  /** A new constant of floats, or of another type. */
  tensor(tensor: Tensor, type = 1): string {
    return this.#write(`constant:${this.#number()}`, tensor, type);
  }

  /** A new constant of whole numbers. */
  integers(values: readonly number[]): string {
    const name = `constant:${this.#number()}`;
    this.take(STEP + values.length);
    this.initializers.push(written(name, [values.length], 7, { integers: values }));
    return name;
  }

  /** A new list of truths. */
  truths(bits: Float32Array): string {
    return this.tensor(new Tensor([bits.length], bits), 9);
  }

  /** A name for a value in between. */
  between(node: GraphNode, what: string): string {
    return `${node.name}:${what}${this.#number()}`;
  }

  /** A node whose output is the node's as TensorFlow has it. */
  make(
    node: GraphNode, opType: string, inputs: readonly string[], says: Readonly<Record<string, Said>> = {}, output = 0,
  ): void {
    const name = output === 0 ? node.name : `${node.name}:${output}`;
    this.#plain.add(name);
    this.#node(opType, inputs, [name], says, node.name);
  }

  /** A node whose output is the node's with channels behind the batch. */
  makeFirst(
    node: GraphNode, opType: string, inputs: readonly string[], says: Readonly<Record<string, Said>> = {}, rank = 4,
  ): void {
    this.#first.set(node.name, rank);
    this.#node(opType, inputs, [node.name + FIRST], says, node.name);
  }

  /** A node in between; its output. */
  step(
    node: GraphNode, opType: string, inputs: readonly string[], says: Readonly<Record<string, Said>> = {},
  ): string {
    const output = this.between(node, opType);
    this.#node(opType, inputs, [output], says, `${node.name}/${opType}`);
    return output;
  }

  /** A node with several outputs, in order, as TensorFlow has them. */
  split(
    node: GraphNode, opType: string, inputs: readonly string[], outputs: readonly string[],
    says: Readonly<Record<string, Said>>,
  ): void {
    this.#node(opType, inputs, outputs, says, node.name);
    for (const output of outputs) this.#plain.add(output);
  }

  /** A node that goes through graphs of its own, with outputs as TensorFlow has them. */
  structure(
    node: GraphNode, opType: string, inputs: readonly string[], outputs: readonly string[],
    graphs: Readonly<Record<string, GraphProto>>,
  ): void {
    this.take(STEP + inputs.length + outputs.length);
    const attributes = new Map(Object.entries(graphs).map(([name, graph]): [string, AttributeProto] =>
      [name, { name, graph, floats: [], integers: [], texts: [] }]));
    const { name } = node;
    this.nodes.push({ name, opType, domain: "", inputs, outputs, attributes, module: name, position: 0 });
    for (const output of outputs) this.#plain.add(output);
  }

  #number(): number {
    return this.#around === undefined ? this.#made++ : this.#around.#number();
  }

  /** Whether this graph makes a value, rather than one around it. */
  #isOwn(name: string): boolean {
    return this.#plain.has(name) || this.#first.has(name);
  }

  #defined(name: string): { readonly tensor: Tensor; readonly type: number } | undefined {
    return this.#around === undefined ? this.#constants.get(name) : this.#around.#defined(name);
  }

  #original(name: string | undefined): string {
    if (name === undefined) throw new RangeError("takes more inputs than there are");
    return this.#aliases.get(name) ?? (this.#around === undefined ? name : this.#around.#original(name));
  }

  #write(name: string, tensor: Tensor, dataType: number): string {
    if (this.#around !== undefined) return this.#around.#write(name, tensor, dataType);
    if (this.#written.has(name)) return name;
    this.#written.add(name);
    const { shape, encoded } = tensor;
    this.take(STEP + tensor.size);
    if (dataType === 1 && encoded !== undefined) {
      this.initializers.push(written(name, shape, dataType, { encoded }));
      return name;
    }
    const { data } = tensor;
    if (dataType === 1) {
      const packed = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      this.initializers.push(written(name, shape, dataType, { packed }));
    } else this.initializers.push(written(name, shape, dataType, { integers: Array.from(data) }));
    return name;
  }

  #node(
    opType: string, inputs: readonly string[], outputs: readonly string[], says: Readonly<Record<string, Said>>,
    module: string,
  ): void {
    for (const input of inputs) this.#original(input);
    this.take(STEP + inputs.length + outputs.length);
    const attributes = new Map(Object.entries(says).map(([name, value]) => [name, attribute(name, value)]));
    const domain = opType === "FusedMatMul" ? "com.microsoft" : "";
    this.nodes.push({ name: module, opType, domain, inputs, outputs, attributes, module, position: 0 });
  }
}

function written(
  name: string, shape: Shape, dataType: number,
  { packed, integers = [], encoded }: Partial<Pick<TensorProto, "packed" | "integers" | "encoded">>,
): TensorProto {
  const external = new Map<string, string>();
  return { name, shape, dataType, packed, encoded, integers, floats: [], external, isExternal: false, position: 0 };
}

function attribute(name: string, value: Said): AttributeProto {
  const bare = { name, floats: [], integers: [], texts: [] };
  if (typeof value === "number") return { ...bare, integer: value };
  if (typeof value === "string") return { ...bare, text: value };
  return "float" in value ? { ...bare, float: value.float } : { ...bare, integers: value };
}

/** A bound behind every axis. */
export const LAST: number = 2 ** 31 - 1;

/** The numbers of a constant input. */
export function numbers(node: GraphNode, to: Rewrite, index: number): readonly number[] {
  const constant = to.constant(node.inputs[index]);
  if (constant === undefined) throw new RangeError(`takes a constant as input ${index}, got the output of a node`);
  to.take(constant.size);
  return Array.from(constant.data);
}

/** The axis that stands at `axis` once channels are behind the batch. */
export function firstAxis(axis: number, rank = 4): number {
  return orderFirst(rank).indexOf(axis < 0 ? axis + rank : axis);
}

/** A constant operand with its channels behind the batch: `[C]`, `[1, 1, C]`, a single number. */
export function broadcastFirst(tensor: Tensor, rank = 4): Tensor {
  const shape: Shape = [...new Array<number>(rank - tensor.shape.length).fill(1), ...tensor.shape];
  return permuted(tensor.reshape(shape), orderFirst(rank));
}

/** The order that brings the last axis behind the batch. */
export function orderFirst(rank: number): readonly number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** The order that brings it back. */
function orderLast(rank: number): readonly number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}
