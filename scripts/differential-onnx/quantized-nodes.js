/** Random nodes on whole numbers that stand for floats, as onnxruntime's quantisation makes them. */
import { meeting } from "./meeting.js";

const contributed = { domain: "com.microsoft", opset: 17 };

/** A scale and a zero point for numbers of about ±2. */
function parameters(r, type) {
  const scale = { ...r.floats([], { constant: true }), values: [Math.fround(0.015 + r.unit() / 50)] };
  return [scale, r.integers([], type === "uint8" ? 90 : -20, type === "uint8" ? 150 : 20, { type, constant: true })];
}

function levels(r, shape, type, constant = false) {
  return r.integers(shape, type === "uint8" ? 0 : -128, type === "uint8" ? 255 : 127, { type, constant });
}

function sums(r) {
  const type = r.of("uint8", "int8");
  const a = r.shape(r.whole(1, 4));
  const op = r.of("QLinearAdd", "QLinearMul");
  const [x, y] = [levels(r, a, type), levels(r, meeting(r, a), type, r.chance(0.4))];
  const inputs = [x, ...parameters(r, type), y, ...parameters(r, type), ...parameters(r, type)];
  return { op, ...contributed, inputs, outputs: [type] };
}

function curves(r) {
  const type = r.of("uint8", "int8");
  const op = r.of("QLinearSigmoid", "QLinearLeakyRelu");
  const attributes = op === "QLinearLeakyRelu" ? { alpha: { float: Math.fround(r.unit()) } } : {};
  const inputs = [levels(r, r.shape(r.whole(1, 4)), type), ...parameters(r, type), ...parameters(r, type)];
  return { op, ...contributed, inputs, attributes, outputs: [type] };
}

function softmaxes(r) {
  const type = r.of("uint8", "int8");
  const shape = r.shape(r.whole(2, 4), 2, 5);
  const scale = { ...r.floats([], { constant: true }), values: [1 / 256] };
  const zero = r.integers([], type === "uint8" ? 0 : -128, type === "uint8" ? 0 : -128, { type, constant: true });
  const attributes = { axis: shape.length - 1, opset: 17 };
  const x = levels(r, shape, type);
  // Of a probability of 1 the peer makes 128, and that the lowest of signed bytes: levels are near to one another.
  const values = type === "uint8" ? x.values : x.values.map((value) => Math.trunc(value / 8));
  const inputs = [{ ...x, values }, ...parameters(r, type), scale, zero];
  return { op: "QLinearSoftmax", ...contributed, inputs, attributes, outputs: [type] };
}

function pools(r) {
  const type = r.of("uint8", "int8");
  const last = r.whole(0, 1);
  const planes = r.shape(2, 3, 7);
  const channels = r.whole(1, 3);
  const x = levels(r, last ? [1, ...planes, channels] : [1, channels, ...planes], type);
  const inputs = [x, ...parameters(r, type), ...parameters(r, type)];
  if (r.chance(0.4)) {
    return { op: "QLinearGlobalAveragePool", ...contributed, inputs, attributes: { channels_last: last },
      outputs: [type] };
  }
  const attributes = { kernel_shape: r.shape(2, 1, 3), strides: r.shape(2, 1, 2), count_include_pad: r.whole(0, 1),
    ceil_mode: r.whole(0, 1), channels_last: last };
  return { op: "QLinearAveragePool", ...contributed, inputs, attributes, outputs: [type] };
}

function joins(r) {
  const type = r.of("uint8", "int8");
  const shape = r.shape(r.whole(1, 3));
  const axis = r.whole(-shape.length, shape.length - 1);
  const parts = Array.from({ length: r.whole(1, 3) }, (_, i) =>
    [levels(r, shape.with(axis, r.whole(1, 3)), type, i > 0 && r.chance(0.3)), ...parameters(r, type)]);
  const inputs = [...parameters(r, type), ...parts.flat()];
  return { op: "QLinearConcat", ...contributed, inputs, attributes: { axis }, outputs: [type] };
}

function products(r) {
  const [m, k, n] = r.shape(3, 1, 5);
  const op = r.of("QGemm", "DynamicQuantizeMatMul", "MatMulIntegerToFloat");
  const type = r.of("uint8", "int8");
  const perColumn = r.chance(0.4);
  const many = perColumn ? [n] : [];
  const scales = { ...r.floats(many, { constant: true, low: 0.01, high: 0.03 }) };
  const zeros = r.integers(many, type === "uint8" ? 100 : -9, type === "uint8" ? 140 : 9, { type, constant: true });
  if (op === "DynamicQuantizeMatMul") {
    const bias = r.chance(0.5) ? [r.floats([n], { constant: true })] : [];
    const inputs = [r.floats([m, k]), levels(r, [k, n], type, true), scales, zeros, ...bias];
    return { op, ...contributed, inputs };
  }
  if (op === "MatMulIntegerToFloat") {
    const [scale, zero] = parameters(r, "uint8");
    const bias = r.chance(0.5) ? [r.floats([n], { constant: true })] : [];
    const inputs = [levels(r, [m, k], "uint8"), levels(r, [k, n], type, true), scale, scales, zero, zeros, ...bias];
    return { op, ...contributed, inputs };
  }
  const [transA, transB] = [r.whole(0, 1), r.whole(0, 1)];
  const [scale, zero] = parameters(r, "uint8");
  const c = r.chance(0.5) ? r.integers([n], -900, 900, { type: "int32", constant: true }) : undefined;
  const out = r.chance(0.5) ? parameters(r, "uint8").toSpliced(0, 1, { ...r.floats([], { constant: true }),
    values: [0.05] }) : [];
  const inputs = [
    levels(r, transA ? [k, m] : [m, k], "uint8"), scale, zero, levels(r, transB ? [n, k] : [k, n], type, true), scales,
    zeros, c, ...out,
  ];
  const attributes = { transA, transB, alpha: { float: r.of(1, 1, 0.5) } };
  return { op, ...contributed, inputs, attributes, outputs: [out.length > 0 ? "uint8" : "float"] };
}

/** By family. A family gets a `Random` and gives a node. */
export const quantizedNodes = {
  quantizedSums: sums, quantizedCurves: curves, quantizedSoftmax: softmaxes, quantizedPools: pools,
  quantizedJoins: joins, quantizedProducts: products,
};
