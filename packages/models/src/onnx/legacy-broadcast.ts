/** How operands meet before operator set 7: the second lies along axes that the node names. */
import type { AttributeProto, NodeProto } from "./schema.ts";

/**
 * The node that lays the second operand along the axes its reader names, with axes of extent 1 behind them; `undefined`
 * where the two meet as they do today.
 */
export function aligning(node: NodeProto, version: number, left: Rank, right: Rank): NodeProto | undefined {
  const axis = node.attributes.get("axis");
  if (version >= 7 || node.attributes.get("broadcast")?.integer !== 1 || axis === undefined) return undefined;
  if (left === undefined || right === undefined) {
    throw new RangeError("takes operands whose number of axes is known, got one that the file leaves open");
  }
  const given = axis.integer ?? 0;
  const behind = left - (given < 0 ? given + left : given) - right;
  if (!(behind >= 0 && behind <= left - right)) {
    throw new RangeError(`takes an axis where ${right} more fit into ${left}, got ${given}`);
  }
  if (behind === 0) return undefined;
  const axes: AttributeProto = {
    name: "axes", floats: [], texts: [], integers: Array.from({ length: behind }, (_, i) => right + i),
  };
  const [, second = ""] = node.inputs;
  return {
    ...node, opType: "Unsqueeze", inputs: [second], outputs: [`${second} as ${node.outputs[0] ?? ""} reads it`],
    attributes: new Map([["axes", axes]]),
  };
}

type Rank = number | undefined;
