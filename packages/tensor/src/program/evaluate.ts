/** Programs on tensors. */
import { programKernels } from "../kernel-groups.ts";
import { broadcastShape, type Shape } from "../shape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { broadcastLayout } from "./layout.ts";
import type { Program } from "./program.ts";

/** `program` of every element of the tensors, which are broadcast against each other. */
export function evaluate(program: Program, ...tensors: readonly Tensor[]): Tensor {
  if (tensors.length !== program.inputs) {
    throw new RangeError(`evaluate: takes ${program.inputs} tensors for this program, got ${tensors.length}`);
  }
  const shape = tensors.reduce<Shape>((all, tensor) => broadcastShape("evaluate", all, tensor.shape), []);
  const out = empty(shape);
  compute(program, tensors, shape, out.data);
  return out;
}

/** `out ← program` of the tensors, each repeated to `shape`; `out` may be one that is not repeated. */
export function compute(program: Program, tensors: readonly Tensor[], shape: Shape, out: Float32Array): void {
  const { extents, strides } = broadcastLayout(tensors.map((tensor) => tensor.shape), shape);
  programKernels().compute(program, extents, tensors.map(({ data }, i) => ({ data, strides: strides[i]! })), out);
}
