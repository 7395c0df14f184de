/** Weights, scales and bounds that the network computes: operators taken apart into products and sums of flows. */
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { applied, number, whole } from "./unrolled.ts";

/** `y ⊙ scale + shift`, with a number per channel each. */
export function scaledPerChannel(op: Operation, y: Flow, scale: string, shift: string): Flow {
  const behind = Array.from({ length: op.rank(y) - 2 }, (_, i) => i + 1);
  const spread = (name: string): string =>
    (behind.length === 0 ? name : applied(op, "Unsqueeze", [name, whole(op, behind)])[0]!);
  return scaledBy(op, y, spread(scale), shift === "" ? "" : spread(shift));
}

/** `y ⊙ scale + shift`; a shift may be left out. */
export function scaledBy(op: Operation, y: Flow, scale: string, shift: string): Flow {
  const product = applied(op, "Mul", [op.graph.define(y, `${op.node.outputs[0]} plain`), scale]);
  const [out = ""] = shift === "" ? product : applied(op, "Add", [...product, shift]);
  return op.valueNamed(out) as Flow;
}

/** `γ (x − μ) / √(σ² + ε) + β`, where the network computes any of the four, or each element of a sample has its own. */
export function computedBatchNorm(op: Operation): Flow {
  const epsilon = op.attributes.float("epsilon") ?? 1e-5;
  const [x = "", gamma = "", beta = "", mean = "", variance = ""] = op.node.inputs;
  const deviation = applied(op, "Sqrt", applied(op, "Add", [variance, number(op, epsilon)]));
  const scale = applied(op, "Div", [gamma, ...deviation])[0]!;
  const [minus = ""] = applied(op, "Mul", [mean, scale]);
  const shift = applied(op, "Sub", [beta, minus])[0]!;
  const isPerElement = op.attributes.integer("spatial") === 0;
  return (isPerElement ? scaledBy : scaledPerChannel)(op, op.valueNamed(x) as Flow, scale, shift);
}

/** The activation of a node whose slopes or bounds the network computes. */
export function computedActivation(op: Operation): Flow {
  return op.node.opType === "PRelu" ? computedSlope(op) : computedBounds(op);
}

/** `max(x, 0) + slope · min(x, 0)` */
function computedSlope(op: Operation): Flow {
  const [x = "", slope = ""] = op.node.inputs;
  const below = applied(op, "Mul", [slope, ...applied(op, "Min", [x, number(op, 0)])]);
  return op.valueNamed(applied(op, "Add", [...applied(op, "Relu", [x]), ...below])[0]!) as Flow;
}

/** `min(max(x, low), high)`; either bound may be left out. */
function computedBounds(op: Operation): Flow {
  const [x = "", low = "", high = ""] = op.node.inputs;
  const above = low === "" ? x : applied(op, "Max", [x, low])[0]!;
  return op.valueNamed(high === "" ? above : applied(op, "Min", [above, high])[0]!) as Flow;
}
