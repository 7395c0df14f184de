/** Random nodes that calculate element by element, and products. */
import { meeting } from "./meeting.js";

const UNARY = [
  "Abs", "Neg", "Floor", "Ceil", "Round", "Sign", "Exp", "Reciprocal", "Sqrt", "Log", "Sin", "Cos", "Tan", "Atan",
    "Sinh",
  "Cosh", "Asinh", "Erf", "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "HardSwish", "Mish",
];

function unary(r) {
  const op = r.of(...UNARY);
  const positive = op === "Sqrt" || op === "Log" || op === "Reciprocal";
  const x = r.floats(r.shape(r.whole(0, 4)), positive ? { low: 0.1, high: 3 } : {});
  return { op, opset: 18, inputs: [x] };
}

function slopes(r) {
  const op = r.of("LeakyRelu", "Elu", "Selu", "Celu", "HardSigmoid", "ThresholdedRelu", "Gelu", "Shrink", "Clip");
  const x = r.floats(r.shape(r.whole(1, 4)));
  const f = (low, high) => ({ float: Math.fround(low + (high - low) * r.unit()) });
  const attributes = {
    LeakyRelu: { alpha: f(0, 1) }, Elu: { alpha: f(0.1, 2) }, Selu: { alpha: f(0.5, 2), gamma: f(0.5, 2) },
    Celu: { alpha: f(0.3, 2) }, HardSigmoid: { alpha: f(0.1, 0.5), beta: f(0, 1) }, ThresholdedRelu: { alpha: f(-1,
      1) },
    Gelu: { approximate: r.of("none", "tanh") }, Shrink: { lambd: f(0.1, 1), bias: f(0, 1) }, Clip: {},
  }[op];
  const bound = () => (r.chance(0.3) ? undefined : r.floats([], { constant: r.chance(0.5) }));
  const inputs = op === "Clip" ? [x, bound(), bound()] : [x];
  return { op, opset: op === "Gelu" ? 20 : 18, inputs, attributes };
}

function binary(r) {
  const op = r.of("Add", "Sub", "Mul", "Div", "Pow", "PRelu", "Max", "Min", "Mod");
  const a = r.shape(r.whole(0, 4));
  const pair = op === "PRelu" || r.chance(0.5) ? [a, meeting(r, a)] : [meeting(r, a), a];
  const away = op === "Div" || op === "Pow" || op === "Mod" ? { low: 0.3, high: 2 } : {};
  const sides = pair.map((shape) => r.floats(shape, { ...away, constant: r.chance(0.3) }));
  if (sides.every(({ constant }) => constant)) sides[0].constant = false;
  return { op, opset: 18, inputs: sides, attributes: op === "Mod" ? { fmod: 1 } : {} };
}

function wholeNumbers(r) {
  const op = r.of("Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "Equal", "Less", "Greater", "LessOrEqual");
  const type = r.of("int32", "int64");
  const a = r.shape(r.whole(0, 3));
  const [left, right] = [r.integers(a, -9, 9, { type }), r.integers(meeting(r, a), -9, 9, { type })];
  if (op === "Div" || op === "Mod") right.values = right.values.map((value) => (value === 0 ? 3 : value));
  const truths = ["Equal", "Less", "Greater", "LessOrEqual"].includes(op);
  return { op, opset: 18, inputs: [left, right], outputs: [truths ? "bool" : type] };
}

function quantized(r) {
  const type = r.of("uint8", "int8");
  const x = r.floats(r.shape(r.whole(1, 3)));
  const scale = { ...r.floats([], { constant: true }), values: [Math.fround(0.01 + r.unit() / 20)] };
  const zero = { ...r.integers([], type === "uint8" ? 0 : -9, 9, { type, constant: true }) };
  if (r.chance(0.5)) return { op: "QuantizeLinear", opset: 13, inputs: [x, scale, zero], outputs: [type] };
  return { op: "DequantizeLinear", opset: 13, inputs: [r.integers(x.shape, 0, 99, { type }), scale, zero] };
}

function product(r) {
  if (r.chance(0.4)) {
    const [m, k, n] = r.shape(3, 1, 4);
    const [transA, transB] = [r.whole(0, 1), r.whole(0, 1)];
    const attributes = { transA, transB, alpha: { float: r.of(1, 0.5) }, beta: { float: r.of(1, 2) } };
    const c = r.chance(0.6) ? [r.floats(meeting(r, [m, n]), { constant: r.chance(0.7) })] : [];
    const b = r.floats(transB ? [n, k] : [k, n], { constant: r.chance(0.6) });
    return { op: "Gemm", opset: 13, inputs: [r.floats(transA ? [k, m] : [m, k]), b, ...c], attributes };
  }
  const [m, k, n] = r.shape(3, 1, 4);
  const batch = r.shape(r.whole(0, 2), 1, 3);
  const a = r.chance(0.15) ? [k] : [...meeting(r, batch), m, k];
  const b = r.chance(0.15) ? [k] : [...(r.chance(0.5) ? [] : batch), k, n];
  return { op: "MatMul", opset: 13, inputs: [r.floats(a, { constant: false }), r.floats(b,
    { constant: r.chance(0.4) })] };
}

function einsum(r) {
  const [equation, ...sides] = r.of(
    ["ij,jk->ik", "ij", "jk"], ["bij,bjk->bik", "bij", "bjk"], ["ij->ji", "ij"], ["ij->i", "ij"], ["ij,ij->", "ij",
      "ij"],
    ["i,j->ij", "i", "j"], ["bhid,bhjd->bhij", "bhid", "bhjd"], ["...ij,...jk->...ik", "bij", "bjk"], ["ij,j->i",
      "ij", "j"],
  );
  const extents = new Map();
  const extent = (letter) => extents.get(letter) ?? extents.set(letter, r.whole(1, 4)).get(letter);
  return { op: "Einsum", opset: 12, inputs: sides.map((side) => r.floats([...side].map(extent))),
    attributes: { equation } };
}

/** By family. A family gets a `Random` and gives a node. */
export const elementwise = { unary, slopes, binary, wholeNumbers, quantized, product, einsum };
