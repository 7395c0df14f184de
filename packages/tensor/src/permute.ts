/** Axes in another order. */
import { checkList } from "./check-kind.ts";
import { programKernels } from "./kernel-groups.ts";
import { joined } from "./program/layout.ts";
import { program } from "./program/program.ts";
import { formatShape, ShapeError, sizeOf } from "./shape.ts";
import { checkTensor, empty, type Tensor } from "./tensor.ts";

/** The elements with axis `axes[i]` of x as axis i: `permute(x, [1, 0])` is the transpose of a matrix. */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  checkTensor("permute", x);
  checkList("permute", axes);
  if (axes.length !== x.shape.length || axes.toSorted((a, b) => a - b).some((axis, i) => axis !== i)) {
    throw new ShapeError(`permute: takes every axis of ${formatShape(x.shape)} once, got [${axes.join(", ")}]`);
  }
  const shape = axes.map((axis) => x.shape[axis]!);
  const out = empty(shape);
  const { extents, strides } = joined(shape, [axes.map((axis) => sizeOf(x.shape.slice(axis + 1)))]);
  programKernels().compute(same, extents, [{ data: x.data, strides: strides[0]! }], out.data);
  return out;
}

const same = program(1, (x) => x);
