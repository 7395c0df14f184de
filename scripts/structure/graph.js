// The parts of an ONNX file.
import { block, float, whole } from "./protobuf.js";

export const attributes = {
  int: (name, value) => block(5, [block(1, name), whole(3, value), whole(20, 2)]),
  float: (name, value) => block(5, [block(1, name), float(2, value), whole(20, 1)]),
  text: (name, value) => block(5, [block(1, name), block(4, value), whole(20, 3)]),
  ints: (name, values) => block(5, [block(1, name), ...values.map((value) => whole(8, value)), whole(20, 7)]),
  floats: (name, values) => block(5, [block(1, name), ...values.map((value) => float(7, value)), whole(20, 6)]),
  graph: (name, fields) => block(5, [block(1, name), block(6, fields), whole(20, 5)]),
};

export function node(op, inputs, outputs, given = []) {
  return block(1, [
    ...inputs.map((name) => block(1, name)), ...outputs.map((name) => block(2, name)), block(4, op), ...given,
  ]);
}

export function tensor(name, shape, type, bytes) {
  return block(5, [...shape.map((extent) => whole(1, extent)), whole(2, type), block(8, name), block(9, bytes)]);
}

export function value(field, name, shape, type = 1) {
  const extents = shape.map((extent) => block(1, extent === undefined ? [] : [whole(1, extent)]));
  return block(field, [block(1, name), block(2, [block(1, [whole(1, type), block(2, extents)])])]);
}

export const floats = (values) => new Uint8Array(Float32Array.from(values).buffer);

export function longs(values) {
  return new Uint8Array(BigInt64Array.from(values.map((number) => BigInt(Math.trunc(number)))).buffer);
}
