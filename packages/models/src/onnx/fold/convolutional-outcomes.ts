/** What is known beforehand of what operators of convolutional networks make. */
import { DATA_TYPES } from "../tensor-proto.ts";
import { castType } from "./elementwise.ts";
import { keptRank, moreAxes, openRank, type Asked, type Outcome } from "./outcome.ts";

function second({ type }: Asked): NonNullable<ReturnType<Asked["type"]>> {
  return type(1) ?? "F32";
}

const cast: Outcome = { rank: keptRank, type: ({ attributes }) => castType(attributes.type("to")) };
const counted: Outcome = { unread: true, type: () => "I64" };

/** What is not as with most; of arithmetic, that only shapes may be asked for. */
export const convolutionalOutcomes: readonly (readonly [string, Outcome])[] = [
  ...[
    "Abs", "Add", "Ceil", "Div", "Floor", "Max", "Min", "Mod", "Mul", "Neg", "Pow", "Relu", "Round", "Sign", "Sqrt",
    "Sub", "Sum",
  ].map((name): [string, Outcome] => [name, { shaped: true }]),
  ...[
    "And", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not", "Or", "Xor",
  ].map((name): [string, Outcome] => [name, { shaped: true, type: () => "BOOL" }]),
  ["BitCast", cast],
  ["Cast", { ...cast, shaped: true, takesEncoded: true }],
  ["CastLike", { rank: keptRank, shaped: true, takesEncoded: true, type: second }],
  ["Clip", { rank: keptRank, shaped: true }],
  ["Concat", { rank: keptRank }],
  ["ConstantOfShape", {
    decisive: [0],
    rank: openRank,
    type: ({ attributes }) => DATA_TYPES.get(attributes.tensor("value")?.dataType ?? 1) ?? "F32",
  }],
  ["Dropout", { rank: keptRank, others: ["BOOL"] }],
  ["Expand", { decisive: [1], rank: openRank }],
  ["Flatten", { unread: true, rank: () => 2 }],
  ["Gather", { rank: ({ ranks: [rank, indices] }) => moreAxes(moreAxes(rank, indices), 1, -1) }],
  ["Identity", { unread: true, rank: keptRank }],
  ["Range", { decisive: [0, 1, 2], ends: true, rank: () => 1 }],
  ["Reshape", { decisive: [1], unread: true, rank: ({ length }) => length(1, "shape") }],
  ["Shape", { ...counted, rank: () => 1 }],
  ["Size", { ...counted, rank: () => 0 }],
  ["Slice", { decisive: [1, 2, 3, 4], rank: keptRank }],
  ["Split", { decisive: [1], rank: keptRank }],
  ["Squeeze", {
    decisive: [1], unread: true, rank: ({ ranks, length }) => moreAxes(ranks[0], length(1, "axes"), -1),
  }],
  ["Tile", { decisive: [1], rank: keptRank }],
  ["Transpose", { rank: keptRank, takesEncoded: true }],
  ["Unsqueeze", { decisive: [1], unread: true, rank: ({ ranks, length }) => moreAxes(ranks[0], length(1, "axes")) }],
  ["Where", { shaped: true, type: second }],
];
