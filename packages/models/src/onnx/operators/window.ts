/** Strides, dilations and padding as ONNX writes them. */
import { Pad, type SamePadding } from "@relprop/layers";
import type { Shape } from "@relprop/tensor";
import { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";

/** How a window slides over the spatial axes. */
export interface Window {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [before: number, after: number])[];
  /** Padding that follows from the input's extents, instead of `padding`. */
  readonly same: SamePadding | undefined;
}

/** The window a node describes. */
export function windowOf(op: Operation, kernel: Shape): Window {
  const rank = kernel.length;
  const stride = perAxis(op, "strides", rank);
  const dilation = perAxis(op, "dilations", rank);
  const auto = op.attributes.text("auto_pad") ?? "NOTSET";
  const same = auto === "SAME_UPPER" ? "sameUpper" : auto === "SAME_LOWER" ? "sameLower" : undefined;
  const pads = auto === "VALID" || same !== undefined ? undefined : op.attributes.integers("pads");
  if (pads !== undefined && pads.length !== 2 * rank) {
    throw new RangeError(`takes ${2 * rank} pads, got ${pads.length}`);
  }
  return { stride, dilation, same, padding: kernel.map((_, axis) => [pads?.[axis] ?? 0, pads?.[axis + rank] ?? 0]) };
}

/** A padding, and that of zeros laid around `x` before taken into it; `from` is what stands inside them. */
export function withZeros(
  op: Operation, x: Flow, padding: Window["padding"],
): { padding: Window["padding"]; from: Flow } {
  const layer = x.step?.layer;
  const fits = layer instanceof Pad && layer.mode === "constant" && layer.widths.length <= padding.length &&
    layer.widths.flat().every((width) => width >= 0) && padsZeros(op);
  if (!fits) return { padding, from: x };
  const first = padding.length - layer.widths.length;
  const more = (axis: number): readonly [number, number] => layer.widths[axis - first] ?? [0, 0];
  return {
    padding: padding.map(([before, after], axis) => [before + more(axis)[0], after + more(axis)[1]]),
    from: x.step!.inputs[0]!,
  };
}

/** Whether the first input comes from a node that pads it with zeros. */
function padsZeros(op: Operation): boolean {
  const node = op.graph.producer(op.node.inputs[0] ?? "");
  if (node?.opType !== "Pad") return false;
  const pad = new Operation(node, op.graph);
  return (pad.scalar(2) ?? pad.attributes.float("value") ?? 0) === 0;
}

/** Throws unless the kernel's extents, if the node states them, are those of the weight. */
export function checkKernel(op: Operation, kernel: Shape): void {
  const stated = op.attributes.integers("kernel_shape");
  if (stated !== undefined && stated.join() !== kernel.join()) {
    throw new RangeError(`takes a weight with kernel [${stated.join(", ")}], got [${kernel.join(", ")}]`);
  }
}

function perAxis(op: Operation, name: string, rank: number): readonly number[] {
  const values = op.attributes.integers(name) ?? new Array<number>(rank).fill(1);
  if (values.length !== rank) throw new RangeError(`takes ${rank} ${name}, got ${values.length}`);
  return values;
}
