/** Matrix products. */
import { Dense, MatMul } from "@relprop/layers";
import { dims, formatShape, map, Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import { transposed } from "../../transposed.ts";
import type { Flow } from "../value.ts";
import { scaleAndShift } from "./affine.ts";
import type { Operator } from "./operator.ts";
import { asFlow, transpose } from "./routes.ts";

/** Products with a constant matrix, or of two flows. */
export const products: readonly (readonly [string, Operator])[] = [
  ["Gemm", gemm],
  ["MatMul", matmul],
];

/** `alpha · A B + beta · C` with B, and C if present, constant. */
function gemm(op: Operation): Flow {
  const x = op.flow(0);
  if (op.attributes.integer("transA") === 1) throw new RangeError("takes inputs as rows, got transA = 1");
  const given = matrix(op);
  const weight = op.attributes.integer("transB") === 1 ? given : transposedMatrix(given);
  const [alpha, beta] = [op.attributes.float("alpha") ?? 1, op.attributes.float("beta") ?? 1];
  const bias = op.tensor(2);
  const product = op.emit(new Dense(times(op, alpha, weight)), x);
  return bias === undefined ? product : scaleAndShift(op, product, undefined, times(op, beta, bias));
}

function matmul(op: Operation): Flow {
  const [left, right] = [op.value(0), op.value(1)];
  if (left?.kind === "flow" && right?.kind === "flow") return op.emit(new MatMul(), left, right);
  if (left?.kind === "flow") {
    if (isMatrix(op.parameter(1))) return op.emit(new Dense(transposedMatrix(matrix(op))), left);
    return op.emit(new MatMul(), left, asFlow(op, 1, left));
  }
  const x = op.flow(1);
  if (!isMatrix(op.parameter(0)) || op.rank(x) < 3) return op.emit(new MatMul(), asFlow(op, 0, x), x);
  // M X = (Xᵀ Mᵀ)ᵀ, and Xᵀ Mᵀ is what a dense layer of weight M makes of the rows of Xᵀ.
  const swap = Array.from({ length: op.rank(x) }, (_, axis) => axis).toSpliced(-2, 2, op.rank(x) - 1, op.rank(x) - 2);
  return transpose(op, op.emit(new Dense(matrix(op, 0)), transpose(op, x, swap)), swap);
}

function isMatrix({ shape }: Tensor): boolean {
  return shape.length >= 2 && shape.slice(0, -2).every((extent) => extent === 1);
}

/** A constant factor as a matrix. */
function matrix(op: Operation, index = 1): Tensor {
  const tensor = op.parameter(index);
  if (!isMatrix(tensor)) throw new RangeError(`takes a constant matrix, got ${formatShape(tensor.shape)}`);
  return tensor.reshape(tensor.shape.slice(-2));
}

function times({ graph }: Operation, factor: number, tensor: Tensor): Tensor {
  if (factor === 1) return tensor;
  graph.budget.spend(tensor.data.byteLength);
  return map(tensor, (value) => factor * value);
}

/** `[in, out]` as `[out, in]`; nodes that share a matrix share what becomes of it. */
function transposedMatrix({ shape, data }: Tensor): Tensor {
  const [rows, columns] = dims("transpose", shape, 2);
  const known = turned.get(data);
  if (known?.shape[0] === columns) return known;
  const made = new Tensor([columns, rows], transposed(data, rows, columns));
  turned.set(data, made);
  return made;
}

const turned = new WeakMap<Float32Array, Tensor>();
