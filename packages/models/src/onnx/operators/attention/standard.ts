/** Attention and rotary positions of the standard operator set. */
import type { Operation } from "../../operation.ts";
import type { Flow, Known } from "../../value.ts";
import type { Operator } from "../operator.ts";
import { attend } from "./attend.ts";
import { refuseAttributes } from "./refuse-attributes.ts";
import { afterPast, mergeHeads, repeatHeads, splitHeads, spreadHeads } from "./heads.ts";
import { asFlow, rotated, rowsAt } from "./rotary.ts";

/** `Attention` and `RotaryEmbedding`. */
export const standardAttention: readonly (readonly [string, Operator])[] = [
  ["Attention", attention],
  ["RotaryEmbedding", (op) => rotary(op, [op.value(1), op.value(2), op.value(3)])],
  ["com.microsoft.RotaryEmbedding", (op) => rotary(op, [op.value(2), op.value(3), op.value(1)])],
];

function attention(op: Operation): readonly Flow[] {
  const { attributes } = op;
  refuseAttributes(op, [
    "is_causal", "kv_num_heads", "left_window_size", "q_num_heads", "qk_matmul_output_mode", "scale", "softcap",
    "softmax_precision",
  ]);
  if (op.value(6) !== undefined) throw new RangeError("takes keys of one length, got nonpad_kv_seqlen");
  const whole = op.flow(0);
  const heads = attributes.integer("q_num_heads") ?? 0;
  const pairs = attributes.integer("kv_num_heads") ?? heads;
  const q = splitHeads(op, whole, heads, "query");
  const [key, value] = [splitHeads(op, op.flow(1), pairs, "key"), splitHeads(op, op.flow(2), pairs, "value")];
  const past = optional(op, 4);
  const [k, v] = [afterPast(op, past, key, "key"), afterPast(op, optional(op, 5), value, "value")];
  const mask = op.value(3);
  const isCondition = mask !== undefined && typeOf(mask) === "BOOL";
  const given = mask === undefined ? [] : [asFlow(op, mask)];
  const softcap = attributes.float("softcap") ?? 0;
  const before = attributes.integer("left_window_size") ?? -1;
  const { raw, capped, scores, probabilities, context } = attend(op, [q, ...grouped(op, q, [k, v], heads, pairs)], {
    scale: attributes.float("scale"),
    softcap,
    biases: isCondition ? [] : given,
    keep: isCondition ? given[0] : undefined,
    causal: attributes.integer("is_causal") === 1,
    past,
    window: before < 0 ? undefined : before + 1,
    masked: "zeros",
  });
  const y = op.rank(whole) === 4 ? context : mergeHeads(op, context);
  const shown = [raw, capped, scores, probabilities][attributes.integer("qk_matmul_output_mode") ?? 0];
  if (shown === undefined) throw new RangeError("takes a qk_matmul_output_mode of 0 to 3, got another");
  return [y, k, v, shown];
}

/** Keys and values for every head of the query; heads that stand in four axes are counted when their shapes are met. */
function grouped(
  op: Operation, q: Flow, [k, v]: readonly [Flow, Flow], heads: number, pairs: number,
): readonly [Flow, Flow] {
  if (heads > 0) return [repeatHeads(op, k, pairs, heads, "key"), repeatHeads(op, v, pairs, heads, "value")];
  return [perQuery(op, q, k, "key"), perQuery(op, q, v, "value")];
}

function perQuery(op: Operation, q: Flow, x: Flow, part: string): Flow {
  return op.decide({
    kind: "Gather", role: "route", keepsSign: true, reads: [x], shapesOf: [q, x], rank: 4, part,
    make: ({ shapes: [query, own] }) => spreadHeads(own![1]!, query![1]!),
  });
}

function optional(op: Operation, index: number): Flow | undefined {
  const value = op.value(index);
  return value === undefined ? undefined : asFlow(op, value);
}

function typeOf(value: Flow | Known): string {
  return value.kind === "flow" ? value.dtype : value.constant.dtype;
}

type Given = Flow | Known | undefined;

function rotary(op: Operation, [cosine, sine, positions]: readonly [Given, Given, Given]): Flow {
  if (cosine === undefined || sine === undefined) throw new RangeError("takes cosines and sines, got none");
  const { attributes } = op;
  const x = op.flow(0);
  const rotation = {
    cosine: rowsAt(op, cosine, positions),
    sine: rowsAt(op, sine, positions),
    interleaved: attributes.integer("interleaved") === 1,
    features: attributes.integer("rotary_embedding_dim") ?? 0,
  };
  if (op.rank(x) === 4) return rotated(op, x, rotation, "rotated");
  const heads = attributes.integer("num_heads") ?? 0;
  const turned = rotated(op, splitHeads(op, x, heads, "heads"), rotation, "rotated");
  return mergeHeads(op, turned);
}
