/** Matrix products. */
import { Add, Dense, Transpose } from "@relprop/layers";
import { dims, EncodedTensor, map, Tensor, weightsOf, type Weights } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import { turnedOver } from "../../transposed.ts";
import type { Flow } from "../value.ts";
import { constantFlow, scaleAndShift } from "./affine.ts";
import { stepsOf, withoutStep } from "./operator-group.ts";
import type { Operator } from "./operator.ts";

/** Products with a constant matrix, or of two flows. */
export const products: readonly (readonly [string, Operator])[] = [
  ["Gemm", gemm],
  ["MatMul", (op) => multiplied(op, { first: false, second: false, factor: 1 })],
];

/** `alpha · A B + beta · C`; a constant B makes a dense layer. */
export function gemm(op: Operation): Flow {
  const [transA, transB] = ["transA", "transB"].map((name) => op.attributes.integer(name) === 1);
  const [alpha, beta] = [op.attributes.float("alpha") ?? 1, op.attributes.float("beta") ?? 1];
  const turned = (flow: Flow): Flow => op.emit(new Transpose([1, 0]), [flow], { rank: 2 });
  const operand = (index: number): Flow => {
    const value = op.value(index);
    return value?.kind === "known" ? constantFlow(op, op.parameter(index)) : op.flow(index);
  };
  const x = transA ? turned(operand(0)) : operand(0);
  let product: Flow;
  if (op.value(1)?.kind === "known") {
    const given = op.weight(1);
    product = op.emit(new Dense(times(op, alpha, transB ? given : transposedMatrix(op, given))), [x], { rank: 2 });
  } else {
    product = ofFlows(op, [x, transB ? turned(op.flow(1)) : op.flow(1)], 2);
    if (alpha !== 1) product = scaleAndShift(op, product, new Tensor([], Float32Array.of(alpha)), undefined);
  }
  const addend = op.value(2);
  if (addend === undefined || beta === 0) return product;
  if (addend.kind === "known") return scaleAndShift(op, product, undefined, times(op, beta, op.parameter(2)));
  const scaled = beta === 1
    ? op.flow(2)
    : scaleAndShift(op, op.flow(2), new Tensor([], Float32Array.of(beta)), undefined);
  return op.emit(new Add(), [product, scaled], { rank: 2 });
}

/** How a product is written. */
interface Written {
  /** Whether each operand stands transposed. */
  readonly first: boolean;
  readonly second: boolean;
  /** What the product is multiplied by. */
  readonly factor: number;
}

/** `A B` with the last axes of either transposed where that is said, times a number. */
export function multiplied(op: Operation, { first, second, factor }: Written): Flow {
  const [left, right] = [op.value(0), op.value(1)];
  const rank = productRank(rankOf(left), rankOf(right));
  const operand = (index: number, isTurned: boolean): Flow => {
    const value = op.value(index);
    const x = value?.kind === "known" ? constantFlow(op, op.parameter(index)) : op.flow(index);
    return isTurned ? swapped(op, x) : x;
  };
  if (left?.kind === "flow" && right?.kind === "known") {
    const matrix = op.weight(1);
    const isOne = matrix.shape.length === 2 || (matrix.shape.length > 2 && (left.rank ?? 0) >= matrix.shape.length &&
      matrix.shape.slice(0, -2).every((extent) => extent === 1));
    if (isOne) {
      const flat = matrix.reshape(matrix.shape.slice(-2));
      const weight = times(op, factor, second ? flat : transposedMatrix(op, flat));
      return op.emit(new Dense(weight), [operand(0, first)], { rank });
    }
  }
  if (left?.kind === "known" && !first && !second && factor === 1) {
    const [matrix, x] = [op.weight(0), op.flow(1)];
    if (matrix.shape.length === 2 && x.rank !== undefined && x.rank >= 3) {
      // M X = (Xᵀ Mᵀ)ᵀ, and Xᵀ Mᵀ is what a dense layer of weight M makes of the rows of Xᵀ.
      return swapped(op, op.emit(new Dense(matrix), [swapped(op, x)]));
    }
  }
  const product = ofFlows(op, [operand(0, first), operand(1, second)], rank, true);
  return factor === 1 ? product : scaleAndShift(op, product, new Tensor([], Float32Array.of(factor)), undefined);
}

/** A product of two flows, of which one may weigh the other where `weighs` says so. */
function ofFlows(op: Operation, factors: readonly Flow[], rank: number | undefined, weighs = false): Flow {
  const { matrixProduct } = stepsOf(op);
  if (matrixProduct !== undefined) return matrixProduct(op, factors, rank, weighs);
  throw new RangeError(withoutStep(op, "products of what layers compute"));
}

/** The last two axes exchanged. */
function swapped(op: Operation, x: Flow): Flow {
  const rank = op.rank(x);
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return op.emit(new Transpose(order.with(-2, rank - 1).with(-1, rank - 2)), [x]);
}

function rankOf(value: ReturnType<Operation["value"]>): number | undefined {
  return value?.kind === "known" ? value.constant.shape.length : value?.rank;
}

/** Vectors on either side count as matrices of one row or column, and lose that axis again. */
function productRank(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  return Math.max(left, right, 2) - (left === 1 ? 1 : 0) - (right === 1 ? 1 : 0);
}

function times({ graph }: Operation, factor: number, tensor: Tensor): Tensor {
  if (factor === 1) return tensor;
  const scaled = tensor.through?.((part) => part.forEach((value, i) => (part[i] = factor * value)));
  if (scaled !== undefined) return scaled;
  graph.budget.spend(tensor.data.byteLength);
  return map(tensor, (value) => factor * value);
}

/** `[in, out]` as `[out, in]`; nodes that share a matrix share what becomes of it. */
export function transposedMatrix({ graph }: Operation, matrix: Tensor): Tensor {
  const [rows, columns] = dims("transpose", matrix.shape, 2);
  const numbers = weightsOf(matrix);
  const known = turnedMatrices.get(numbers);
  if (known?.shape[0] === columns) return known;
  graph.budget.spend(4 * matrix.size);
  const encoded = matrix.encoded?.permuted?.(matrix.shape, [1, 0]);
  const made = encoded === undefined ? turnedOver(matrix) : new EncodedTensor([columns, rows], encoded);
  turnedMatrices.set(numbers, made);
  return made;
}

const turnedMatrices = new WeakMap<Weights, Tensor>();
