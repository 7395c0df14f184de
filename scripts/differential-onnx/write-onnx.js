/** One node as an ONNX file, written as a protocol buffer. */

const text = new TextEncoder();

function varint(value) {
  const bytes = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

const number = (field, value) => [...varint(field << 3), ...varint(value)];
const message = (field, bytes) => [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
const string = (field, value) => message(field, [...text.encode(value)]);
const float = (field, value) => [...varint((field << 3) | 5), ...new Uint8Array(Float32Array.of(value).buffer)];

/** Element types: the code in files, and the array that holds the numbers. */
export const TYPES = {
  float: { code: 1, array: Float32Array, runtime: "float32" },
  uint8: { code: 2, array: Uint8Array, runtime: "uint8" },
  int8: { code: 3, array: Int8Array, runtime: "int8" },
  int32: { code: 6, array: Int32Array, runtime: "int32" },
  int64: { code: 7, array: BigInt64Array, runtime: "int64" },
  bool: { code: 9, array: Uint8Array, runtime: "bool" },
};

/** Numbers in the array of their type. */
export function arrayOf(type, values) {
  return type === "int64" ? BigInt64Array.from(values, BigInt) : TYPES[type].array.from(values);
}

function tensor(field, name, { shape, type = "float", values }) {
  const { buffer, byteOffset, byteLength } = arrayOf(type, values);
  return message(field, [
    ...shape.flatMap((extent) => number(1, extent)), ...number(2, TYPES[type].code), ...string(8, name),
    ...message(9, [...new Uint8Array(buffer, byteOffset, byteLength)]),
  ]);
}

function valueInfo(field, name, type, shape) {
  const dimensions = (shape ?? [])
    .flatMap((extent) => message(1, typeof extent === "string" ? string(2, extent) : number(1, extent)));
  const described = [...number(1, TYPES[type].code), ...(shape === undefined ? [] : message(2, dimensions))];
  return message(field, [...string(1, name), ...message(2, message(1, described))]);
}

function attribute(name, value) {
  const made = string(1, name);
  if (typeof value === "string") return message(5, [...made, ...string(4, value), ...number(20, 3)]);
  if (typeof value === "number") return message(5, [...made, ...number(3, value), ...number(20, 2)]);
  if ("float" in value) return message(5, [...made, ...float(2, value.float), ...number(20, 1)]);
  return message(5, [...made, ...value.flatMap((each) => number(8, each)), ...number(20, 7)]);
}

function nodeMessage({ op, domain = "", inputs, outputs, attributes = {} }) {
  return message(1, [
    ...inputs.flatMap((name) => string(1, name)), ...outputs.flatMap((name) => string(2, name)), ...string(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => attribute(name, value)), ...string(7, domain),
  ]);
}

/** The bytes of a file with one node; inputs that are `constant` are initialisers. */
export function oneNode({ op, domain = "", opset, inputs, attributes = {}, outputs = ["float"] }) {
  const named = inputs.flatMap((input, i) => (input === undefined ? [] : [{ ...input, name: `x${i}` }]));
  const names = inputs.map((input, i) => (input === undefined ? "" : `x${i}`));
  const made = outputs.map((_, i) => `y${i}`);
  return wholeGraph({
    nodes: [{ op, domain, inputs: names, outputs: made, attributes }],
    inputs: named.filter(({ constant }) => constant !== true),
    constants: named.filter(({ constant }) => constant === true),
    outputs: made, types: outputs, opset,
  });
}

/** The bytes of a file; extents of inputs may be left open by `isFree`. */
export function wholeGraph({ nodes, inputs, constants, outputs, types = [], opset = 18, isFree = false }) {
  const graph = [
    ...nodes.flatMap(nodeMessage),
    ...string(2, "graph"),
    ...constants.flatMap((constant) => tensor(5, constant.name, constant)),
    ...inputs.flatMap(({ name, type = "float", shape }) =>
      valueInfo(11, name, type, isFree ? shape.map((_, axis) => `${name}_${axis}`) : shape)),
    ...outputs.flatMap((name, i) => valueInfo(12, name, types[i] ?? "float", undefined)),
  ];
  const domains = new Map([["", opset], ["com.microsoft", 1], ["ai.onnx.ml", 3]]);
  const opsets = [...domains].flatMap(([name, version]) => message(8, [...string(1, name), ...number(2, version)]));
  return Uint8Array.from([...number(1, 8), ...message(7, graph), ...opsets]);
}
