/** Tensors of which only the numbers that are not 0 are stored. */
import { sizeOf, type Shape } from "@relprop/tensor";
import type { Budget } from "../budget.ts";
import { isInteger } from "../dtype.ts";
import { ModelFormatError } from "../model-format-error.ts";
import type { Constant } from "./constant.ts";
import type { External } from "./external-data.ts";
import type { MessageReader } from "./protobuf.ts";
import { readTensor, tensorNumbers, type TensorProto } from "./tensor-proto.ts";

/** A sparse tensor of the file, not yet converted: numbers, and where they stand. */
export interface SparseTensorProto {
  readonly name: string;
  readonly shape: Shape;
  readonly values: TensorProto;
  /** Flat positions, or a row of positions along every axis for each number. */
  readonly indices: TensorProto;
  readonly position: number;
}

/** Reads the message; a tensor is called what its numbers are. */
export function readSparseTensor(reader: MessageReader): SparseTensorProto {
  const { position } = reader;
  const shape: number[] = [];
  let [values, indices] = [undefined, undefined] as [TensorProto | undefined, TensorProto | undefined];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) values = readTensor(reader.message());
    else if (field === 2) indices = readTensor(reader.message());
    else if (field === 3) reader.integers(shape);
  }
  if (values === undefined || indices === undefined) {
    throw new ModelFormatError("loadOnnx: takes sparse tensors with numbers and positions, got one without", position);
  }
  return { name: values.name, shape, values, indices, position };
}

/** All numbers of a sparse tensor, zeros included. */
export function denseNumbers(sparse: SparseTensorProto, external: External | undefined, budget: Budget): Constant {
  const { name, shape, position } = sparse;
  const refused = (message: string): ModelFormatError =>
    new ModelFormatError(`loadOnnx: sparse tensor "${name}" ${message}`, position);
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw refused(`has shape [${shape.join(", ")}], takes extents >= 0`);
  }
  const values = tensorNumbers(sparse.values, external);
  const indices = tensorNumbers(sparse.indices, external);
  const count = values.data.length;
  const perNumber = indices.shape.length === 2 ? indices.shape[1]! : 1;
  if (!isInteger(indices.dtype) || indices.data.length !== count * perNumber ||
    (indices.shape.length === 2 && perNumber !== shape.length)) {
    throw refused(`has positions [${indices.shape.join(", ")}] for ${count} numbers of [${shape.join(", ")}]`);
  }
  const size = sizeOf(shape);
  const data = budget.array(values.dtype, shape);
  for (let i = 0; i < count; i++) {
    let at = indices.data[i * perNumber]!;
    if (indices.shape.length === 2) {
      at = shape.reduce((flat, extent, axis) => {
        const along = indices.data[i * perNumber + axis]!;
        return along >= 0 && along < extent ? flat * extent + along : NaN;
      }, 0);
    }
    if (!(at >= 0 && at < size)) throw refused(`has a number beyond its shape [${shape.join(", ")}]`);
    data[at] = values.data[i]!;
  }
  return { dtype: values.dtype, shape, data };
}
