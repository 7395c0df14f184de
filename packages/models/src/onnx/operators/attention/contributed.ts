/** Attention as onnxruntime fuses it. */
import { Dense, Slice } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow, Known } from "../../value.ts";
import { scaleAndShift } from "../affine.ts";
import { transposedMatrix } from "../dense.ts";
import type { Operator } from "../operator.ts";
import { attend } from "./attend.ts";
import { computed } from "./computed.ts";
import { afterPast, mergeHeads, repeatHeads, splitHeads } from "./heads.ts";
import { cache, cached, unpacked } from "./packed.ts";
import { padding } from "./padding.ts";
import { refuseAttributes } from "./refuse-attributes.ts";
import { asFlow, rotated, rowsAt, type Rotation } from "./rotary.ts";

/** Attention of the domain com.microsoft. */
export const contributedAttention: readonly (readonly [string, Operator])[] = [
  ["com.microsoft.Attention", attention],
  ["com.microsoft.MultiHeadAttention", multiHead],
  ["com.microsoft.GroupQueryAttention", groupQuery],
];

/** Projections to queries, keys and values in one, then attention. */
function attention(op: Operation): readonly Flow[] {
  refuse(op, { past_sequence_length: 6 });
  refuseAttributes(op, ["num_heads", "unidirectional", "qkv_hidden_sizes", "scale", "mask_filter_value"]);
  const { attributes } = op;
  const weight = op.weight(1);
  const [, columns] = weight.shape as [number, number];
  const sizes = attributes.integers("qkv_hidden_sizes") ?? [columns / 3, columns / 3, columns / 3];
  const dense = new Dense(transposedMatrix(op, weight), { bias: op.tensor(2) });
  const packed = op.emit(dense, [op.flow(0)], { rank: 3, part: "qkv" });
  const [q, k, v] = cut(op, packed, 2, sizes) as [Flow, Flow, Flow];
  const past = op.value(4);
  const [y, ...both] = attended(op, [q, k, v], {
    mask: op.value(3), bias: op.value(5), past: past === undefined ? [] : cached(op, asFlow(op, past)),
  });
  return [y!, cache(op, both)];
}

/** Attention between what has been projected before, biases included. */
function multiHead(op: Operation): readonly Flow[] {
  refuse(op, { past_sequence_length: 8, cache_indirection: 9 });
  refuseAttributes(op, ["num_heads", "unidirectional", "scale", "mask_filter_value"]);
  return attended(op, biased(op, operands(op)), {
    mask: op.value(4), bias: op.value(5), past: [op.value(6), op.value(7)],
  });
}

/** Query, key and value, which may stand in one, or the latter two. */
function operands(op: Operation): readonly [Flow, Flow, Flow] {
  const query = op.flow(0);
  if (op.value(1) !== undefined && op.value(2) !== undefined) return [query, op.flow(1), op.flow(2)];
  const packed = op.value(1) === undefined ? unpacked(op, query, ["query", "key", "value"]) : [
    query, ...unpacked(op, op.flow(1), ["key", "value"]),
  ];
  if (op.value(3) !== undefined) throw new RangeError("takes a bias for query, key and value apart, got them packed");
  return packed as readonly Flow[] as readonly [Flow, Flow, Flow];
}

/** What has been projected, and the biases of its projections; keys and values in heads have theirs already. */
function biased(op: Operation, all: readonly [Flow, Flow, Flow]): readonly [Flow, Flow, Flow] {
  const bias = op.tensor(3);
  if (bias === undefined) return all;
  const [width, last] = biasWidths(all, bias.size);
  return all.map((x, i) => {
    if (op.rank(x) !== 3) {
      if (i === 0) throw new RangeError("takes a bias for a query of three axes, got one of four");
      return x;
    }
    const from = i * width;
    const to = i === 2 ? from + last : from + width;
    return scaleAndShift(op, x, undefined, new Tensor([to - from], bias.data.slice(from, to)));
  }) as readonly Flow[] as readonly [Flow, Flow, Flow];
}

/** How many features queries and keys have, and how many values, where both add up to a bias. */
function biasWidths([query, key, value]: readonly [Flow, Flow, Flow], size: number): [number, number] {
  const own = widthOf(value);
  const width = widthOf(query) ?? widthOf(key) ?? (own === undefined ? size / 3 : (size - own) / 2);
  const last = size - 2 * width;
  if (!Number.isInteger(width) || !(width > 0 && last > 0)) {
    throw new RangeError(`takes a bias of twice the query's features and the value's, got ${size}`);
  }
  return [width, last];
}

/** The features of what a dense layer makes. */
function widthOf({ step }: Flow): number | undefined {
  return step?.layer instanceof Dense ? step.layer.weight.shape[0] : undefined;
}

interface Masks {
  /** 1 where a key counts, `[N, S]`, `[N, T, S]`, `[N, 1, T, S]`; or the number of keys, `[N]`. */
  readonly mask: Flow | Known | undefined;
  /** What is added to the scores. */
  readonly bias: Flow | Known | undefined;
  readonly past: readonly (Flow | Known | undefined)[];
}

function attended(op: Operation, [query, key, value]: readonly [Flow, Flow, Flow], masks: Masks): readonly Flow[] {
  const { attributes } = op;
  const heads = attributes.integer("num_heads") ?? 0;
  const past = masks.past.map((flow) => flow && asFlow(op, flow));
  const q = splitHeads(op, query, heads, "query");
  const k = afterPast(op, past[0], splitHeads(op, key, heads, "key"), "key");
  const v = afterPast(op, past[1], splitHeads(op, value, heads, "value"), "value");
  const biases = [
    ...(masks.bias === undefined ? [] : [asFlow(op, masks.bias)]),
    ...(masks.mask === undefined ? [] : [padding(op, asFlow(op, masks.mask), k)]),
  ];
  const scale = attributes.float("scale");
  const { context } = attend(op, [q, k, v], {
    scale: scale === 0 ? undefined : scale,
    biases,
    causal: attributes.integer("unidirectional") === 1,
    past: past[0],
  });
  return [mergeHeads(op, context), k, v];
}

/** Fewer heads of keys and values than of queries, rotations, and a cache. */
function groupQuery(op: Operation): readonly Flow[] {
  refuse(op, { k_scale: 12, v_scale: 13 });
  refuseAttributes(op, [
    "num_heads", "kv_num_heads", "scale", "softcap", "causal", "local_window_size", "do_rotary", "rotary_interleaved",
    "smooth_softmax",
  ]);
  const { attributes } = op;
  const [heads, pairs] = [attributes.integer("num_heads") ?? 0, attributes.integer("kv_num_heads") ?? 0];
  const { query, key, value } = apart(op, heads, pairs);
  const [pastKey, pastValue] = [op.value(3), op.value(4)].map((flow) => flow && asFlow(op, flow));
  const turn = attributes.integer("do_rotary") === 1 ? rotationOf(op, query, pastKey) : undefined;
  const turned = (x: Flow, part: string): Flow => (turn === undefined ? x : rotated(op, x, turn, part));
  const q = turned(splitHeads(op, query, heads, "query"), "query");
  const k = afterPast(op, pastKey, turned(splitHeads(op, key, pairs, "key"), "key"), "key");
  const v = afterPast(op, pastValue, splitHeads(op, value, pairs, "value"), "value");
  const window = attributes.integer("local_window_size") ?? -1;
  const scale = attributes.float("scale");
  const [last, bias, sink] = [op.value(5), op.value(10), op.value(11)];
  const each = (x: Flow, part: string): Flow => repeatHeads(op, x, pairs, heads, part);
  const { context } = attend(op, [q, each(k, "key"), each(v, "value")], {
    scale: scale === 0 ? undefined : scale,
    softcap: attributes.float("softcap") ?? 0,
    biases: bias === undefined ? [] : [asFlow(op, bias)],
    causal: attributes.integer("causal") !== 0,
    past: pastKey,
    last: last && asFlow(op, last),
    window: window > 0 ? window : undefined,
    sink: sink === undefined ? (attributes.integer("smooth_softmax") === 1 ? "zero" : undefined) : asFlow(op, sink),
  });
  return [mergeHeads(op, context), k, v];
}

/** Query, key and value, also where the query holds them all. */
function apart(op: Operation, heads: number, pairs: number): { query: Flow; key: Flow; value: Flow } {
  const query = op.flow(0);
  if (op.value(1) !== undefined) return { query, key: op.flow(1), value: op.flow(2) };
  const parts = ([[from, to], part]: readonly [readonly [number, number], string]): Flow => op.decide({
    kind: "Slice", role: "route", keepsSign: true, reads: [query], shapesOf: [query], rank: 3, part,
    make: ({ shapes: [shape] }) => {
      const width = shape!.at(-1)! / (heads + 2 * pairs);
      return new Slice({ axis: 2, start: from * width, end: to * width });
    },
  });
  return {
    query: parts([[0, heads], "query"]),
    key: parts([[heads, heads + pairs], "key"]),
    value: parts([[heads + pairs, heads + 2 * pairs], "value"]),
  };
}

/** Positions count on from the end of the cache. */
function rotationOf(op: Operation, query: Flow, past: Flow | undefined): Rotation {
  const [cosine, sine, given] = [op.value(7), op.value(8), op.value(9)];
  if (cosine === undefined || sine === undefined) {
    throw new RangeError("takes cosines and sines to rotate by, got none");
  }
  const positions = given ?? computed(op, {
    kind: "positions", rank: 1, reads: past === undefined ? [query] : [query, past],
    shape: ([shape]) => [shape![1]!],
    compute: (_, [shape, cache]) => {
      const first = cache?.[2] ?? 0;
      return new Tensor([shape![1]!], Float32Array.from({ length: shape![1]! }, (__, i) => first + i));
    },
  });
  return {
    cosine: rowsAt(op, cosine, positions),
    sine: rowsAt(op, sine, positions),
    interleaved: op.attributes.integer("rotary_interleaved") === 1,
    features: "angles",
  };
}

function cut(op: Operation, x: Flow, axis: number, sizes: readonly number[]): readonly Flow[] {
  let start = 0;
  return sizes.map((size, i) => {
    const from = start;
    start += size;
    const slice = new Slice({ axis, start: from, end: start });
    return op.emit(slice, [x], { rank: x.rank, part: ["query", "key", "value"][i]! });
  });
}

/** Throws for inputs that are given and not taken. */
function refuse(op: Operation, inputs: Readonly<Record<string, number>>): void {
  for (const [name, index] of Object.entries(inputs)) {
    if (op.value(index) !== undefined) throw new RangeError(`takes no ${name}, got one`);
  }
}
