/** The messages of an ONNX file that matter here, as plain data. Field numbers are those of onnx.proto. */
import type { Allowance } from "@relprop/layers";
import { ModelFormatError } from "../model-format-error.ts";
import { MessageReader } from "./protobuf.ts";
import { readSparseTensor, type SparseTensorProto } from "./sparse-tensor.ts";
import { readTensor, type TensorProto } from "./tensor-proto.ts";

/** A file. */
export interface ModelProto {
  /** Versions of the operator sets by domain; the standard one is `""`. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly graph: GraphProto;
  /** Operators that the file brings along, made of others. */
  readonly functions?: readonly FunctionProto[];
}

/** An operator as a graph of others, whose attributes may be those of its call. */
export interface FunctionProto {
  readonly name: string;
  readonly domain: string;
  /** Tells functions of one name apart. */
  readonly overload: string;
  readonly graph: GraphProto;
  /** Attributes that calls may leave out. */
  readonly defaults: ReadonlyMap<string, AttributeProto>;
  readonly opsets: ReadonlyMap<string, number>;
}

/** Nodes between inputs and outputs, and the constants they read. */
export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly sparse?: readonly SparseTensorProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** One operation. An input or output that is left out has the empty name. */
export interface NodeProto {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** Which of several functions of the name is meant. */
  readonly overload?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  /** The path of the PyTorch module it came from, where the exporter wrote that down. */
  readonly module: string | undefined;
  readonly position: number;
}

/** A value of a node that is known beforehand; which members are set follows from its type. */
export interface AttributeProto {
  readonly name: string;
  readonly float?: number;
  readonly integer?: number;
  readonly text?: string;
  readonly tensor?: TensorProto;
  readonly sparse?: SparseTensorProto;
  /** Within a function: the attribute of the call that it is. */
  readonly reference?: string;
  readonly graph?: GraphProto;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  readonly texts: readonly string[];
}

/** The name and type of a graph's input or output. */
export interface ValueInfo {
  readonly name: string;
  /** The code of the element type, where the value is a tensor. */
  readonly elementType?: number;
  /** Extents, `undefined` where free; absent where even the rank is unknown. */
  readonly shape?: readonly (number | undefined)[];
}

/** Subgraphs within subgraphs: as deep as any exporter goes, and then some. */
const DEEPEST = 16;

/** Reads the bytes of an ONNX file. */
export function readModelProto(bytes: Uint8Array, allowance: Allowance): ModelProto {
  const opsets = new Map<string, number>();
  let producer = "";
  let graph: GraphProto | undefined;
  const functions: FunctionProto[] = [];
  const reader = new MessageReader(bytes, { allowance });
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) producer = reader.text();
    else if (field === 7) graph = readGraph(reader.message(), 0);
    else if (field === 8) {
      const [domain, version] = readOpset(reader.message());
      opsets.set(domain, version);
    } else if (field === 25) functions.push(readFunction(reader.message()));
  }
  if (graph === undefined) throw new ModelFormatError("loadOnnx: takes an ONNX file, got bytes without a graph", 0);
  return { opsets, producer, graph, functions };
}

function readFunction(reader: MessageReader): FunctionProto {
  let [name, domain, overload] = ["", "", ""];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const nodes: NodeProto[] = [];
  const defaults = new Map<string, AttributeProto>();
  const opsets = new Map<string, number>();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.text();
    else if (field === 4) inputs.push({ name: reader.text() });
    else if (field === 5) outputs.push({ name: reader.text() });
    else if (field === 7) nodes.push(readNode(reader.message(), 0));
    else if (field === 9) opsets.set(...readOpset(reader.message()));
    else if (field === 10) domain = domainOf(reader.text());
    else if (field === 11) {
      const attribute = readAttribute(reader.message(), 0);
      defaults.set(attribute.name, attribute);
    } else if (field === 13) overload = reader.text();
  }
  const graph = { name, nodes, initializers: [], sparse: [], inputs, outputs };
  return { name, domain, overload, graph, defaults, opsets };
}

/** The standard domain goes by two names. */
function domainOf(name: string): string {
  return name === "ai.onnx" ? "" : name;
}

function readOpset(reader: MessageReader): [domain: string, version: number] {
  let [domain, version] = ["", 0];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) domain = reader.text();
    else if (field === 2) version = reader.integer();
  }
  return [domainOf(domain), version];
}

function readGraph(reader: MessageReader, depth: number): GraphProto {
  if (depth > DEEPEST) {
    throw new ModelFormatError(`loadOnnx: takes graphs nested at most ${DEEPEST} deep, got more`, reader.position);
  }
  let name = "";
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const sparse: SparseTensorProto[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) nodes.push(readNode(reader.message(), depth));
    else if (field === 2) name = reader.text();
    else if (field === 5) initializers.push(readTensor(reader.message()));
    else if (field === 11) inputs.push(readValueInfo(reader.message()));
    else if (field === 12) outputs.push(readValueInfo(reader.message()));
    else if (field === 15) sparse.push(readSparseTensor(reader.message()));
  }
  return { name, nodes, initializers, sparse, inputs, outputs };
}

function readNode(reader: MessageReader, depth: number): NodeProto {
  const position = reader.position;
  let [name, opType, domain, overload] = ["", "", "", ""];
  let module: string | undefined;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, AttributeProto>();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) inputs.push(reader.text());
    else if (field === 2) outputs.push(reader.text());
    else if (field === 3) name = reader.text();
    else if (field === 4) opType = reader.text();
    else if (field === 7) domain = domainOf(reader.text());
    else if (field === 8) overload = reader.text();
    else if (field === 9) module = moduleIn(...reader.entry()) ?? module;
    else if (field === 5) {
      const attribute = readAttribute(reader.message(), depth);
      if (attributes.has(attribute.name)) {
        throw new ModelFormatError(`loadOnnx: takes attributes once, got "${attribute.name}" twice`, reader.position);
      }
      attributes.set(attribute.name, attribute);
    }
  }
  if (opType === "") {
    throw new ModelFormatError(`loadOnnx: takes nodes with an operator, got "${name}" without`, position);
  }
  return { name, opType, domain, overload, inputs, outputs, attributes, module, position };
}

/** The innermost module in PyTorch's list of scopes: `layer1.0` of `['', 'layer1', 'layer1.0', 'relu']`. */
function moduleIn(key: string, value: string): string | undefined {
  if (key !== "pkg.torch.onnx.name_scopes" || value.length > 5000) return undefined;
  const scopes = [...value.matchAll(/'([^']*)'/g)].map(([, scope]) => scope!);
  return scopes.at(-2) || undefined;
}

function readAttribute(reader: MessageReader, depth: number): AttributeProto {
  const floats: number[] = [];
  const integers: number[] = [];
  const texts: string[] = [];
  const single: { -readonly [Key in keyof AttributeProto]?: AttributeProto[Key] } = {};
  let name = "";
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.text();
    else if (field === 2) single.float = reader.float();
    else if (field === 3) single.integer = reader.integer();
    else if (field === 4) single.text = reader.latin();
    else if (field === 5) single.tensor = readTensor(reader.message());
    else if (field === 6) single.graph = readGraph(reader.message(), depth + 1);
    else if (field === 7) readFloats(reader, floats);
    else if (field === 8) reader.integers(integers);
    else if (field === 9) texts.push(reader.latin());
    else if (field === 21) single.reference = reader.text();
    else if (field === 22) single.sparse = readSparseTensor(reader.message());
  }
  return { ...single, name, floats, integers, texts };
}

function readFloats(reader: MessageReader, into: number[]): void {
  if (!reader.isPacked) into.push(reader.float());
  else {
    const bytes = reader.packed(4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += 4) into.push(view.getFloat32(at, true));
  }
}

function readValueInfo(reader: MessageReader): ValueInfo {
  let name = "";
  let type: Omit<ValueInfo, "name"> = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.text();
    else if (field === 2) type = readType(reader.message());
  }
  return { name, ...type };
}

function readType(reader: MessageReader): Omit<ValueInfo, "name"> {
  let result: Omit<ValueInfo, "name"> = {};
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) continue; // sequences, maps and optionals are refused where they are used
    const tensor = reader.message();
    for (let inner = tensor.next(); inner !== 0; inner = tensor.next()) {
      if (inner === 1) result = { ...result, elementType: tensor.integer() };
      else if (inner === 2) result = { ...result, shape: readShape(tensor.message()) };
    }
  }
  return result;
}

function readShape(reader: MessageReader): readonly (number | undefined)[] {
  const shape: (number | undefined)[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) continue;
    const dimension = reader.message();
    let extent: number | undefined;
    for (let inner = dimension.next(); inner !== 0; inner = dimension.next()) {
      if (inner === 1) extent = dimension.integer();
    }
    shape.push(extent !== undefined && extent > 0 ? extent : undefined);
  }
  return shape;
}
