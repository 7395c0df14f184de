/** Columns of texts: each text that a file speaks of has a number, and the network reads numbers. */
import { Model, type Allowance } from "@relprop/layers";
import { decodeUtf8 } from "../host.ts";
import { ModelFormatError } from "../model-format-error.ts";
import type { AttributeProto, GraphProto, ModelProto, NodeProto } from "./schema.ts";
import { TEXT, type TensorProto } from "./tensor-proto.ts";

/** A file that reads numbers where another reads texts. */
export interface NumberedTexts {
  readonly proto: ModelProto;
  /** The network in it, which says what its numbers stand for. */
  told(model: Model): Model;
}

/** Operators that move elements about as they are, by the name without its domain. */
const MOVING: ReadonlySet<string> = new Set([
  "ArrayFeatureExtractor", "Concat", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "Reshape",
  "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze", "Where",
]);

/** Operators that tell texts apart. */
const TELLING: ReadonlySet<string> = new Set([
  "CategoryMapper", "Equal", "LabelEncoder", "OneHotEncoder", "Shape", "Size",
]);

/** The file with a number for each text; `undefined` where no input is one of texts. */
export function textsAsNumbers(proto: ModelProto, allowance: Allowance): NumberedTexts | undefined {
  const { graph } = proto;
  const inputs = new Set(graph.inputs.flatMap(({ name, elementType }) => (elementType === TEXT ? [name] : [])));
  if (inputs.size === 0) return undefined;
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    if (text.length === LONGEST) throw new ModelFormatError(`loadOnnx: takes texts of less than ${LONGEST} bytes`);
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text)!;
  };
  const found = textValues(graph, inputs, allowance);
  const nodes = graph.nodes.map((node) => numbered(node, found, numberOf));
  const isText = ({ name }: { readonly name: string }): boolean => found.has(name);
  const own: GraphProto = {
    ...graph, nodes,
    initializers: graph.initializers.map((tensor) => numberedTensor(tensor, numberOf)),
    inputs: graph.inputs.map((input) => (inputs.has(input.name) ? { ...input, elementType: WHOLE } : input)),
    outputs: graph.outputs.filter((output) => !isText(output)),
  };
  const texts = [...numbers.keys()].map(decoded);
  const said = [
    ...[...inputs].map((name) => `input "${name}" takes numbers of texts: textColumn(model, "${name}", texts)`),
    ...graph.outputs.filter(isText).map(({ name }) => `output "${name}" is left out: its values are texts`),
  ];
  return {
    proto: { ...proto, graph: own },
    told: ({ inputs: given, nodes: made, outputs, limits, remarks }) => new Model({
      inputs: given.map((input) => (inputs.has(input.name) ? { ...input, texts } : input)),
      nodes: made, outputs, limits, remarks: [...said, ...remarks],
    }),
  };
}

/** The code of whole numbers. */
const WHOLE = 7;

/** Where the reader cuts texts. */
const LONGEST = 1000;

/** A text of which there was a letter for each byte. */
function decoded(text: string): string {
  try {
    return decodeUtf8(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** The names of all values that are texts. */
function textValues(graph: GraphProto, inputs: ReadonlySet<string>, allowance: Allowance): ReadonlySet<string> {
  const stored = graph.initializers.flatMap(({ name, dataType }) => (dataType === TEXT ? [name] : []));
  const found = new Set([...inputs, ...stored]);
  // As often as something is found: nodes may stand in any order.
  for (let before = -1; before < found.size;) {
    before = found.size;
    allowance.take(graph.nodes.length);
    for (const { opType, inputs: read, outputs, attributes } of graph.nodes) {
      const makes = opType === "Constant"
        ? attributes.get("value")?.tensor?.dataType === TEXT ||
          attributes.has("value_strings") || attributes.has("value_string")
        : opType === "LabelEncoder" && read.some((name) => found.has(name))
          ? attributes.has("values_strings") || attributes.get("values_tensor")?.tensor?.dataType === TEXT
          : (MOVING.has(opType) || toTexts(opType, attributes)) && read.some((name) => found.has(name));
      if (makes) for (const name of outputs) found.add(name);
    }
  }
  return found;
}

function toTexts(opType: string, attributes: NodeProto["attributes"]): boolean {
  return opType === "Cast" && attributes.get("to")?.integer === TEXT;
}

/** The node with numbers for texts; one that does more with them than to tell them apart is an operator of its own. */
function numbered(node: NodeProto, texts: ReadonlySet<string>, numberOf: (text: string) => number): NodeProto {
  const { opType, attributes } = node;
  const isInner = [...attributes.values()].some(({ graph }) => graph !== undefined && reads(graph, texts));
  const isRead = node.inputs.some((name) => texts.has(name));
  if (opType === "Constant" && texts.has(node.outputs[0] ?? "")) {
    return { ...node, attributes: withNumbers(attributes, numberOf) };
  }
  if (!isRead && !isInner) return node;
  const isCast = toTexts(opType, attributes);
  if (isInner || !(MOVING.has(opType) || TELLING.has(opType) || isCast)) {
    return { ...node, opType: `${node.domain === "" ? "" : `${node.domain}.`}${opType}`, domain: "text" };
  }
  const classes = attributes.get("classes_strings") ?? attributes.get("cats_strings");
  const places = (attributes.get("cats_int64s")?.integers ?? []).length > 0
    ? attributes.get("cats_int64s")!.integers
    : classes?.texts.map((_, i) => i);
  const isMap = opType === "CategoryMapper" || attributes.has("classes_strings");
  const mapped = !isMap || classes === undefined ? attributes : new Map([
    ["keys_strings", { ...classes, name: "keys_strings" }],
    ["values_int64s", { ...classes, texts: [], name: "values_int64s", integers: places! }],
    ...["default_int64"].flatMap((name) => (attributes.has(name) ? [[name, attributes.get(name)!] as const] : [])),
  ]);
  return {
    ...node, opType: isCast ? "Identity" : isMap ? "LabelEncoder" : opType,
    // What another kind of value would be by default is nothing here.
    attributes: withNumbers(
      new Map([...mapped].filter(([name]) => name !== "default_string" || mapped.has("values_strings"))), numberOf),
  };
}

function withNumbers(
  attributes: NodeProto["attributes"], numberOf: (text: string) => number,
): NodeProto["attributes"] {
  return new Map([...attributes].map(([name, attribute]) => named(attribute, name, numberOf)));
}

/** An attribute of texts as one of numbers, by the name that such one has. */
function named(
  attribute: AttributeProto, name: string, numberOf: (text: string) => number,
): readonly [string, AttributeProto] {
  const { text, texts, tensor } = attribute;
  const own = name.replace(/^value_string/, "value_int").replace(/_strings$/, "_int64s").replace(/_string$/, "_int64");
  if (own === name) {
    return [name, tensor === undefined ? attribute : { ...attribute, tensor: numberedTensor(tensor, numberOf) }];
  }
  const { text: _, ...rest } = attribute;
  const single = text === undefined ? {} : { integer: numberOf(text) };
  return [own, { ...rest, ...single, name: own, texts: [], integers: texts.map(numberOf) }];
}

function numberedTensor(tensor: TensorProto, numberOf: (text: string) => number): TensorProto {
  if (tensor.dataType !== TEXT) return tensor;
  return { ...tensor, dataType: WHOLE, integers: (tensor.texts ?? []).map(numberOf) };
}

/** Whether a graph within a node reads one of these values. */
function reads({ nodes }: GraphProto, texts: ReadonlySet<string>): boolean {
  return nodes.some(({ inputs, attributes }) => inputs.some((name) => texts.has(name)) ||
    [...attributes.values()].some(({ graph }) => graph !== undefined && reads(graph, texts)));
}
