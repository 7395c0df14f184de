/** Attention as onnxruntime fuses it. */
import { Dense, Slice } from "@relprop/layers";
import { sizeOf, Tensor } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow, Known } from "../../value.ts";
import { scaleAndShift } from "../affine.ts";
import { transposedMatrix } from "../dense.ts";
import type { Operator } from "../operator.ts";
import { attend } from "./attend.ts";
import { computed } from "./computed.ts";
import { afterPast, mergeHeads, repeatHeads, splitHeads } from "./heads.ts";
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
  refuse(op, { past: 4, past_sequence_length: 6 });
  refuseAttributes(op, ["num_heads", "unidirectional", "qkv_hidden_sizes", "scale", "mask_filter_value"]);
  const { attributes } = op;
  const weight = op.weight(1);
  const [, columns] = weight.shape as [number, number];
  const sizes = attributes.integers("qkv_hidden_sizes") ?? [columns / 3, columns / 3, columns / 3];
  const dense = new Dense(transposedMatrix(op, weight), { bias: op.tensor(2) });
  const packed = op.emit(dense, [op.flow(0)], { rank: 3, part: "qkv" });
  const [q, k, v] = cut(op, packed, 2, sizes) as [Flow, Flow, Flow];
  return attended(op, [q, k, v], { mask: op.value(3), bias: op.value(5) });
}

/** Attention between what has been projected before, biases included. */
function multiHead(op: Operation): readonly Flow[] {
  refuse(op, { past_sequence_length: 8, cache_indirection: 9 });
  refuseAttributes(op, ["num_heads", "unidirectional", "scale", "mask_filter_value"]);
  const query = op.flow(0);
  if (op.value(1) === undefined || op.value(2) === undefined) {
    throw new RangeError("takes query, key and value apart, got them packed");
  }
  const bias = op.tensor(3);
  const width = (bias?.size ?? 0) / 3;
  const shifted = (x: Flow, at: number): Flow => {
    if (bias === undefined) return x;
    if (op.rank(x) !== 3) throw new RangeError("takes a bias for inputs of three axes, got one for four");
    const last = at === 2 ? bias.size : (at + 1) * width;
    return scaleAndShift(op, x, undefined, new Tensor([last - at * width], bias.data.slice(at * width, last)));
  };
  const [k, v] = [shifted(op.flow(1), 1), shifted(op.flow(2), 2)];
  return attended(op, [shifted(query, 0), k, v], {
    mask: op.value(4), bias: op.value(5), past: [op.value(6), op.value(7)],
  });
}

interface Masks {
  /** 1 where a key counts, `[N, S]`, `[N, T, S]`, `[N, 1, T, S]`; or the number of keys, `[N]`. */
  readonly mask: Flow | Known | undefined;
  /** What is added to the scores. */
  readonly bias: Flow | Known | undefined;
  readonly past?: readonly [Flow | Known | undefined, Flow | Known | undefined];
}

function attended(op: Operation, [query, key, value]: readonly [Flow, Flow, Flow], masks: Masks): readonly Flow[] {
  const { attributes } = op;
  const heads = attributes.integer("num_heads") ?? 0;
  const past = masks.past?.map((flow) => flow && asFlow(op, flow)) ?? [];
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

/** `(1 − mask) · filter` for every score. */
function padding(op: Operation, mask: Flow, keys: Flow): Flow {
  const filter = op.attributes.float("mask_filter_value") ?? -10000;
  const shapeOf = ([own, k]: readonly (readonly number[])[]): number[] => {
    const [n = 1, ...rest] = own!;
    if (own!.length === 1) return [n, 1, 1, k![2]!];
    if (rest.length > 3) throw new RangeError(`takes a mask of one to four axes, got ${own!.length}`);
    return rest.length === 1 ? [n, 1, 1, rest[0]!] : rest.length === 2 ? [n, 1, ...rest] : [...own!];
  };
  return computed(op, {
    kind: "padding", rank: 4, reads: [mask, keys],
    shape: shapeOf,
    compute: ([value], shapes) => {
      const shape = shapeOf(shapes);
      const out = new Float32Array(sizeOf(shape));
      const isLength = shapes[0]!.length === 1;
      const extent = shape.at(-1)!;
      for (let i = 0; i < out.length; i++) {
        const keeps = isLength ? i % extent < value!.data[Math.floor(i / extent)]! : value!.data[i] !== 0;
        out[i] = keeps ? 0 : filter;
      }
      return new Tensor(shape, out);
    },
  });
}

/** Fewer heads of keys and values than of queries, rotations, and a cache. */
function groupQuery(op: Operation): readonly Flow[] {
  refuse(op, { head_sink: 11, k_scale: 12, v_scale: 13 });
  refuseAttributes(op, [
    "num_heads", "kv_num_heads", "scale", "softcap", "causal", "local_window_size", "do_rotary", "rotary_interleaved",
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
  const [last, bias] = [op.value(5), op.value(10)];
  const each = (x: Flow, part: string): Flow => repeatHeads(op, x, pairs, heads, part);
  const { context } = attend(op, [q, each(k, "key"), each(v, "value")], {
    scale: scale === 0 ? undefined : scale,
    softcap: attributes.float("softcap") ?? 0,
    biases: bias === undefined ? [] : [asFlow(op, bias)],
    causal: attributes.integer("causal") !== 0,
    past: pastKey,
    last: last && asFlow(op, last),
    window: window > 0 ? window : undefined,
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
    features: 0,
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
