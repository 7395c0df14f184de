/** Attention and rotary positions of the standard operator set. */
import { Reshape, Transpose } from "@relprop/layers";
import { sizeOf, Tensor, type Shape } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow, Known } from "../../value.ts";
import type { Operator } from "../operator.ts";
import { attend } from "./attend.ts";
import { computed } from "./computed.ts";
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
  const whole = op.flow(0);
  const heads = attributes.integer("q_num_heads") ?? 0;
  const pairs = attributes.integer("kv_num_heads") ?? heads;
  const q = splitHeads(op, whole, heads, "query");
  const [key, value] = [splitHeads(op, op.flow(1), pairs, "key"), splitHeads(op, op.flow(2), pairs, "value")];
  const past = optional(op, 4);
  const [k, v] = [afterPast(op, past, key, "key"), afterPast(op, optional(op, 5), value, "value")];
  const mask = op.value(3);
  const isCondition = mask !== undefined && typeOf(mask) === "BOOL";
  const given = mask === undefined ? [] : [overKeys(op, asFlow(op, mask), k, isCondition)];
  const counts = optional(op, 6);
  const softcap = attributes.float("softcap") ?? 0;
  const before = attributes.integer("left_window_size") ?? -1;
  const isCausal = attributes.integer("is_causal") === 1;
  if (counts !== undefined && past !== undefined) throw new RangeError("takes nonpad_kv_seqlen or a past, got both");
  const reach = { causal: isCausal, window: before < 0 ? Infinity : before + 1 };
  const { raw, capped, scores, probabilities, context } = attend(op, [q, ...grouped(op, q, [k, v], heads, pairs)], {
    scale: attributes.float("scale"),
    softcap,
    biases: [...(isCondition ? [] : given), ...(counts === undefined ? [] : [withinCount(op, counts, [q, k], reach)])],
    keep: isCondition ? given[0] : undefined,
    causal: isCausal && counts === undefined,
    past,
    window: before < 0 || counts !== undefined ? undefined : reach.window,
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

/** A mask of fewer keys than there are counts none of the others. */
function overKeys(op: Operation, mask: Flow, keys: Flow, isCondition: boolean): Flow {
  if (op.version < 24 || !mask.inert) return mask;
  const shapeOf = ([own, k]: readonly Shape[]): Shape => {
    const width = own!.at(-1) ?? 1;
    return width > 1 && width < k![2]! ? own!.with(-1, k![2]!) : own!;
  };
  return computed(op, {
    kind: "mask", rank: mask.rank, reads: [mask, keys],
    shape: shapeOf,
    compute: ([value], shapes) => {
      const shape = shapeOf(shapes);
      const [width, length] = [shapes[0]!.at(-1) ?? 1, shape.at(-1) ?? 1];
      const out = new Float32Array(sizeOf(shape)).fill(isCondition ? 0 : -Infinity);
      value!.data.forEach((one, i) => (out[Math.floor(i / width) * length + (i % width)] = one));
      return new Tensor(shape, out);
    },
  });
}

interface Reach {
  readonly causal: boolean;
  readonly window: number;
}

/** 0 for the keys that count in a sample, −∞ for those behind them; the last query stands at the last that counts. */
function withinCount(
  op: Operation, counts: Flow, [query, keys]: readonly [Flow, Flow], { causal, window }: Reach,
): Flow {
  return computed(op, {
    kind: "padding", rank: 4, reads: [counts, query, keys],
    shape: ([, q, k]) => [k![0]!, 1, q![2]!, k![2]!],
    compute: ([given], [own, q, k]) => {
      const [samples, queries, length] = [k![0]!, q![2]!, k![2]!];
      if (own!.length !== 1 || own![0] !== samples) {
        throw new RangeError(`Attention: takes a number of keys for each of ${samples} samples, got ${own!.join()}`);
      }
      const wrong = given!.data.find((count) => !(count >= 0 && count <= length));
      if (wrong !== undefined) throw new RangeError(`Attention: takes 0 to ${length} keys that count, got ${wrong}`);
      const out = new Float32Array(samples * queries * length);
      for (let row = 0; row < samples * queries; row++) {
        const count = given!.data[Math.floor(row / queries)]!;
        const at = count - queries + (row % queries);
        const end = causal ? at + 1 : count;
        out.fill(-Infinity, row * length + Math.max(0, end), (row + 1) * length);
        out.fill(-Infinity, row * length, row * length + Math.min(length, Math.max(0, at - window + 1)));
      }
      return new Tensor([samples, 1, queries, length], out);
    },
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
  refuseAttributes(op, ["interleaved", "num_heads", "rotary_embedding_dim", "scale"]);
  const { attributes } = op;
  const x = op.flow(0);
  const scale = attributes.float("scale") ?? 1;
  if (scale !== 1) throw new RangeError(`takes a scale of 1, got ${scale}`);
  const rotation = {
    cosine: rowsAt(op, cosine, positions, x),
    sine: rowsAt(op, sine, positions, x),
    interleaved: attributes.integer("interleaved") === 1,
    features: attributes.integer("rotary_embedding_dim") ?? 0,
  };
  if (op.rank(x) === 4) return rotated(op, x, rotation, "rotated");
  const heads = attributes.integer("num_heads") ?? 0;
  const apart = heads === 0 ? headsOf(op, x, cosine) : splitHeads(op, x, heads, "heads");
  return mergeHeads(op, rotated(op, apart, rotation, "rotated"));
}

/** Heads of twice as many features as there are angles. */
function headsOf(op: Operation, x: Flow, cosine: Flow | Known): Flow {
  if (cosine.kind !== "known") throw new RangeError("takes inputs of three axes with a number of heads, got none");
  const size = 2 * cosine.constant.shape.at(-1)!;
  const apart = op.emit(new Reshape([0, 0, -1, size], { from: 0, zeroKeeps: true }), [x], { rank: 4, part: "heads" });
  return op.emit(new Transpose([0, 2, 1, 3]), [apart], { rank: 4, part: "heads" });
}
