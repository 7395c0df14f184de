/** Descriptions as ONNX, operator set 13, written as protocol buffers: a message is a list of chunks of bytes. */

const text = new TextEncoder();
const FLOAT = 1;

function varint(value) {
  const bytes = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

const lengthOf = (chunks) => chunks.reduce((total, chunk) => total + chunk.length, 0);
const number = (field, value) => [varint(field << 3), varint(value)];
const message = (field, chunks) => [varint((field << 3) | 2), varint(lengthOf(chunks)), ...chunks];
const string = (field, value) => message(field, [text.encode(value)]);

const integer = (name, value) => message(5, [...string(1, name), ...number(3, value), ...number(20, 2)]);
const integers = (name, values) =>
  message(5, [...string(1, name), ...values.flatMap((value) => number(8, value)), ...number(20, 7)]);

function valueInfo(field, name, shape) {
  const dimensions = shape.flatMap((extent) => message(1, number(1, extent)));
  const tensor = message(1, [...number(1, FLOAT), ...message(2, dimensions)]);
  return message(field, [...string(1, name), ...message(2, tensor)]);
}

const windowed = ({ kernel, stride, padding }) =>
  [integers("kernel_shape", kernel), integers("strides", stride), integers("pads", [...padding, ...padding])].flat();

const operators = {
  conv: ({ weight, stride, padding, groups }) =>
    ["Conv", [...windowed({ kernel: weight.shape.slice(2), stride, padding }), ...integer("group", groups)]],
  dense: () => ["Gemm", integer("transB", 1)],
  relu: () => ["Relu", []],
  maxPool: (node) => ["MaxPool", windowed(node)],
  averagePool: (node) => ["AveragePool", [...windowed(node), ...integer("count_include_pad", 1)]],
  globalAveragePool: () => ["GlobalAveragePool", []],
  flatten: () => ["Flatten", integer("axis", 1)],
  add: () => ["Add", []],
};

/** The chunks of an ONNX file; `outputShape` is what the model gives for `inputShape`. */
export function onnxChunks({ description, arrays }, outputShape) {
  const { input, inputShape, nodes, output } = description;
  let next = 0;
  const graph = [...string(2, "graph")];
  for (const node of nodes) {
    const [type, attributes] = operators[node.op](node);
    const parameters = ["weight", "bias"].filter((name) => node[name] !== undefined);
    for (const name of parameters) {
      const { buffer, byteOffset, byteLength } = arrays[next++];
      const sizes = node[name].shape.flatMap((extent) => number(1, extent));
      const raw = message(9, [new Uint8Array(buffer, byteOffset, byteLength)]);
      graph.push(...message(5, [...sizes, ...number(2, FLOAT), ...string(8, `${node.name}.${name}`), ...raw]));
    }
    const sources = [...node.inputs, ...parameters.map((name) => `${node.name}.${name}`)];
    graph.push(...message(1, [
      ...sources.flatMap((name) => string(1, name)), ...string(2, node.name), ...string(3, node.name),
      ...string(4, type), ...attributes,
    ]));
  }
  graph.push(...valueInfo(11, input, inputShape), ...valueInfo(12, output, outputShape));
  return [...number(1, 8), ...message(8, number(2, 13)), ...message(7, graph)];
}
