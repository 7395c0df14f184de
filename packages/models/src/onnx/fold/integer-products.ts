/** Matrix products and convolutions of whole numbers, exactly. */
import { spanOf } from "@relprop/layers";
import { broadcastShape, sizeOf, type Shape } from "@relprop/tensor";
import { isInteger, type DType } from "../../dtype.ts";
import { broadcastStrides, rowMajorStrides, walkTogether } from "../../strided.ts";
import type { Constant } from "../constant.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import { keptRank, openRank, type Outcome } from "./outcome.ts";
import { roundToEven, saturated, stored, widest } from "./whole.ts";

/** Products of whole numbers, and of those that stand for real ones. */
export const integerProductFolds: readonly (readonly [string, Fold])[] = [
  ["ConvInteger", (call) => {
    const [x, weight] = [centred(input(call, 0), call.inputs[2], 1), centred(input(call, 1), call.inputs[3], 0)];
    return [convolved(call, x, weight, "I32")];
  }],
  ["MatMul", (call) => {
    const [a, b] = [input(call, 0), input(call, 1)];
    return [multiplied(call, a, b, widest(a.dtype, b.dtype))];
  }],
  ["MatMulInteger", (call) => [multiplied(
    call, centred(input(call, 0), call.inputs[2], -2), centred(input(call, 1), call.inputs[3], -1), "I32",
  )]],
  ["QLinearConv", (call) => {
    const [x, weight] = [centred(input(call, 0), input(call, 2), 1), centred(input(call, 3), input(call, 5), 0)];
    const sums = convolved(call, x, weight, "I32", call.inputs[8]);
    const spatial = sizeOf(sums.shape.slice(2));
    const channels = sums.shape[1]!;
    return [requantized(call, sums, [1, 4, 6, 7], (i) => Math.floor(i / spatial) % channels)];
  }],
  ["QLinearMatMul", (call) => {
    const [a, b] = [centred(input(call, 0), input(call, 2), -2), centred(input(call, 3), input(call, 5), -1)];
    const sums = multiplied(call, a, b, "I32");
    const columns = sums.shape.at(-1) ?? 1;
    return [requantized(call, sums, [1, 4, 6, 7], (i) => i % columns)];
  }],
];

const likeZero: Outcome["type"] = ({ type }) => type(7) ?? "F32";

/** What is known of them beforehand. */
export const integerProductOutcomes: readonly (readonly [string, Outcome])[] = [
  ["ConvInteger", { shaped: true, type: () => "I32", rank: keptRank }],
  ["MatMul", { shaped: true, rank: openRank }],
  ["MatMulInteger", { shaped: true, type: () => "I32", rank: openRank }],
  ["QLinearConv", { shaped: true, type: likeZero, rank: keptRank }],
  ["QLinearMatMul", { shaped: true, type: likeZero, rank: openRank }],
];

/** A constant without its zero point, which is one for all or one per position of an axis. */
export function centred(x: Constant, zero: Constant | undefined, axis: number): Constant {
  const data = Float64Array.from(x.data);
  if (zero === undefined) return { ...x, data };
  const along = axis < 0 ? axis + x.shape.length : axis;
  const [extent, inner] = [x.shape[along] ?? 1, sizeOf(x.shape.slice(along + 1))];
  const count = zero.data.length;
  const isWhole = count === sizeOf(x.shape) / Math.max(1, inner) && count !== extent;
  if (count !== 1 && count !== extent && !isWhole) {
    throw new RangeError(`takes one zero point or ${extent}, got ${count}`);
  }
  for (let i = 0; i < data.length; i++) {
    const at = count === 1 ? 0 : isWhole ? Math.floor(i / inner) : Math.floor(i / inner) % extent;
    data[i]! -= zero.data[at]!;
  }
  return { ...x, data };
}

/** Rounded to the output's scale and zero point, which may be there per position of an axis. */
function requantized(
  call: FoldCall, sums: Constant, [aScale, bScale, yScale, yZero]: readonly [number, number, number, number],
  position: (i: number) => number,
): Constant {
  const [a, b, y, zero] = [aScale, bScale, yScale, yZero].map((i) => input(call, i)) as [
    Constant, Constant, Constant, Constant,
  ];
  if (a.data.length !== 1 || y.data.length !== 1 || zero.data.length !== 1) {
    throw new RangeError("takes one scale and zero point for what goes in and what comes out, got several");
  }
  const clamp = saturated(zero.dtype);
  const data = call.budget.array(zero.dtype, sums.shape);
  const factors = Array.from(b.data, (scale) => Math.fround(Math.fround(a.data[0]! * scale) / y.data[0]!));
  if (call.trial === true) return { dtype: zero.dtype, shape: sums.shape, data };
  for (let i = 0; i < data.length; i++) {
    const factor = factors.length === 1 ? factors[0]! : factors[position(i)]!;
    data[i] = clamp(roundToEven(Math.fround(sums.data[i]! * factor)) + zero.data[0]!);
  }
  return { dtype: zero.dtype, shape: sums.shape, data };
}

function multiplied(call: FoldCall, a: Constant, b: Constant, dtype: DType): Constant {
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k, n] = [left.at(-2) ?? 0, left.at(-1) ?? 0, right.at(-1) ?? 0];
  if (a.shape.length < 1 || b.shape.length < 1 || right.at(-2) !== k) {
    throw new RangeError(`takes […, M, K] and […, K, N], got [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`);
  }
  const outer = broadcastShape("MatMul", left.slice(0, -2), right.slice(0, -2));
  const shape = [...outer, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  const data = call.budget.array(dtype, shape);
  if (call.trial === true) return { dtype, shape, data };
  call.budget.positions.take(spanOf(shape) * Math.max(k, 1));
  const store = isInteger(dtype) ? stored(dtype) : Math.fround;
  let to = 0;
  const strides = (own: Shape): number[] => broadcastStrides(own.slice(0, -2), outer);
  walkTogether(outer, strides(left), strides(right), (i, j) => {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let t = 0; t < k; t++) sum += a.data[(i * m + row) * k + t]! * b.data[(j * k + t) * n + column]!;
        data[to++] = store(sum);
      }
    }
  });
  return { dtype, shape, data };
}

/** Where a convolution's window stands: along every spatial axis. */
interface ConvWindow {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly extents: Shape;
}

function windowOf({ attributes }: FoldCall, spatial: Shape, kernel: Shape): ConvWindow {
  const list = (name: string): readonly number[] => attributes.integers(name) ?? kernel.map(() => 1);
  const [stride, dilation] = [list("strides"), list("dilations")];
  const reach = kernel.map((extent, axis) => (extent - 1) * dilation[axis]! + 1);
  const auto = attributes.text("auto_pad") ?? "NOTSET";
  const pads = auto === "NOTSET" ? attributes.integers("pads") : undefined;
  const same = auto.startsWith("SAME");
  const total = kernel.map((_, axis) => {
    if (!same) return (pads?.[axis] ?? 0) + (pads?.[axis + kernel.length] ?? 0);
    return Math.max(0, (Math.ceil(spatial[axis]! / stride[axis]!) - 1) * stride[axis]! + reach[axis]! - spatial[axis]!);
  });
  return {
    stride, dilation,
    before: kernel.map((_, axis) => (same
      ? (auto === "SAME_LOWER" ? Math.ceil(total[axis]! / 2) : Math.floor(total[axis]! / 2))
      : (pads?.[axis] ?? 0))),
    extents: kernel.map((_, axis) =>
      Math.max(0, Math.floor((spatial[axis]! + total[axis]! - reach[axis]!) / stride[axis]!) + 1)),
  };
}

function convolved(call: FoldCall, x: Constant, weight: Constant, dtype: DType, bias?: Constant): Constant {
  const [batch = 0, channels = 0, ...spatial] = x.shape;
  const [outputs = 0, perGroup = 0, ...kernel] = weight.shape;
  const groups = call.attributes.integer("group") ?? 1;
  if (spatial.length !== kernel.length || spatial.length === 0 || perGroup * groups !== channels) {
    throw new RangeError(`takes [N, ${perGroup * groups}, …] of the weight's axes, got [${x.shape.join(", ")}]`);
  }
  const { stride, dilation, before, extents } = windowOf(call, spatial, kernel);
  const shape = [batch, outputs, ...extents];
  const data = call.budget.array(dtype, shape);
  if (call.trial === true) return { dtype, shape, data };
  call.budget.positions.take(spanOf(shape) * spanOf(weight.shape.slice(1)));
  const store = stored(dtype);
  const [steps, taps, places] = [rowMajorStrides(spatial), sizeOf(kernel), sizeOf(extents)];
  const coordinates = (index: number, of: Shape): number[] => {
    const strides = rowMajorStrides(of);
    return of.map((extent, axis) => Math.floor(index / strides[axis]!) % extent);
  };
  const tapPositions = Array.from({ length: taps }, (_, t) => coordinates(t, kernel));
  for (let place = 0; place < places; place++) {
    const at = coordinates(place, extents);
    const offsets = tapPositions.map((tap) => {
      let offset = 0;
      for (let axis = 0; axis < at.length; axis++) {
        const position = at[axis]! * stride[axis]! - before[axis]! + tap[axis]! * dilation[axis]!;
        if (position < 0 || position >= spatial[axis]!) return -1;
        offset += position * steps[axis]!;
      }
      return offset;
    });
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < outputs; o++) {
        let sum = bias?.data[o] ?? 0;
        const first = Math.floor(o / (outputs / groups)) * perGroup;
        for (let c = 0; c < perGroup; c++) {
          const plane = (n * channels + first + c) * sizeOf(spatial);
          for (let t = 0; t < taps; t++) {
            if (offsets[t]! >= 0) sum += x.data[plane + offsets[t]!]! * weight.data[(o * perGroup + c) * taps + t]!;
          }
        }
        data[(n * outputs + o) * places + place] = store(sum);
      }
    }
  }
  return { dtype, shape, data };
}
