/** What an operator on values without relevance makes: its type and number of axes, as far as the file says. */
import { isInteger, type DType } from "../../dtype.ts";
import type { FlowFacts, Operation } from "../operation.ts";
import { DATA_TYPES } from "../tensor-proto.ts";
import type { Flow, Known } from "../value.ts";
import { castType } from "./elementwise.ts";
import { quantizedType } from "./quantized.ts";

const TRUTHS: ReadonlySet<string> = new Set([
  "And", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not", "Or", "Xor",
]);
const COUNTS: ReadonlySet<string> = new Set(["ArgMax", "ArgMin", "NonMaxSuppression", "NonZero", "Shape", "Size"]);

/** What outputs behind the first are, where they are not what the first is. */
const OTHERS: Readonly<Record<string, readonly DType[]>> = {
  Dropout: ["BOOL"],
  DynamicQuantizeLinear: ["F32", "U8"],
  MaxPool: ["I64"],
  TopK: ["I64"],
  Unique: ["I64", "I64", "I64"],
};

type Input = Flow | Known | undefined;

/** The facts about one of an operator's outputs, given its inputs. */
export function resultOf(
  op: Operation, inputs: readonly Input[], output: number,
): FlowFacts & { readonly dtype: DType } {
  const dtype = output === 0 ? typeOf(op, inputs) : OTHERS[op.node.opType]?.[output - 1];
  return { dtype: dtype ?? typeOf(op, inputs), rank: rankOf(op, inputs, output) };
}

function dtypeOf(input: Input): DType | undefined {
  return input === undefined ? undefined : input.kind === "flow" ? input.dtype : input.constant.dtype;
}

function typeOf({ node: { opType }, attributes }: Operation, inputs: readonly Input[]): DType {
  const at = (index: number): DType => dtypeOf(inputs[index]) ?? "F32";
  if (TRUTHS.has(opType)) return "BOOL";
  if (COUNTS.has(opType)) return "I64";
  switch (opType) {
    case "BitCast": case "Cast": return castType(attributes.type("to"));
    case "BlackmanWindow": case "HammingWindow": case "HannWindow": case "MelWeightMatrix":
      return castType(attributes.integer("output_datatype") ?? 1);
    case "CastLike": return at(1);
    case "ConstantOfShape": return DATA_TYPES.get(attributes.tensor("value")?.dataType ?? 1) ?? "F32";
    case "ConvInteger": case "MatMulInteger": return "I32";
    case "DequantizeLinear": return "F32";
    case "DynamicQuantizeLinear": return "U8";
    case "EyeLike": return attributes.integer("dtype") === undefined ? at(0) : castType(attributes.integer("dtype"));
    case "LabelEncoder": {
      const tensor = attributes.tensor("values_tensor");
      if (tensor !== undefined) return isInteger(DATA_TYPES.get(tensor.dataType) ?? "F32") ? "I64" : "F32";
      return attributes.integers("values_int64s") === undefined ? "F32" : "I64";
    }
    case "OneHot": return at(2);
    case "OneHotEncoder": return "F32";
    case "QLinearConv": case "QLinearMatMul": return at(7);
    case "QuantizeLinear": return quantizedType(dtypeOf(inputs[2]), attributes.integer("output_dtype"));
    case "Where": return at(1);
    default: return at(0);
  }
}

/** Operators that keep the number of axes of their first input. */
const KEEPING: ReadonlySet<string> = new Set([
  "BitCast", "BitwiseNot", "Cast", "CastLike", "Clip", "Concat", "ConvInteger", "CumProd", "CumSum", "DequantizeLinear",
  "Dropout", "Identity", "LabelEncoder", "MaxPool", "Not", "Pad", "QLinearConv", "QuantizeLinear", "ReverseSequence",
  "Scatter",  "ScatterElements", "ScatterND", "Slice", "Split", "Tile", "TopK", "Transpose", "Trilu",
]);

/** Operators whose number of axes follows from values, or is not worked out. */
const OPEN: ReadonlySet<string> = new Set([
  "Compress", "ConstantOfShape", "Expand", "GatherND", "MatMul", "MatMulInteger", "QLinearMatMul", "Unique",
]);

const FIXED: Readonly<Record<string, number>> = {
  BlackmanWindow: 1, EyeLike: 2, Flatten: 2, HammingWindow: 1, HannWindow: 1, MelWeightMatrix: 2, NonMaxSuppression: 2,
  NonZero: 2, Range: 1, Shape: 1, Size: 0,
};

function rankOf(op: Operation, inputs: readonly Input[], output: number): number | undefined {
  const { opType } = op.node;
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
  if (KEEPING.has(opType)) return first;
  if (OPEN.has(opType)) return undefined;
  if (FIXED[opType] !== undefined) return FIXED[opType];
  switch (opType) {
    case "DynamicQuantizeLinear": return output === 0 ? first : 0;
    case "Gather": return sum(sum(first, second), -1);
    case "GatherElements": return second;
    case "OneHot": case "OneHotEncoder": return sum(first, 1);
    case "Reshape": return list(1, "shape");
    case "Squeeze": return sum(first, list(1, "axes"), -1);
    case "Unsqueeze": return sum(first, list(1, "axes"));
    default:
      if (opType.startsWith("Reduce") || opType.startsWith("Arg")) {
        if (op.attributes.integer("keepdims") !== 0) return first;
        return opType.startsWith("Arg") ? sum(first, 1, -1) : sum(first, list(1, "axes"), -1);
      }
      if (!ranks.every((rank) => rank !== undefined)) return undefined;
      return ranks.reduce((most, rank) => Math.max(most, rank), 0);
  }
}
