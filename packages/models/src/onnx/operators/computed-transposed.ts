/** Transposed convolutions whose kernel the network computes. */
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { between, END, grouped, kernelOf, shifted } from "./computed-kernel.ts";
import { placement, placementFor, planesOf, type Placement, type TransposedWindow } from "./convolutions.ts";
import { applied, whole } from "./unrolled.ts";
import { windowOf } from "./window.ts";

/** Every input element times the kernel, a product of two flows, and the sums of what falls on the same place. */
export function computedTransposed(op: Operation): Flow {
  const [x = "", weight = "", bias = ""] = op.node.inputs;
  const { kernel, groups } = kernelOf(op);
  const { stride, dilation } = windowOf(op, kernel);
  const stated = op.attributes.integers("output_padding") ?? kernel.map(() => 0);
  const window = { kernel, stride, dilation, outputPadding: stated };
  const wanted = op.attributes.integers("output_shape");
  const { padding, outputPadding } = wanted === undefined ? placement(op, window) : reaching(op, window, wanted);
  const columns = grouped(op, applied(op, "Reshape", [x, whole(op, [0, 0, -1])])[0]!, groups);
  const product = applied(op, "MatMul", [matrices(op, weight, groups), columns]);
  // (extent − 1) · stride + reach − padding + outputPadding
  const extents = between(op, applied(op, "Shape", [x])[0]!, 2, END);
  const beyond = kernel.map((extent, i) => (extent - 1) * dilation[i]! + 1 + outputPadding[i]! - stride[i]! -
    padding[i]![0] - padding[i]![1]);
  const steps = applied(op, "Mul", [extents, whole(op, stride)]);
  const image = applied(op, "Add", [...steps, whole(op, beyond)]);
  const pads = [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
  const added = applied(op, "Col2Im", [together(op, product, groups), ...image, whole(op, kernel)], {
    strides: stride, dilations: dilation, pads,
  });
  return shifted(op, { ...op.valueNamed(added[0]!) as Flow, rank: kernel.length + 2 }, bias, kernel.length);
}

/** Padding that leaves as much as is wanted; the input's extents have to be known. */
function reaching(op: Operation, window: TransposedWindow, wanted: readonly number[]): Placement {
  const planes = planesOf(op, op.flow(0));
  if (planes === undefined) {
    throw new RangeError("takes output_shape of inputs whose extents the file says, got open ones");
  }
  return placementFor(op, window, planes, wanted.slice(-window.kernel.length));
}

/** `[C, M / groups, …]` as `[groups, M / groups · K, C / groups]`, elements of the kernel within channels. */
function matrices(op: Operation, weight: string, groups: number): string {
  const columns = applied(op, "Transpose", applied(op, "Flatten", [weight], { axis: 1 }), { perm: [1, 0] });
  if (groups === 1) return columns[0]!;
  const apart = applied(op, "Reshape", [...columns, whole(op, [0, groups, -1])]);
  return applied(op, "Transpose", apart, { perm: [1, 0, 2] })[0]!;
}

/** `[N, groups, M / groups · K, L]` as `[N, M · K, L]`. */
function together(op: Operation, product: readonly string[], groups: number): string {
  if (groups === 1) return product[0]!;
  const turned = applied(op, "Transpose", product, { perm: [0, 3, 1, 2] });
  const joined = applied(op, "Reshape", [...turned, whole(op, [0, 0, -1])]);
  return applied(op, "Transpose", joined, { perm: [0, 2, 1] })[0]!;
}
