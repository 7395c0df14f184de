/** Convolutions whose kernel the network computes. */
import { STEP } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { applied, whole } from "./unrolled.ts";
import { checkKernel, windowOf } from "./window.ts";

/** Beyond the end of every list. */
export const END: number = 2 ** 31 - 1;

/**
 * What lies under each element of the kernel is cut out of the input, and all of it multiplied with the kernel as a
 * matrix: a product of two flows.
 */
export function computedConvolution(op: Operation): Flow {
  const [x = "", weight = "", bias = ""] = op.node.inputs;
  const { kernel, groups } = kernelOf(op);
  const pieces = piecesOf(op, x, kernel);
  const flat = (piece: string): string => applied(op, "Reshape", [piece, whole(op, [0, 0, -1])])[0]!;
  const columns = pieces.map((piece) => grouped(op, flat(piece), groups));
  const [under = ""] = applied(op, "Concat", columns, { axis: -2 });
  const product = applied(op, "MatMul", [matrices(op, weight, groups), under]);
  const first = (name: string): string => between(op, applied(op, "Shape", [name])[0]!, 0, 1);
  const planes = between(op, applied(op, "Shape", [pieces[0]!])[0]!, 2, END);
  const target = applied(op, "Concat", [first(x), first(weight), planes], { axis: 0 });
  const flow = op.valueNamed(applied(op, "Reshape", [...product, ...target])[0]!) as Flow;
  return shifted(op, { ...flow, rank: kernel.length + 2 }, bias, kernel.length);
}

/** The shift of every channel, added to what is `[N, C, …]`. */
export function shifted(op: Operation, convolved: Flow, bias: string, axes: number): Flow {
  if (bias === "") return convolved;
  const shift = applied(op, "Unsqueeze", [bias, whole(op, Array.from({ length: axes }, (_, i) => i + 1))]);
  return op.valueNamed(applied(op, "Add", [op.graph.define(convolved, "product"), ...shift])[0]!) as Flow;
}

/** The extents of a computed kernel, and how many groups of channels it has. */
export function kernelOf(op: Operation): { readonly kernel: readonly number[]; readonly groups: number } {
  const [kernel, groups] = [extentsOf(op), op.attributes.integer("group") ?? 1];
  if (kernel.length < 1 || ![...kernel, groups].every((extent) => Number.isInteger(extent) && extent >= 1)) {
    throw new RangeError(`takes kernels and groups of at least 1, got [${kernel.join(", ")}] and ${groups}`);
  }
  return { kernel, groups };
}

/** What the node says, or the kernel's shape, which must be the same. */
function extentsOf(op: Operation): readonly number[] {
  const weight = op.value(1);
  if (weight?.kind !== "flow") {
    checkKernel(op, weight!.constant.shape.slice(2));
    return weight!.constant.shape.slice(2);
  }
  const stated = op.attributes.integers("kernel_shape");
  try {
    const found = op.graph.described(weight, ({ shape }) => shape.slice(2).join()).shape.slice(2);
    checkKernel(op, found);
    return found;
  } catch (error) {
    // Inputs may leave open what the node states.
    if (stated === undefined || !(error instanceof RangeError) || !/what is open/.test(error.message)) throw error;
    return stated;
  }
}

/** The elements of the input that each element of the kernel meets, as planes as large as what comes out. */
function piecesOf(op: Operation, x: string, kernel: readonly number[]): readonly string[] {
  const { stride, dilation, padding, same } = windowOf(op, kernel);
  const around = [0, 0, ...padding.map(([before]) => before), 0, 0, ...padding.map(([, after]) => after)];
  const padded = same !== undefined
    ? applied(op, "Pad", [x, sameWidths(op, x, kernel)])[0]!
    : around.every((width) => width === 0) ? x : applied(op, "Pad", [x, whole(op, around)])[0]!;
  return positionsOf(op, kernel).map((position) => {
    const from = position.map((at, i) => at * dilation[i]!);
    const to = from.map((at, i) => at - (kernel[i]! - 1) * dilation[i]! || END);
    const lists = [from, to, kernel.map((_, i) => i + 2), stride];
    return applied(op, "Slice", [padded, ...lists.map((values) => whole(op, values))])[0]!;
  });
}

/** The widths of a border that leaves as much as strides fit into the extents, by these. */
function sameWidths(op: Operation, x: string, kernel: readonly number[]): string {
  const { stride, dilation, same } = windowOf(op, kernel);
  const calculate = (opType: string, ...inputs: readonly string[]): string => applied(op, opType, inputs)[0]!;
  const extents = between(op, calculate("Shape", x), 2, END);
  const [strides, one] = [whole(op, stride), whole(op, kernel.map(() => 1))];
  // ⌈extent / stride⌉ − 1 = ⌊(extent − 1) / stride⌋
  const last = calculate("Div", calculate("Sub", extents, one), strides);
  const reach = whole(op, kernel.map((extent, i) => (extent - 1) * dilation[i]! + 1));
  const missing = calculate("Sub", calculate("Add", calculate("Mul", last, strides), reach), extents);
  const total = calculate("Max", missing, whole(op, kernel.map(() => 0)));
  const half = calculate("Div", total, whole(op, kernel.map(() => 2)));
  const rest = calculate("Sub", total, half);
  const none = whole(op, [0, 0]);
  const sides = same === "sameUpper" ? [half, rest] : [rest, half];
  return applied(op, "Concat", [none, sides[0]!, none, sides[1]!], { axis: 0 })[0]!;
}

/** The positions within a kernel, the last axis fastest. */
function positionsOf(op: Operation, kernel: readonly number[]): readonly (readonly number[])[] {
  const count = kernel.reduce((product, extent) => product * extent, 1);
  // A node each: before there is a list of millions.
  op.graph.budget.positions.take(STEP * count);
  return Array.from({ length: count }, (_, i) => {
    let rest = i;
    return kernel.toReversed().map((extent) => {
      const at = rest % extent;
      rest = Math.floor(rest / extent);
      return at;
    }).toReversed();
  });
}

/** `[N, C, L]` as `[N, groups, C / groups, L]`; as it is for one group. */
export function grouped(op: Operation, name: string, groups: number): string {
  if (groups === 1) return name;
  const turned = applied(op, "Transpose", [name], { perm: [0, 2, 1] });
  const apart = applied(op, "Reshape", [...turned, whole(op, [0, 0, groups, -1])]);
  return applied(op, "Transpose", apart, { perm: [0, 2, 3, 1] })[0]!;
}

/** `[M, C / groups, …]` as `[groups, M / groups, K · C / groups]`, elements of the kernel before channels. */
function matrices(op: Operation, weight: string, groups: number): string {
  const turned = applied(op, "Transpose", applied(op, "Reshape", [weight, whole(op, [0, 0, -1])]), { perm: [0, 2, 1] });
  const rows = applied(op, "Flatten", turned, { axis: 1 });
  if (groups === 1) return rows[0]!;
  const upright = applied(op, "Transpose", rows, { perm: [1, 0] });
  const columns = applied(op, "Reshape", [...upright, whole(op, [0, groups, -1])]);
  return applied(op, "Transpose", columns, { perm: [1, 2, 0] })[0]!;
}

/** A part of a list. */
export function between(op: Operation, name: string, from: number, to: number): string {
  return applied(op, "Slice", [name, ...[[from], [to], [0]].map((values) => whole(op, values))])[0]!;
}
