/** Integers that stand for real numbers. */
import { sizeOf } from "@relprop/tensor";
import type { Constant } from "../constant.ts";
import { frontAxis, input, type Fold, type FoldCall } from "./call.ts";

/** Dequantisation of constants. */
export const quantizedFolds: readonly (readonly [string, Fold])[] = [["DequantizeLinear", dequantize]];

/** `(x − zero) · scale`, with one scale for all or one for each position of an axis. */
function dequantize(call: FoldCall): readonly Constant[] {
  const [x, scale, zero] = [input(call, 0), input(call, 1), call.inputs[2]];
  const single = scale.data.length === 1;
  if ((call.attributes.integer("block_size") ?? 0) !== 0) {
    throw new RangeError("takes scales per tensor or axis, got blocks");
  }
  const axis = single ? 0 : frontAxis(call.attributes.integer("axis") ?? 1, x.shape.length);
  const extent = single ? 1 : x.shape[axis]!;
  if (scale.data.length !== extent || (zero !== undefined && zero.data.length !== extent)) {
    throw new RangeError(
      `takes ${extent} scales and zero points, got ${scale.data.length} and ${zero?.data.length ?? 0}`,
    );
  }
  const inner = single ? Infinity : sizeOf(x.shape.slice(axis + 1));
  const data = call.budget.array("F32", x.shape);
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / inner) % extent;
    data[i] = (x.data[i]! - (zero?.data[at] ?? 0)) * scale.data[at]!;
  }
  return [{ dtype: "F32", shape: x.shape, data }];
}
