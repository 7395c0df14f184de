// ONNX files that hang together, node by node, but for a number here and there: what they ask for is met when they are
// lowered and used, not when they are read.
import { attributes, floats, longs, node, tensor, value } from "./graph.js";
import { NUMBERS } from "./operators.js";
import { block, joined, whole } from "./protobuf.js";

const { int, ints, text } = attributes;

const SHAPES = [
  [1, 4], [1, 16], [2, 3], [1, 3, 8, 8], [1, 4, 6], [1, 2, 5, 5, 5], [1, 8, 16, 16], [3, 2, 4], [1, 1],
  [1, 3, 512, 512], [1, 2 ** 20], [1, 2 ** 12, 2 ** 12], [1, 2 ** 15, 2 ** 15], [2 ** 13, 1, 64], [1, 2 ** 25],
  [1, 0, 4], [0, 3, 4, 4], [1, ...new Array(20).fill(1), 2],
];

/** One file; the same for the same seed. */
export function soundCase(random) {
  return new Sound(random).file();
}

const product = (shape) => shape.reduce((size, extent) => size * extent, 1);
const conv = (extent, kernel, stride, dilation, pad) =>
  Math.floor((extent + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;

class Sound {
  #random;
  #count = 0;
  #fields = [];
  /** Names and shapes of what may be read. */
  #values = [];

  constructor(random) {
    this.#random = random;
  }

  file() {
    const shape = this.#pick(SHAPES);
    const isFree = this.#random() < 0.3;
    this.#values.push({ name: "x", shape });
    for (let left = this.#pick([1, 1, 2, 3, 5, 8]); left > 0; left--) {
      const from = this.#random() < 0.85 ? this.#values.at(-1) : this.#pick(this.#values);
      this.#put(from);
      for (let more = this.#pick([0, 0, 0, 0, 0, 1, 2, 30]); more > 0; more--) this.#put(this.#values.at(-1));
    }
    const said = isFree ? shape.map((extent) => (this.#random() < 0.5 ? undefined : extent)) : shape;
    const input = value(11, "x", said);
    const outputs = this.#values.slice(-this.#pick([1, 1, 1, 2, 5])).map(({ name }) => value(12, name, []));
    const opset = block(8, [block(1, ""), whole(2, this.#pick([13, 17, 18, 21]))]);
    return joined([whole(1, 8), block(7, [input, ...this.#fields, ...outputs]), opset]);
  }

  /** One node that takes this value; now and then one of its numbers is another one. */
  #put(from) {
    const fitting = MAKERS.filter(([, fits]) => fits(from.shape));
    const [op, , make] = this.#pick(fitting);
    const made = make(from.shape, this);
    if (made === undefined) return;
    const { inputs = [], given = [], shape = from.shape, more = [] } = made;
    const names = [this.#name(), ...more.map(() => this.#name())];
    const name = made.op ?? op;
    const reads = made.reads?.(from.name) ?? [from.name, ...inputs];
    this.#fields.push(node(name, this.#random() < 0.02 ? reads.slice(0, -1) : reads, names, given));
    [shape, ...more].forEach((extents, i) => this.#values.push({ name: names[i], shape: extents }));
  }

  /** A number, mostly as it was meant. */
  odd(number) {
    return this.#random() < 0.06 ? this.#pick(NUMBERS) : number;
  }

  list(...numbers) {
    const name = this.#name();
    const odd = numbers.map((number) => this.odd(number));
    this.#fields.push(tensor(name, [odd.length], 7, longs(odd)));
    return name;
  }

  scalar(number) {
    const name = this.#name();
    this.#fields.push(tensor(name, [], 7, longs([this.odd(number)])));
    return name;
  }

  ints(shape, make) {
    const name = this.#name();
    const numbers = Array.from({ length: product(shape) }, (_, i) => this.odd(make(i)));
    this.#fields.push(tensor(name, shape, 7, longs(numbers)));
    return name;
  }

  weight(...shape) {
    const size = product(shape);
    if (!(size <= 2 ** 14)) return undefined;
    const name = this.#name();
    this.#fields.push(tensor(name, shape, 1, floats(Array.from({ length: size }, () => this.#random() - 0.3))));
    return name;
  }

  /** Several nodes of whole numbers that work a shape out: the extents of a value, one of them replaced. */
  computedShape(name, axis, extent, rank) {
    const [whole, picked, joinedName] = [this.#name(), this.#name(), this.#name()];
    this.#fields.push(node("Shape", [name], [whole]));
    const others = this.list(...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis));
    this.#fields.push(node("Gather", [whole, others], [picked], [int("axis", 0)]));
    this.#fields.push(node("Concat", [picked, this.list(extent)], [joinedName], [int("axis", 0)]));
    return joinedName;
  }

  axis(shape) {
    const axis = Math.floor(this.#random() * shape.length);
    return this.#random() < 0.3 ? axis - shape.length : axis;
  }

  pick(list) {
    return this.#pick(list);
  }

  #name() {
    return `v${this.#count++}`;
  }

  #pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }
}

const any = () => true;
const hasAxes = (least, most = 70) => ({ length }) => length >= least && length <= most;
const at = (shape, axis, extent) => shape.with(axis, extent);
const without = (shape, axis) => shape.toSpliced((axis + shape.length) % shape.length, 1);

const windowed = (shape, kit) => {
  const spatial = shape.slice(2);
  const [k, stride] = [kit.pick([1, 2, 3]), kit.pick([1, 1, 2, 3])];
  const [dilation, pad] = [kit.pick([1, 1, 2]), kit.pick([0, 1])];
  const each = (number) => spatial.map(() => kit.odd(number));
  return {
    kernel: spatial.map(() => k),
    given: [
      ints("strides", each(stride)), ints("dilations", each(dilation)),
      ints("pads", [...each(pad), ...each(pad)]), int("ceil_mode", kit.pick([0, 0, 1])),
    ],
    spatial: spatial.map((extent) => Math.max(conv(extent, k, stride, dilation, pad), 0)),
  };
};
const pool = (op) => [op, hasAxes(3, 5), (shape, kit) => {
  const { kernel, given, spatial } = windowed(shape, kit);
  return { given: [...given, ints("kernel_shape", kernel)], shape: [...shape.slice(0, 2), ...spatial] };
}];
const unary = (op) => [op, any, () => ({})];
const reduced = (op) => [op, any, (shape, kit) => {
  const axis = kit.axis(shape);
  const isListed = op === "ReduceSum";
  return {
    inputs: isListed ? [kit.list(axis)] : [], given: isListed ? [] : [ints("axes", [axis])], shape: at(shape, axis, 1),
  };
}];
const along = (op) => [op, any, (shape, kit) => ({ given: [int("axis", kit.odd(kit.axis(shape)))] })];

/** Operators: for which shapes, and what they are given and make. */
const MAKERS = [
  ...["Relu", "Sigmoid", "Tanh", "Erf", "Identity", "Softplus", "HardSwish", "Abs"].map(unary),
  ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceL2", "ReduceLogSumExp", "ReduceProd"].map(reduced),
  ...["Softmax", "LogSoftmax", "Hardmax", "LpNormalization"].map(along),
  ...["MaxPool", "AveragePool", "LpPool"].map(pool),
  ["Transpose", any, (shape, kit) => {
    const perm = shape.map((_, i) => i);
    const [a, b] = [0, 1].map(() => (kit.axis(shape) + shape.length) % shape.length);
    [perm[a], perm[b]] = [perm[b], perm[a]];
    return { given: [ints("perm", perm)], shape: perm.map((axis) => shape[axis]) };
  }],
  ["Reshape", any, (shape, kit) => ({ inputs: [kit.list(shape[0], -1)], shape: [shape[0], product(shape.slice(1))] })],
  ["Reshape", any, (shape, kit) => ({ inputs: [kit.list(0, -1, 1)], shape: [shape[0], product(shape.slice(1)), 1] })],
  ["Reshape", hasAxes(2, 6), (shape, kit) => {
    const extent = product(shape.slice(1));
    return { reads: (name) => [name, kit.computedShape(name, 1, -1, 2)], shape: [shape[0], extent] };
  }],
  ["Expand", hasAxes(2, 6), (shape, kit) => {
    const times = kit.pick([2, 3, 64]);
    return { inputs: [kit.list(times, ...shape)], shape: [times, ...shape] };
  }],
  ["Tile", any, (shape, kit) => {
    const times = shape.map(() => kit.pick([1, 1, 2]));
    return { inputs: [kit.list(...times)], shape: shape.map((extent, i) => extent * times[i]) };
  }],
  ["Slice", any, (shape, kit) => {
    const axis = kit.axis(shape);
    const last = Math.max(shape.at(axis) - 1, 1);
    return {
      inputs: [kit.list(0), kit.list(last), kit.list(axis), kit.list(1)],
      shape: at(shape, axis, Math.min(last, shape.at(axis))),
    };
  }],
  ["Pad", any, (shape, kit) => {
    const widths = [...shape, ...shape].map(() => kit.pick([0, 0, 1]));
    return {
      inputs: [kit.list(...widths)], given: [text("mode", kit.pick(["constant", "reflect", "edge", "wrap"]))],
      shape: shape.map((extent, i) => extent + widths[i] + widths[i + shape.length]),
    };
  }],
  ["Concat", any, (shape, kit) => {
    const [axis, times] = [kit.axis(shape), kit.pick([2, 2, 5])];
    return {
      reads: (name) => new Array(times).fill(name), given: [int("axis", axis)],
      shape: at(shape, axis, times * shape.at(axis)),
    };
  }],
  ["Add", any, () => ({ reads: (name) => [name, name] })],
  ["Mul", any, () => ({ reads: (name) => [name, name] })],
  ["Max", any, () => ({ reads: (name) => [name, name, name] })],
  ["Mul", any, (shape, kit) => {
    const weight = kit.weight(shape.at(-1));
    return weight && { inputs: [weight] };
  }],
  ["Split", any, (shape, kit) => {
    const axis = kit.axis(shape);
    const [one, other] = [Math.ceil(shape.at(axis) / 2), Math.floor(shape.at(axis) / 2)];
    return {
      inputs: [kit.list(one, other)], given: [int("axis", axis)],
      shape: at(shape, axis, one), more: [at(shape, axis, other)],
    };
  }],
  ["Gather", any, (shape, kit) => {
    const axis = kit.axis(shape);
    const indices = kit.ints([5], (i) => i % Math.max(shape.at(axis), 1));
    return { inputs: [indices], given: [int("axis", axis)], shape: at(shape, axis, 5) };
  }],
  ["GatherElements", hasAxes(1, 4), (shape, kit) => (product(shape) <= 4096
    ? { inputs: [kit.ints(shape, () => 0)], given: [int("axis", kit.axis(shape))] } : undefined)],
  ["GatherND", hasAxes(2, 5), (shape, kit) => ({ inputs: [kit.ints([3, 1], () => 0)], shape: [3, ...shape.slice(1)] })],
  ["Trilu", hasAxes(2), (shape, kit) => (
    { inputs: [kit.scalar(kit.pick([0, 1, -1]))], given: [int("upper", kit.pick([0, 1]))] })],
  ["ReverseSequence", hasAxes(2), (shape, kit) => (shape[0] <= 64 ? {
    inputs: [kit.ints([shape[0]], () => Math.min(1, shape[1]))],
    given: [int("batch_axis", kit.odd(0)), int("time_axis", kit.odd(1))],
  } : undefined)],
  ["CumSum", any, (shape, kit) => ({ inputs: [kit.scalar(kit.axis(shape))] })],
  ["TopK", any, (shape, kit) => {
    const axis = kit.axis(shape);
    const k = Math.min(2, shape.at(axis));
    return { inputs: [kit.list(k)], given: [int("axis", axis)], shape: at(shape, axis, k) };
  }],
  ["Compress", any, (shape, kit) => (
    { inputs: [kit.ints([1], () => 1)], given: [int("axis", 0)], shape: at(shape, 0, 1) })],
  ["Flatten", any, (shape) => ({ shape: [shape[0], product(shape.slice(1))] })],
  ["Unsqueeze", hasAxes(1, 60), (shape, kit) => ({ inputs: [kit.list(1)], shape: shape.toSpliced(1, 0, 1) })],
  ["MatMul", hasAxes(2), (shape, kit) => {
    const weight = kit.weight(shape.at(-1), 3);
    return weight && { inputs: [weight], shape: at(shape, -1, 3) };
  }],
  ["MatMul", hasAxes(3), (shape, kit) => ({
    op: "Einsum", reads: (name) => [name, name], shape: at(shape, -1, shape.at(-2)),
    given: [text("equation", kit.pick(["...ij,...kj->...ik", "...ij,...ij->...i"]))],
  })],
  ["Gemm", ({ length }) => length === 2, (shape, kit) => {
    const weight = kit.weight(shape[1], 4);
    return weight && { inputs: [weight], shape: [shape[0], 4] };
  }],
  ["Conv", hasAxes(3, 5), (shape, kit) => {
    const { kernel, given, spatial } = windowed(shape, kit);
    const [isDepthwise, count] = [kit.pick([true, false]), kit.pick([1, 4])];
    const weight = isDepthwise ? kit.weight(shape[1], 1, ...kernel) : kit.weight(count, shape[1], ...kernel);
    return weight && {
      inputs: [weight], given: [...given, int("group", kit.odd(isDepthwise ? shape[1] : 1))],
      shape: [shape[0], isDepthwise ? shape[1] : count, ...spatial],
    };
  }],
  ["ConvTranspose", hasAxes(3, 5), (shape, kit) => {
    const stride = kit.pick([1, 2]);
    const weight = kit.weight(shape[1], 2, ...shape.slice(2).map(() => 2));
    return weight && {
      inputs: [weight], given: [ints("strides", shape.slice(2).map(() => kit.odd(stride)))],
      shape: [shape[0], 2, ...shape.slice(2).map((extent) => (extent - 1) * stride + 2)],
    };
  }],
  ["Resize", hasAxes(3, 5), (shape, kit) => {
    const spatial = shape.slice(2).map((extent) => extent * kit.pick([1, 2]));
    return {
      inputs: ["", "", kit.list(...shape.slice(0, 2), ...spatial)], shape: [...shape.slice(0, 2), ...spatial],
      given: [text("mode", kit.pick(["nearest", "linear", "cubic"])), int("antialias", kit.pick([0, 1]))],
    };
  }],
  ["DepthToSpace", hasAxes(4, 4), ([n, c, h, w], kit) => (c % 4 === 0
    ? { given: [int("blocksize", kit.odd(2))], shape: [n, c / 4, h * 2, w * 2] } : undefined)],
  ["GlobalAveragePool", hasAxes(3, 5), (shape) => ({ shape: [...shape.slice(0, 2), ...shape.slice(2).map(() => 1)] })],
  ["LRN", hasAxes(3, 5), (shape, kit) => ({ given: [int("size", kit.odd(3))] })],
  ["LayerNormalization", hasAxes(2), (shape, kit) => {
    const weight = kit.weight(shape.at(-1));
    return weight && { inputs: [weight] };
  }],
  ["ArgMax", hasAxes(2), (shape, kit) => (
    { given: [int("axis", kit.axis(shape)), int("keepdims", 0)], shape: without(shape, 0) })],
  ["DFT", hasAxes(3, 4), (shape, kit) => ({ reads: (name) => [name, kit.scalar(shape[1]), kit.scalar(1)] })],
  ["NonZero", any, (shape) => ({ shape: [shape.length, product(shape)] })],
];
