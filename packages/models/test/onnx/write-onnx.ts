/** ONNX files for tests, written field by field. */
import { encodeUtf8 } from "../../src/host.ts";

/** A message under construction: fields in the order they are added. */
class Message {
  readonly bytes: number[] = [];

  varint(field: number, value: number | bigint): this {
    this.#put(BigInt(field * 8));
    return this.#put(BigInt.asUintN(64, BigInt(value)));
  }

  float(field: number, value: number): this {
    this.#put(BigInt(field * 8 + 5));
    this.bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  raw(field: number, bytes: ArrayLike<number>): this {
    this.#put(BigInt(field * 8 + 2));
    this.#put(BigInt(bytes.length));
    for (let i = 0; i < bytes.length; i++) this.bytes.push(bytes[i]!);
    return this;
  }

  text(field: number, text: string): this {
    return this.raw(field, encodeUtf8(text));
  }

  message(field: number, message: Message): this {
    return this.raw(field, message.bytes);
  }

  #put(value: bigint): this {
    for (; value > 127n; value >>= 7n) this.bytes.push(Number(value & 127n) | 128);
    this.bytes.push(Number(value));
    return this;
  }
}

/** A tensor: floats by default, 64-bit integers where said. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly type?: "float" | "int64" | "int32" | "int8" | "half" | "double" | "bool";
  /** The elements of a tensor of texts. */
  readonly texts?: readonly string[];
  /** Lists of numbers instead of raw bytes. */
  readonly asList?: boolean;
  /** Where the numbers are instead. */
  readonly external?: Readonly<Record<string, string>>;
}

/** A value of an attribute. */
export type TestAttribute =
  number | string | readonly number[] | readonly string[] | TestTensor | TestGraph | { readonly float: number }
  | TestReference | { readonly floats: readonly number[] };

/** Within a function: an attribute of its call. */
export interface TestReference {
  readonly reference: string;
}

/** An operator that a file brings along. */
export interface TestFunction {
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly TestNode[];
  readonly defaults?: Readonly<Record<string, TestAttribute>>;
  readonly opset?: number;
}

export interface TestNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
}

export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly constants?: Readonly<Record<string, TestTensor>>;
  /** Extents that are words are free. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  /** Names of inputs that are 64-bit integers, or those that are of 32 bits. */
  readonly integers?: readonly string[];
  readonly short?: readonly string[];
  /** Names of inputs that are texts. */
  readonly texts?: readonly string[];
  readonly outputs: readonly string[];
  /** Whether the file says the types of its outputs: those among `integers`, floats otherwise. */
  readonly typed?: boolean;
  /** Constants of which only these numbers are stored, by flat position or by rows of positions. */
  readonly sparse?: Readonly<Record<string, TestTensor & { readonly at: TestTensor }>>;
}

/** The bytes of an ONNX file; its inputs are floats (1) unless said otherwise. */
export function onnx(
  graph: TestGraph, opset = 17, type = 1, functions: readonly TestFunction[] = [],
): Uint8Array {
  const model = new Message().varint(1, 8).text(2, "tests").message(7, graphMessage(graph, type));
  for (const { domain, name, inputs, outputs, nodes, defaults = {}, opset: own = opset } of functions) {
    const message = new Message().text(1, name).text(10, domain);
    for (const input of inputs) message.text(4, input);
    for (const output of outputs) message.text(5, output);
    for (const each of nodes) message.message(7, nodeMessage(each));
    for (const [key, value] of Object.entries(defaults)) message.message(11, attributeMessage(key, value));
    model.message(25, message.message(9, new Message().text(1, "").varint(2, own)));
  }
  const contributed = new Message().text(1, "com.microsoft").varint(2, 1);
  return Uint8Array.from(model.message(8, new Message().text(1, "").varint(2, opset)).message(8, contributed).bytes);
}

/** The bytes of a file that holds one tensor. */
export function tensorFile(tensor: TestTensor): Uint8Array {
  return Uint8Array.from(tensorMessage(tensor, "").bytes);
}

/** A node with one output, named by its place. */
export function node(
  op: string, inputs: readonly string[], output: string, attributes: Exclude<TestNode["attributes"], undefined> = {},
): TestNode {
  return { op, inputs, outputs: [output], attributes };
}

/** Whole numbers as a tensor. */
export function int64(...values: readonly number[]): TestTensor {
  return { shape: [values.length], values, type: "int64" };
}

/** Floats as a tensor; a list by default. */
export function float(values: readonly number[], shape: readonly number[] = [values.length]): TestTensor {
  return { shape, values };
}

const TYPES = { float: 1, int8: 3, int32: 6, int64: 7, bool: 9, half: 10, double: 11 };

const TEXT = 8;

function graphMessage(graph: TestGraph, type = 1): Message {
  const {
    nodes, constants = {}, sparse = {}, inputs = {}, integers = [], short = [], texts = [], outputs, typed,
  } = graph;
  const message = new Message();
  for (const each of nodes) message.message(1, nodeMessage(each));
  for (const [name, tensor] of Object.entries(constants)) message.message(5, tensorMessage(tensor, name));
  for (const [name, { at, shape, ...tensor }] of Object.entries(sparse)) {
    const values = tensorMessage({ ...tensor, shape: [tensor.values.length] }, name);
    const stored = new Message().message(1, values).message(2, tensorMessage(at, ""));
    for (const extent of shape) stored.varint(3, extent);
    message.message(15, stored);
  }
  for (const [name, shape] of Object.entries(inputs)) {
    const whole = short.includes(name) ? TYPES.int32 : integers.includes(name) ? TYPES.int64 : type;
    message.message(11, valueMessage(name, shape, texts.includes(name) ? TEXT : whole));
  }
  for (const name of outputs) {
    const value = valueMessage(name, [], integers.includes(name) ? TYPES.int64 : type);
    message.message(12, typed === true ? value : new Message().text(1, name));
  }
  return message;
}

function nodeMessage(given: TestNode): Message {
  const { op, inputs, outputs, name = "", domain = "", attributes = {}, metadata = {} } = given;
  const made = new Message();
  for (const input of inputs) made.text(1, input);
  for (const output of outputs) made.text(2, output);
  made.text(3, name).text(4, op).text(7, domain);
  for (const [key, value] of Object.entries(attributes)) made.message(5, attributeMessage(key, value));
  for (const [key, value] of Object.entries(metadata)) made.message(9, new Message().text(1, key).text(2, value));
  return made;
}

function valueMessage(name: string, shape: readonly (number | string)[], type: number): Message {
  const dimensions = new Message();
  for (const extent of shape) {
    const dimension = new Message();
    dimensions.message(1, typeof extent === "number" ? dimension.varint(1, extent) : dimension.text(2, extent));
  }
  const tensor = new Message().varint(1, type).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

function attributeMessage(name: string, value: TestAttribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === "number") return message.varint(3, value).varint(20, 2);
  if (typeof value === "string") return message.text(4, value).varint(20, 3);
  if (Array.isArray(value)) {
    for (const item of value as readonly (number | string)[]) {
      if (typeof item === "string") message.text(9, item);
      else if (Number.isInteger(item)) message.varint(8, item);
      else message.float(7, item);
    }
    const isWhole = (value as readonly unknown[]).every(Number.isInteger);
    return message.varint(20, typeof value[0] === "string" ? 8 : isWhole ? 7 : 6);
  }
  if ("float" in value) return message.float(2, value.float).varint(20, 1);
  if ("nodes" in value) return message.message(6, graphMessage(value)).varint(20, 5);
  if ("reference" in value) return message.text(21, value.reference);
  if ("floats" in value) {
    for (const item of value.floats) message.float(7, item);
    return message.varint(20, 6);
  }
  return message.message(5, tensorMessage(value as TestTensor, "")).varint(20, 4);
}

function tensorMessage(tensor: TestTensor, name: string): Message {
  const { shape, values, texts, type = "float", asList = false, external } = tensor;
  const message = new Message();
  for (const extent of shape) message.varint(1, extent);
  if (texts !== undefined) {
    for (const text of texts) message.text(6, text);
    return message.varint(2, TEXT).text(8, name);
  }
  message.varint(2, TYPES[type]).text(8, name);
  if (external !== undefined) {
    for (const [key, value] of Object.entries(external)) message.message(13, new Message().text(1, key).text(2, value));
    return message.varint(14, 1);
  }
  if (asList) return listed(message, values, type);
  return message.raw(9, new Uint8Array(stored(values, type)));
}

function listed(message: Message, values: readonly number[], type: TestTensor["type"]): Message {
  if (type === "float") return message.raw(4, new Uint8Array(Float32Array.from(values).buffer));
  if (type === "double") return message.raw(10, new Uint8Array(Float64Array.from(values).buffer));
  for (const value of values) message.varint(type === "int64" ? 7 : 5, value);
  return message;
}

function stored(values: readonly number[], type: TestTensor["type"]): ArrayBuffer {
  switch (type) {
    case "int64": return BigInt64Array.from(values, BigInt).buffer;
    case "int32": return Int32Array.from(values).buffer;
    case "double": return Float64Array.from(values).buffer;
    case "half": return Uint16Array.from(values).buffer; // bits
    case "int8": return Int8Array.from(values).buffer;
    case "bool": return Uint8Array.from(values).buffer;
    default: return Float32Array.from(values).buffer;
  }
}
