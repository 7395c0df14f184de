/** What an operator on values without relevance makes: its type and number of axes, as far as the file says. */
import { DATA_TYPES } from "../tensor-proto.ts";
import type { FlowFacts, Operation } from "../operation.ts";
import type { Flow, Known } from "../value.ts";
import type { DType } from "../../dtype.ts";

const TRUTHS: ReadonlySet<string> = new Set([
  "And", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not", "Or", "Xor",
]);
const COUNTS: ReadonlySet<string> = new Set(["ArgMax", "ArgMin", "NonZero", "Shape", "Size"]);

/** The facts about an operator's outputs, given its inputs. */
export function resultOf(
  op: Operation, inputs: readonly (Flow | Known | undefined)[],
): FlowFacts & { readonly dtype: DType } {
  return { dtype: typeOf(op, inputs), rank: rankOf(op, inputs) };
}

function typeOf(op: Operation, inputs: readonly (Flow | Known | undefined)[]): DType {
  const { opType } = op.node;
  if (TRUTHS.has(opType)) return "BOOL";
  if (COUNTS.has(opType)) return "I64";
  if (opType === "Cast") return DATA_TYPES.get(op.attributes.integer("to") ?? 0) ?? "F32";
  const at = opType === "Where" ? 1 : opType === "OneHot" ? 2 : 0;
  if (opType === "ConstantOfShape") {
    return DATA_TYPES.get(op.attributes.tensor("value")?.dataType ?? 1) ?? "F32";
  }
  const first = inputs[at];
  return first === undefined ? "F32" : first.kind === "flow" ? first.dtype : first.constant.dtype;
}

function rankOf(op: Operation, inputs: readonly (Flow | Known | undefined)[]): number | undefined {
  const ranks = inputs.map((input) =>
    input === undefined ? 0 : input.kind === "flow" ? input.rank : input.constant.shape.length);
  const [first, second] = ranks;
  const list = (index: number, attribute: string): number | undefined => {
    const input = inputs[index];
    if (input?.kind === "flow") return undefined;
    return input?.constant.data.length ?? op.attributes.integers(attribute)?.length;
  };
  const sum = (a: number | undefined, b: number | undefined, sign = 1): number | undefined =>
    a === undefined || b === undefined ? undefined : a + sign * b;
  switch (op.node.opType) {
    case "Shape": return 1;
    case "Size": return 0;
    case "Range": return 1;
    case "Flatten": return 2;
    case "Reshape": return list(1, "shape");
    case "ConstantOfShape": return undefined;
    case "Expand": return undefined;
    case "Unsqueeze": return sum(first, list(1, "axes"));
    case "Squeeze": return sum(first, list(1, "axes"), -1);
    case "Gather": return sum(sum(first, second), -1);
    case "Cast": case "Clip": case "Concat": case "CumSum": case "Slice": case "Split": case "Tile": case "Transpose":
      return first;
    default:
      if (op.node.opType.startsWith("Reduce")) {
        return op.attributes.integer("keepdims") === 0 ? sum(first, list(1, "axes"), -1) : first;
      }
      if (!ranks.every((rank) => rank !== undefined)) return undefined;
      return ranks.reduce((most, rank) => Math.max(most, rank), 0);
  }
}
