/** Whole numbers that stand for floats with relevance: exact forward, and backward as if nothing had been rounded. */
import { Conv, Dense, MatMul, Multiply, Quantize, Scale, type Operator as LayerOperator } from "@relprop/layers";
import { EncodedTensor, formatShape, Integers, levels, Tensor, type Shape } from "@relprop/tensor";
import { areLevels, isInteger, type DType } from "../../dtype.ts";
import { bound } from "../bound.ts";
import { constantTensor, type Constant } from "../constant.ts";
import { integerType } from "../evaluation.ts";
import { centred } from "../fold/integer-products.ts";
import { castType } from "../fold/elementwise.ts";
import { quantizedType, scaleIndex } from "../fold/quantized.ts";
import { limitsOf } from "../fold/whole.ts";
import type { Operation } from "../operation.ts";
import type { Flow, Known, Quantized, Value } from "../value.ts";
import { transposedMatrix } from "./dense.ts";
import { checkKernel, windowOf } from "./window.ts";
import type { Operator } from "./operator.ts";

/** What becomes of operators whose inputs are quantised floats with relevance. */
const QUANTIZED: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["Cast", (op) => {
    const { carrier, zero } = carried(op, 0)!;
    if (!sameZero(zero, undefined)) throw new RangeError("takes quantised values whose zero point is 0, got another");
    return carrier;
  }],
  ["ConvInteger", (op) => {
    const x = operand(op, 0, 2);
    const sums = convolved(op, x, op.constant(1), op.constant(3), undefined);
    return encoded(op, sums, { dtype: "I32", zero: undefined });
  }],
  ["DequantizeLinear", dequantized],
  ["DynamicQuantizeLinear", dynamic],
  ["MatMulInteger", (op) =>
    encoded(op, multiplied(op, [0, 2], [1, 3]), { dtype: "I32", zero: undefined })],
  ["QLinearConv", (op) => {
    const sums = convolved(op, operand(op, 0, 2), op.constant(3), op.constant(5), op.constant(8));
    return requantized(op, sums, 1);
  }],
  ["QLinearMatMul", (op) => requantized(op, multiplied(op, [0, 2], [3, 5]), -1)],
  ["QuantizeLinear", quantized],
]);

/** Operators that move quantised values about as they are. */
const MOVING: ReadonlySet<string> = new Set([
  "Concat", "DepthToSpace", "Expand", "Flatten", "Gather", "Identity", "MaxPool", "Reshape", "Slice", "SpaceToDepth",
  "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
]);

/** Operators at which relevance ends: choices, comparisons, extents. */
const CHOOSING: ReadonlySet<string> = new Set([
  "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "NonZero", "Shape", "Size",
]);

/** The floats with relevance that an input stands for. */
export function carried(op: Operation, index: number): Quantized | undefined {
  const value = op.value(index);
  return value?.kind === "flow" && value.quantized?.carrier.inert === false ? value.quantized : undefined;
}

/** How whole numbers stand for floats. */
export interface Encoding {
  readonly dtype: DType;
  readonly zero: Flow | Known | undefined;
  /** Which of several zero points an element of a shape has. */
  readonly zeroAt?: (shape: Shape, zeros: Shape) => (i: number) => number;
}

/** Whole numbers made of the floats, each less its zero point, that they are beside it. */
export function encoded(op: Operation, carrier: Flow, { dtype, zero, zeroAt }: Encoding): Flow {
  const type = integerType(dtype)!;
  const operator: LayerOperator = {
    kind: "Quantized",
    role: "other",
    lower: ([x]) => ({
      type,
      shape: x!.shape,
      compute: ([centre, offset]) => {
        const zeros = zero?.kind === "known" ? zero.constant.data : (offset?.data ?? [0]);
        if (zeros.length !== 1 && zeroAt === undefined) {
          throw new RangeError(`takes one zero point for quantised values that were moved about, got ${zeros.length}`);
        }
        const own = zero?.kind === "known" ? zero.constant.shape : (offset?.shape ?? []);
        const at = zeros.length === 1 ? (): number => 0 : zeroAt!(centre!.shape, own);
        return new Integers(centre!.shape, Float64Array.from(centre!.data, (value, i) => value + zeros[at(i)]!), type);
      },
    }),
  };
  const reads = zero?.kind === "flow" ? [carrier, zero] : [carrier];
  const flow = op.emit(operator, reads, { rank: carrier.rank, dtype });
  return { ...flow, inert: true, step: { ...flow.step!, inert: true }, quantized: { carrier, zero } };
}

/** The floats of an input that is quantised, each less its zero point, or a constant's. */
function operand(op: Operation, index: number, zeroAt: number): Flow {
  const found = carried(op, index);
  if (found === undefined) throw new RangeError(`takes quantised values as input ${index}, got others`);
  if (!sameZero(found.zero, op.value(zeroAt))) {
    throw new RangeError(`takes the zero point that input ${index} was quantised with, got another`);
  }
  return found.carrier;
}

/** What becomes of a node that begins quantised floats with relevance, or reads some; `undefined` for others. */
export function throughQuantized(
  op: Operation, inputs: readonly (Known | Flow | undefined)[],
): Value | readonly Value[] | undefined {
  const { node } = op;
  // Operators of others are taken apart into these.
  if (node.domain !== "") return undefined;
  const [first] = inputs;
  const begins = /^(Dynamic)?QuantizeLinear$/.test(node.opType) && first?.kind === "flow" && !first.inert;
  const carriers = inputs.map((_, i) => carried(op, i));
  const found = carriers.filter((carrier) => carrier !== undefined);
  if (!begins && found.length === 0 || CHOOSING.has(node.opType)) return undefined;
  const operator = QUANTIZED.get(node.opType);
  const to = node.opType === "Cast" ? castType(op.attributes.type("to")) : "F32";
  if (operator !== undefined && !isInteger(to)) return operator(op);
  const { dtype } = inputs[carriers.findIndex((carrier) => carrier !== undefined)] as Flow;
  if (to === dtype) return first;
  if (isInteger(to) && holds(to, dtype)) return encoded(op, found[0]!.carrier, { dtype: to, zero: found[0]!.zero });
  const [{ zero } = { zero: undefined }] = found;
  const isMoved = MOVING.has(node.opType) && carriers.every((carrier, i) =>
    carrier === undefined ? i > 0 && node.opType !== "Concat" : sameZero(carrier.zero, zero));
  if (!isMoved) {
    throw new RangeError("takes quantised values dequantised, or moved about as they are; got them as whole numbers");
  }
  const names = node.inputs.map((name, i) =>
    (carriers[i] === undefined ? name : op.graph.define(carriers[i].carrier, `${name} without its zero point`)));
  return op.graph.lowered({ ...node, inputs: names }).map((value) =>
    (value.kind === "flow" && !value.inert ? encoded(op, value, { dtype, zero }) : value));
}

/** Whether every number of a format is one of another. */
function holds(wide: DType, narrow: DType): boolean {
  const [[low, high], [least, greatest]] = [limitsOf(wide), limitsOf(narrow)];
  return low <= least && high >= greatest;
}

/** Whether two zero points are one, left out ones being 0. */
export function sameZero(a: Flow | Known | undefined, b: Flow | Known | undefined): boolean {
  if (a?.kind === "flow" || b?.kind === "flow") {
    return a?.kind === "flow" && b?.kind === "flow" && a.step === b.step && a.input === b.input;
  }
  const [left, right] = [a?.constant.data ?? [0], b?.constant.data ?? [0]];
  return Array.from({ length: Math.max(left.length, right.length) }).every((_, i) =>
    left[left.length === 1 ? 0 : i] === right[right.length === 1 ? 0 : i]);
}

function bounds(dtype: DType, zeros: ArrayLike<number>): { readonly low: number[]; readonly high: number[] } {
  const [low, high] = limitsOf(dtype);
  return { low: Array.from(zeros, (zero) => low - zero), high: Array.from(zeros, (zero) => high - zero) };
}

function quantized(op: Operation): Flow {
  const x = op.flow(0);
  const [block, axis] = [op.attributes.integer("block_size") ?? 0, op.attributes.integer("axis") ?? 1];
  const zero = op.value(2);
  const zeroType = zero?.kind === "flow" ? zero.dtype : zero?.constant.dtype;
  const dtype = quantizedType(zeroType, op.attributes.integer("output_dtype"));
  const carrier = bound(op, {
    kind: "Quantize", role: "activation", keepsSign: true, elementwise: true, reads: [x], values: [1, 2],
    optional: [2], rank: x.rank,
    shape: ([shape]) => shape!,
    make: ({ values: [scale, zeros] }) => new Quantize(constantTensor(needed(scale)), {
      axis, block, ...bounds(dtype, zeros?.data ?? [0]),
    }),
  });
  return encoded(op, carrier, { dtype, zero, zeroAt: (shape, zeros) => scaleIndex(shape, zeros, axis, block) });
}

/** To eight bits by a scale that follows from the values, which is no part of what is explained. */
function dynamic(op: Operation): readonly Flow[] {
  const x = op.flow(0);
  const parameters = op.graph.evaluated(op);
  const [, scale, zero] = parameters as readonly [Flow, Flow, Flow];
  const operator: LayerOperator = {
    kind: "Quantize", role: "activation", keepsSign: true, elementwise: true,
    lower: ([shape]) => ({
      shape: shape!.shape,
      reads: [0],
      bind: ([, step, offset]) =>
        new Quantize(new Tensor([], Float32Array.from(step!.data)), bounds("U8", offset!.data)),
    }),
  };
  const emitted = op.emit(operator, [x, scale, zero], { rank: x.rank });
  const carrier = { ...emitted, inert: x.inert, step: { ...emitted.step!, inert: x.inert } };
  return [encoded(op, carrier, { dtype: "U8", zero }), scale, zero];
}

function dequantized(op: Operation): Flow {
  const x = operand(op, 0, 2);
  checkBlocks(op);
  const scale = op.value(1);
  if (scale?.kind === "flow") return op.emit(new Multiply(), [x, scale], { rank: x.rank });
  const weight = op.parameter(1);
  if (weight.size === 1) return op.emit(new Scale(weight.reshape([])), [x], { rank: x.rank });
  return op.emit(new Scale(weight, { axis: op.attributes.integer("axis") ?? 1 }), [x], { rank: x.rank });
}

function checkBlocks({ attributes }: Operation): void {
  if ((attributes.integer("block_size") ?? 0) !== 0) {
    throw new RangeError("takes scales per tensor or axis where relevance passes, got blocks");
  }
}

function needed(constant: Constant | undefined): Constant {
  if (constant === undefined) throw new RangeError("takes one more input, got none");
  return constant;
}

/** A convolution of whole numbers in floats, which hold them exactly. */
function convolved(
  op: Operation, x: Flow, given: Constant | undefined, zero: Constant | undefined, bias: Constant | undefined,
): Flow {
  const weight = lessZero(op, given, zero, 0);
  const kernel = weight.shape.slice(2);
  checkKernel(op, kernel);
  const groups = op.attributes.integer("group") ?? 1;
  const conv = new Conv(weight, { ...windowOf(op, kernel), groups, bias: bias && exactly(bias) });
  return op.emit(conv, [x], { rank: weight.shape.length });
}

/** Whole numbers less their zero point, as a weight. */
function lessZero({ graph }: Operation, given: Constant | undefined, zero: Constant | undefined, axis: number): Tensor {
  const { shape, data } = needed(given);
  const count = zero?.data.length ?? 1;
  const along = axis < 0 ? axis + shape.length : axis;
  if (!areLevels(data) || (count !== 1 && count !== shape[along])) return exactly(centred(needed(given), zero, axis));
  graph.budget.positions.take(data.length);
  const scale = new Float32Array(count).fill(1);
  const how = { scale, zero: zero?.data, ...(count === 1 ? {} : { along: { shape, axis: along } }) };
  return new EncodedTensor(shape, levels(data, how));
}

/** Whole numbers as floats; throws where single precision does not hold them. */
function exactly(constant: Constant): Tensor {
  const beyond = Array.from(constant.data).find((value) => Math.abs(value) > 2 ** 24);
  if (beyond !== undefined) throw new RangeError(`takes whole numbers up to 2^24, got ${beyond}`);
  return constantTensor({ ...constant, dtype: "F32" });
}

type Place = readonly [index: number, zeroAt: number];

/** A matrix product of whole numbers; either side may be a constant. */
function multiplied(op: Operation, left: Place, right: Place): Flow {
  const side = ([index, zeroAt]: Place, axis: number): Flow | Tensor =>
    op.value(index)?.kind === "known"
      ? lessZero(op, op.constant(index), op.constant(zeroAt), axis)
      : operand(op, index, zeroAt);
  const [a, b] = [side(left, -2), side(right, -1)];
  const flowOf = (value: Flow | Tensor): Flow =>
    (value instanceof Tensor ? op.constantFlow(new Tensor(value.shape, value.data)) : value);
  if (!(a instanceof Tensor) && b instanceof Tensor && b.shape.length === 2) {
    return op.emit(new Dense(transposedMatrix(op, b)), [a], { rank: a.rank });
  }
  return op.emit(new MatMul(), [flowOf(a), flowOf(b)]);
}

/** Sums rounded to the output's scale. */
function requantized(op: Operation, sums: Flow, axis: number): Flow {
  const [a, b, y] = [1, 4, 6].map((index) => op.parameter(index)) as [Tensor, Tensor, Tensor];
  const zero = op.value(7);
  if (zero?.kind !== "known" || a.size !== 1 || y.size !== 1 || zero.constant.data.length !== 1) {
    throw new RangeError(`takes one scale and zero point for what comes out, got ${formatShape(y.shape as Shape)}`);
  }
  const factor = Float32Array.from(b.data, (scale) => Math.fround(a.data[0]! * scale) / y.data[0]!);
  const { dtype, data } = zero.constant;
  if (!isInteger(dtype)) throw new RangeError(`takes a zero point of whole numbers, got ${dtype}`);
  const carrier = op.emit(new Quantize(new Tensor([factor.length], factor), {
    axis, multiply: true, ...bounds(dtype, data),
  }), [sums], { rank: sums.rank });
  return encoded(op, carrier, { dtype, zero });
}
