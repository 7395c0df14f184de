/** Integers that stand for real numbers. */
import { levels, sizeOf, type LevelScale, type Shape } from "@relprop/tensor";
import { areLevels, type DType } from "../../dtype.ts";
import { encodedConstant, type Constant } from "../constant.ts";
import { frontAxis, input, type Fold, type FoldCall } from "./call.ts";
import { castType } from "./elementwise.ts";
import { keptRank, type Outcome } from "./outcome.ts";
import { roundToEven, saturated } from "./whole.ts";

/** Quantisation and dequantisation. */
export const quantizedFolds: readonly (readonly [string, Fold])[] = [
  ["DequantizeLinear", dequantize],
  ["DynamicQuantizeLinear", dynamic],
  ["QuantizeLinear", quantize],
];

/** What is known of them beforehand. */
export const quantizedOutcomes: readonly (readonly [string, Outcome])[] = [
  ["DequantizeLinear", { shaped: true, takesEncoded: true, type: () => "F32", rank: keptRank }],
  ["DynamicQuantizeLinear", {
    ends: true, type: () => "U8", others: ["F32", "U8"], rank: (node, output) => (output === 0 ? keptRank(node) : 0),
  }],
  ["QuantizeLinear", {
    shaped: true,
    type: ({ attributes, type }) => quantizedType(type(2), attributes.integer("output_dtype")),
    rank: keptRank,
  }],
];

/** Which scale and zero point an element of a shape has: one for all, one per position of an axis, or one per block. */
export function scaleIndex(shape: Shape, scale: Shape, axis: number, blockSize: number): (i: number) => number {
  const count = sizeOf(scale);
  if (count === 1) return () => 0;
  const along = frontAxis(axis, shape.length);
  const [extent, inner] = [shape[along]!, sizeOf(shape.slice(along + 1))];
  if (blockSize === 0) {
    if (scale.length !== 1 || count !== extent) {
      throw new RangeError(`takes ${extent} scales and zero points, got [${scale.join(", ")}]`);
    }
    return (i) => Math.floor(i / inner) % extent;
  }
  const blocks = Math.ceil(extent / blockSize);
  if (scale.join() !== shape.with(along, blocks).join()) {
    throw new RangeError(`takes scales [${shape.with(along, blocks).join(", ")}], got [${scale.join(", ")}]`);
  }
  return (i) => {
    const [outer, at] = [Math.floor(i / (extent * inner)), Math.floor(i / inner) % extent];
    return (outer * blocks + Math.floor(at / blockSize)) * inner + (i % inner);
  };
}

function indexOf(call: FoldCall): (i: number) => number {
  const [x, scale, zero] = [input(call, 0), input(call, 1), call.inputs[2]];
  if (zero !== undefined && zero.data.length !== scale.data.length) {
    throw new RangeError(`takes as many zero points as scales, got ${zero.data.length} and ${scale.data.length}`);
  }
  const { attributes } = call;
  return scaleIndex(x.shape, scale.shape, attributes.integer("axis") ?? 1, attributes.integer("block_size") ?? 0);
}

/** The axis that scales lie along, none where there is one scale for all; `undefined` where they are for blocks. */
function axisOf({ inputs: [x, scale], attributes }: FoldCall): Pick<LevelScale, "along"> | undefined {
  if (scale!.data.length === 1) return {};
  if ((attributes.integer("block_size") ?? 0) !== 0) return undefined;
  return { along: { shape: x!.shape, axis: frontAxis(attributes.integer("axis") ?? 1, x!.shape.length) } };
}

/** `(x − zero) · scale` */
function dequantize(call: FoldCall): readonly Constant[] {
  const [x, scale, zero] = [input(call, 0), input(call, 1), call.inputs[2]];
  const at = indexOf(call);
  const dtype = castType(call.attributes.integer("output_dtype") || (scale.dtype === "F16" ? 10 : 1));
  const along = axisOf(call);
  if (call.trial !== true && along !== undefined && dtype !== "F64" && areLevels(x.data)) {
    const scales = { scale: scale.data, zero: zero?.data, ...along };
    call.budget.positions.take(x.data.length);
    return [encodedConstant(dtype, x.shape, levels(x.data, scales))];
  }
  const data = call.budget.array(dtype, x.shape);
  if (call.trial === true) return [{ dtype, shape: x.shape, data }];
  for (let i = 0; i < data.length; i++) data[i] = (x.data[i]! - (zero?.data[at(i)] ?? 0)) * scale.data[at(i)]!;
  return [{ dtype, shape: x.shape, data }];
}

/** The format that a `QuantizeLinear` makes. */
export function quantizedType(zero: DType | undefined, code: number | undefined): DType {
  return zero ?? (code === undefined || code === 0 ? "U8" : castType(code));
}

/** `saturate(round(x / scale) + zero)` */
function quantize(call: FoldCall): readonly Constant[] {
  const [x, scale, zero] = [input(call, 0), input(call, 1), call.inputs[2]];
  const at = indexOf(call);
  const dtype = quantizedType(zero?.dtype, call.attributes.integer("output_dtype"));
  const clamp = saturated(dtype);
  const data = call.budget.array(dtype, x.shape);
  if (call.trial === true) return [{ dtype, shape: x.shape, data }];
  for (let i = 0; i < data.length; i++) {
    // Quotients are rounded to single precision first, as whoever made the file computes them.
    const level = roundToEven(Math.fround(x.data[i]! / scale.data[at(i)]!));
    if (Number.isNaN(level)) throw new RangeError("takes numbers to quantise, got NaN");
    data[i] = clamp(level + (zero?.data[at(i)] ?? 0));
  }
  return [{ dtype, shape: x.shape, data }];
}

/** To eight bits, by a scale that the values themselves decide. */
function dynamic(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  let [low, high] = [0, 0];
  for (const value of x.data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  // Where all is 0 the standard's scale is 0, and quotients by it are no numbers: 1, as runtimes take, makes zeros.
  const scale = Math.fround(Math.fround(high - low) / 255) || 1;
  const zero = saturated("U8")(roundToEven(Math.fround(-low / scale)));
  const data = call.budget.array("U8", x.shape);
  for (let i = 0; i < data.length; i++) {
    data[i] = saturated("U8")(roundToEven(Math.fround(x.data[i]! / scale)) + zero);
  }
  return [
    { dtype: "U8", shape: x.shape, data },
    { dtype: "F32", shape: [], data: Float32Array.of(scale) },
    { dtype: "U8", shape: [], data: Float64Array.of(zero) },
  ];
}
