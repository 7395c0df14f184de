/** What TensorFlow fuses into products: a bias, then an activation. */
import { tensor } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import { broadcastFirst, type Rewrite, type Said } from "./rewrite.ts";

/** What stands behind a product in the same node. */
export interface Fused {
  /** The bias as ONNX' operators read it, if there is one. */
  readonly bias: readonly string[];
  readonly activation: string | undefined;
}

/** What was fused into a node whose bias, if any, is its third input. */
export function fusedInto(node: GraphNode, to: Rewrite): Fused {
  const fused = node.says.texts("fused_ops");
  const hasBias = fused[0] === "BiasAdd";
  const [activation, ...more] = hasBias ? fused.slice(1) : fused;
  if (more.length > 0) throw new RangeError(`takes one fused activation, got ${fused.join(", ")}`);
  return { bias: hasBias ? [to.plain(node.inputs[2] ?? "")] : [], activation };
}

/** Writes the end of a node: an operator, what it reads, what it says. */
export type Finish = (op: string, inputs: readonly string[], says: Readonly<Record<string, Said>>) => void;

/** Writes a fused activation of `x`; `isFirst` where channels stand behind the batch that the file has last. */
export function activate(
  node: GraphNode, to: Rewrite, { activation = "", x, isFirst }: { activation?: string; x: string; isFirst: boolean },
  finish: Finish,
): void {
  if (activation === "Relu6") return finish("Clip", [x, to.tensor(tensor(0)), to.tensor(tensor(6))], {});
  if (activation === "LeakyRelu") {
    return finish("LeakyRelu", [x], { alpha: { float: node.says.float("leakyrelu_alpha") ?? 0.2 } });
  }
  if (activation === "Prelu") {
    const slope = to.constant(node.inputs.at(-1));
    if (slope === undefined) throw new RangeError("takes a constant slope, got the output of a node");
    if (node.says.text("data_format") === "NCHW") throw new RangeError("takes Prelu with channels last, got NCHW");
    return finish("PRelu", [x, to.tensor(isFirst ? broadcastFirst(slope) : slope)], {});
  }
  if (!["Relu", "Elu", "Sigmoid", "Tanh"].includes(activation)) {
    throw new RangeError(`takes fused Relu, Relu6, Elu, LeakyRelu, Prelu, Sigmoid or Tanh, got ${activation}`);
  }
  finish(activation, [x], {});
}
