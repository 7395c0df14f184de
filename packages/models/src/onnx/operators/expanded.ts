/** Operators that are others put together. */
import type { Operation } from "../operation.ts";
import type { Value } from "../value.ts";
import type { Operator } from "./operator.ts";
import { applied, whole } from "./unrolled.ts";

/** Gated units, and convolutions that hand on what the next piece of a sequence needs. */
export const expanded: readonly (readonly [string, Operator])[] = [
  ["CausalConvWithState", causal],
  ["SwiGLU", (op) => {
    const [a = "", b = ""] = op.node.inputs;
    return op.graph.value(applied(op, "Mul", [silu(op, a), b])[0]!);
  }],
];

function silu(op: Operation, x: string): string {
  return applied(op, "Mul", [x, ...applied(op, "Sigmoid", [x])])[0]!;
}

/** A convolution of each channel for itself over what came before; the end of that is its state. */
function causal(op: Operation): readonly Value[] {
  const [x = "", weight = "", bias = "", past = ""] = op.node.inputs;
  const { shape } = op.parameter(1);
  const [channels, , width] = shape as readonly [number, number, number];
  if (shape.length !== 3) throw new RangeError(`takes a weight [C, 1, K], got [${shape.join(", ")}]`);
  const [before = ""] = past === ""
    ? applied(op, "Pad", [x, whole(op, [0, 0, width - 1, 0, 0, 0])])
    : applied(op, "Concat", [past, x], { axis: 2 });
  const parameters = bias === "" ? [weight] : [weight, bias];
  const sums = applied(op, "Conv", [before, ...parameters], { group: channels, kernel_shape: [width] });
  const how = op.attributes.text("activation") ?? "none";
  if (!["none", "silu", "swish"].includes(how)) throw new RangeError(`takes activation none or silu, got ${how}`);
  const output = how === "none" ? sums[0]! : silu(op, sums[0]!);
  // A kernel of one element needs nothing of what came before.
  const [from, to] = width === 1 ? [0, 0] : [1 - width, 2 ** 31 - 1];
  const ends = [[from], [to], [2]].map((list) => whole(op, list));
  const state = (): Value => op.graph.value(applied(op, "Slice", [before, ...ends])[0]!);
  return [op.graph.value(output), ...(op.node.outputs.length > 1 ? [state()] : [])];
}
