/** Random networks of three to eight nodes, most of which read what others made. */
import { meeting } from "./meeting.js";

/** A graph whose values have shapes, in the form that `oneGraph` writes. */
export function randomGraph(r) {
  const graph = new Draft(r);
  const count = r.whole(3, 8);
  for (let tries = 0; graph.nodes.length < count && tries < 40; tries++) graph.step();
  return graph.finished();
}

class Draft {
  nodes = [];
  inputs = [];
  constants = [];
  values = [];

  constructor(r) {
    this.r = r;
    const rank = r.whole(1, 4);
    for (let i = r.chance(0.25) ? 2 : 1; i > 0; i--) {
      const shape = rank === 4 ? [r.whole(1, 2), r.of(2, 4), r.whole(3, 6), r.whole(3, 6)] : r.shape(rank, 1, 5);
      const name = `in${this.inputs.length}`;
      this.inputs.push({ ...r.floats(shape, { ties: false }), name });
      this.values.push({ name, shape });
    }
  }

  step() {
    const { r, values } = this;
    // Mostly what was made last, so that graphs are deep.
    const x = r.chance(0.6) ? values.at(-1) : r.of(...values);
    const make = r.of(...STEPS);
    make(this, x, r);
  }

  /** A constant; its name. */
  constant(tensor) {
    const name = `c${this.constants.length}`;
    this.constants.push({ ...tensor, name });
    return name;
  }

  list(values) {
    return this.constant({ shape: [values.length], type: "int64", values });
  }

  /** A node with one output of floats, of this shape. */
  add(op, inputs, shape, attributes = {}, more = {}) {
    return this.several(op, inputs, [shape], attributes, more)[0];
  }

  several(op, inputs, shapes, attributes = {}, { domain = "", keep = true } = {}) {
    const outputs = shapes.map((_, i) => `v${this.nodes.length}_${i}`);
    this.nodes.push({ op, domain, inputs, outputs, attributes });
    const made = outputs.map((name, i) => ({ name, shape: shapes[i] }));
    if (keep) this.values.push(...made);
    return made;
  }

  finished() {
    const read = new Set(this.nodes.flatMap(({ inputs }) => inputs));
    const outputs = this.values.filter(({ name }) => !read.has(name) && name.startsWith("v")).map(({ name }) => name);
    return { ...this, outputs };
  }
}

const SMOOTH = ["Relu", "Sigmoid", "Tanh", "Abs", "Neg", "Erf", "Softplus", "HardSwish", "Mish", "Sin", "Identity"];

function unary(graph, { name, shape }, r) {
  graph.add(r.of(...SMOOTH), [name], shape);
}

function withConstant(graph, { name, shape }, r) {
  const op = r.of("Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu");
  const other = graph.constant(r.floats(meeting(r, shape), op === "Div" ? { low: 0.4, high: 2 } : {}));
  const order = op === "PRelu" || op === "Div" || r.chance(0.6) ? [name, other] : [other, name];
  graph.add(op, order, shape);
}

function together(graph, x, r) {
  const fits = graph.values.filter(({ shape }) => shape.length <= x.shape.length &&
    shape.every((extent, i) => [1, x.shape[i + x.shape.length - shape.length]].includes(extent)));
  const other = r.of(...fits);
  const pair = r.chance(0.5) ? [x.name, other.name] : [other.name, x.name];
  graph.add(r.of("Add", "Sub", "Mul", "Max", "Min", "Sum", "Mean"), pair, x.shape);
}

function transpose(graph, { name, shape }, r) {
  const perm = shape.map((_, i) => i).sort(() => r.unit() - 0.5);
  graph.add("Transpose", [name], perm.map((axis) => shape[axis]), { perm });
}

function reshape(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  const size = shape.reduce((a, b) => a * b, 1);
  const target = r.of([-1], [shape[0], size / shape[0]], [1, size], [...shape, 1], [1, ...shape], shape.toReversed());
  const said = r.chance(0.4) && target.length > 1 ? target.with(r.whole(0, target.length - 1), -1) : target;
  graph.add("Reshape", [name, graph.list(said)], target[0] === -1 ? [size] : target);
}

function squeeze(graph, { name, shape }, r) {
  const axis = shape.indexOf(1);
  if (axis >= 0 && r.chance(0.5)) {
    return graph.add("Squeeze", [name, graph.list([axis])], shape.toSpliced(axis, 1));
  }
  const at = r.whole(0, shape.length);
  return graph.add("Unsqueeze", [name, graph.list([r.chance(0.5) ? at : at - shape.length - 1])],
    shape.toSpliced(at, 0, 1));
}

function slice(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  const axis = r.whole(0, shape.length - 1);
  const [from, to] = [r.whole(0, shape[axis] - 1), shape[axis]];
  const step = r.of(1, 1, 2);
  const lists = [[from], [r.chance(0.5) ? to : 2 ** 31 - 1], [r.chance(0.5) ? axis : axis - shape.length], [step]];
  graph.add("Slice", [name, ...lists.map((list) => graph.list(list))],
    shape.with(axis, Math.ceil((to - from) / step)));
}

function gather(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  const axis = r.whole(0, shape.length - 1);
  const indices = r.integers(r.of([], [2], [1], [2, 2]), -shape[axis], shape[axis] - 1);
  graph.add("Gather", [name, graph.constant(indices)], shape.toSpliced(axis, 1, ...indices.shape), { axis });
}

function concat(graph, x, r) {
  if (x.shape.length === 0) return;
  const axis = r.whole(0, x.shape.length - 1);
  const fits = graph.values.filter(({ shape }) => shape.length === x.shape.length &&
    shape.every((extent, i) => i === axis || extent === x.shape[i]));
  const parts = [x, r.of(...fits)];
  if (r.chance(0.3)) {
    const extra = r.floats(x.shape.with(axis, r.whole(1, 2)));
    parts.push({ name: graph.constant(extra), shape: extra.shape });
  }
  graph.add("Concat", parts.map(({ name }) => name),
    x.shape.with(axis, parts.reduce((sum, { shape }) => sum + shape[axis], 0)),
    { axis: r.chance(0.5) ? axis : axis - x.shape.length });
}

function split(graph, { name, shape }, r) {
  const axis = shape.findIndex((extent) => extent > 1);
  if (axis < 0) return;
  const first = r.whole(1, shape[axis] - 1);
  const parts = [first, shape[axis] - first];
  graph.several("Split", [name, graph.list(parts)], parts.map((part) => shape.with(axis, part)), { axis });
}

function reduce(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  const op = r.of("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceLogSumExp");
  const axes = shape.map((_, i) => i).filter(() => r.chance(0.5));
  if (axes.length === 0) axes.push(shape.length - 1);
  const keepdims = r.whole(0, 1);
  const named = axes.map((axis) => (r.chance(0.5) ? axis : axis - shape.length));
  graph.add(op, [name, graph.list(named)],
    shape.flatMap((extent, i) => (!axes.includes(i) ? [extent] : keepdims ? [1] : [])), { keepdims });
}

function softmax(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  graph.add(r.of("Softmax", "LogSoftmax"), [name], shape, { axis: r.whole(-shape.length, shape.length - 1) });
}

function norm(graph, { name, shape }, r) {
  if (shape.length < 2) return;
  if (r.chance(0.5)) {
    const n = shape.at(-1);
    graph.add("LayerNormalization", [name, graph.constant(r.floats([n])), graph.constant(r.floats([n]))], shape,
      { axis: -1 });
    return;
  }
  const channel = () => graph.constant(r.floats([shape[1]]));
  const variance = graph.constant(r.floats([shape[1]], { low: 0.3, high: 2 }));
  graph.add("BatchNormalization", [name, channel(), channel(), channel(), variance], shape);
}

function dense(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  const n = r.whole(1, 4);
  const weight = graph.constant(r.floats([shape.at(-1), n]));
  if (shape.length === 2 && r.chance(0.5)) {
    graph.add("Gemm", [name, weight, graph.constant(r.floats([n]))], [shape[0], n], { beta: { float: r.of(1, 0.5) } });
  } else graph.add("MatMul", [name, weight], [...shape.slice(0, -1), n]);
}

function product(graph, { name, shape }, r) {
  if (shape.length < 2) return;
  const rank = shape.length;
  const perm = shape.map((_, i) => i).with(-1, rank - 2).with(-2, rank - 1);
  const turned = graph.add("Transpose", [name], perm.map((axis) => shape[axis]), { perm });
  const isFirst = r.chance(0.5);
  const side = shape.at(isFirst ? -2 : -1);
  graph.add("MatMul", isFirst ? [name, turned.name] : [turned.name, name], [...shape.slice(0, -2), side, side]);
}

function conv(graph, { name, shape }, r) {
  if (shape.length !== 4 || shape[2] < 3 || shape[3] < 3) return;
  const groups = shape[1] % 2 === 0 && r.chance(0.3) ? 2 : 1;
  const out = 2 * r.whole(1, 2);
  const kernel = r.of([1, 1], [3, 3], [2, 3]);
  const [stride, pad] = [r.whole(1, 2), r.whole(0, 1)];
  const bias = r.chance(0.5) ? [graph.constant(r.floats([out]))] : [];
  const planes = kernel.map((k, i) => Math.floor((shape[i + 2] + 2 * pad - k) / stride) + 1);
  graph.add("Conv", [name, graph.constant(r.floats([out, shape[1] / groups, ...kernel])), ...bias],
    [shape[0], out, ...planes], { group: groups, strides: [stride, stride], pads: [pad, pad, pad, pad] });
}

function pool(graph, { name, shape }, r) {
  if (shape.length !== 4 || shape[2] < 2 || shape[3] < 2) return;
  if (r.chance(0.3)) {
    graph.add(r.of("GlobalAveragePool", "GlobalMaxPool"), [name], [...shape.slice(0, 2), 1, 1]);
    return;
  }
  const stride = r.whole(1, 2);
  graph.add(r.of("MaxPool", "AveragePool"), [name],
    [...shape.slice(0, 2), ...shape.slice(2).map((extent) => Math.floor((extent - 2) / stride) + 1)],
    { kernel_shape: [2, 2], strides: [stride, stride] });
}

function pad(graph, { name, shape }, r) {
  if (shape.length === 0) return;
  const pads = Array.from({ length: 2 * shape.length }, () => r.whole(0, 1));
  graph.add("Pad", [name, graph.list(pads), graph.constant(r.floats([]))],
    shape.map((extent, i) => extent + pads[i] + pads[i + shape.length]));
}

function choose(graph, x, r) {
  const same = graph.values.filter(({ shape }) => shape.join() === x.shape.join());
  const mask = graph.several("Greater", [x.name, graph.constant(r.floats([]))], [x.shape], {}, { keep: false })[0];
  graph.add("Where", [mask.name, x.name, r.of(...same).name], x.shape);
}

function rounded(graph, { name, shape }, r) {
  const whole = graph.several("Cast", [name], [shape], { to: r.of(6, 7) }, { keep: false })[0];
  graph.add("Cast", [whole.name], shape, { to: 1 });
}

function sizes(graph, { name, shape }, r) {
  // A reshape whose target is computed from the value's own shape.
  if (shape.length < 2) return;
  const all = graph.several("Shape", [name], [[shape.length]], {}, { keep: false })[0];
  const first = graph.several("Slice", [all.name, ...[[0], [1], [0]].map((list) => graph.list(list))], [[1]], {},
    { keep: false })[0];
  const target = graph.several("Concat", [first.name, graph.list([-1])], [[2]], { axis: 0 }, { keep: false })[0];
  graph.add("Reshape", [name, target.name], [shape[0], shape.slice(1).reduce((a, b) => a * b, 1)]);
}

function quantise(graph, { name, shape }, r) {
  const type = r.of("uint8", "int8");
  const scale = () => graph.constant({ shape: [], values: [Math.fround(0.015 + r.unit() / 40)] });
  const zero = () => graph.constant(r.integers([], type === "uint8" ? 90 : -20, type === "uint8" ? 150 : 20,
    { type }));
  const own = [scale(), zero()];
  const hidden = { keep: false };
  const [q] = graph.several("QuantizeLinear", [name, ...own], [shape], {}, hidden);
  let made = { ...q, own };
  for (let i = r.whole(0, 2); i > 0; i--) {
    const next = [scale(), zero()];
    const more = { ...hidden, domain: "com.microsoft" };
    const op = r.of("QLinearAdd", "QLinearMul", "QLinearSigmoid", "QLinearLeakyRelu", "QLinearConcat", "MaxPool");
    if (op === "QLinearConcat") {
      if (shape.length === 0) continue;
      const inputs = [...next, made.name, ...made.own, q.name, ...own];
      const doubled = made.shape.with(0, made.shape[0] + shape[0]);
      if (made.shape.slice(1).join() !== shape.slice(1).join()) continue;
      made = { ...graph.several(op, inputs, [doubled], { axis: 0 }, more)[0], own: next };
    } else if (op === "MaxPool") {
      if (shape.length !== 4 || made.shape.slice(2).some((extent) => extent < 2)) continue;
      const smaller = [...made.shape.slice(0, 2), ...made.shape.slice(2).map((extent) => extent - 1)];
      made = { ...graph.several(op, [made.name], [smaller], { kernel_shape: [2, 2] }, hidden)[0], own: made.own };
    } else if (op === "QLinearAdd" || op === "QLinearMul") {
      const inputs = [made.name, ...made.own, made.name, ...made.own, ...next];
      made = { ...graph.several(op, inputs, [made.shape], {}, more)[0], own: next };
    } else {
      const inputs = [made.name, ...made.own, ...next];
      made = { ...graph.several(op, inputs, [made.shape], {}, more)[0], own: next };
    }
  }
  graph.add("DequantizeLinear", [made.name, ...made.own], made.shape);
}

const STEPS = [
  unary, unary, withConstant, withConstant, together, together, transpose, reshape, squeeze, slice, gather, concat,
  split,
  reduce, softmax, norm, dense, dense, product, conv, conv, conv, pool, pad, choose, rounded, sizes, quantise,
];
