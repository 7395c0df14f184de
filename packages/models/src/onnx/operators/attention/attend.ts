/** Scaled dot-product attention as the steps it is made of. */
import { ActivationLayer, Add, Concat, MatMul, Scale, Slice, Softmax, tanh, Transpose, Where } from "@relprop/layers";
import { formatShape, full, sizeOf, Tensor, type Shape, type Value } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow } from "../../value.ts";
import { constantFlow } from "../affine.ts";
import { computed } from "./computed.ts";

/** What attention is told besides queries `[N, h, T, d]`, keys and values `[N, h, S, …]`. */
export interface Attending {
  /** What scores are multiplied by; `1 / √d` if absent. */
  readonly scale?: number | undefined;
  /** Scores are kept within ± this by a hyperbolic tangent; 0 for no bound. */
  readonly softcap?: number;
  /** Flows added to the scores, masks for instance. */
  readonly biases?: readonly Flow[];
  /** A condition per score; where it is 0, nothing is attended to. */
  readonly keep?: Flow | undefined;
  /** Whether tokens attend to none after them; those of the past come first. */
  readonly causal?: boolean;
  /** Keys of earlier tokens, which come before the others. */
  readonly past?: Flow | undefined;
  /** The place of the last key that counts, per sample. Behind a past, nothing but that of the last key is taken. */
  readonly last?: Flow | undefined;
  /** A score `[h]`, or 0 for all heads, of a key without a value that every query sees. */
  readonly sink?: Flow | "zero" | undefined;
  /** How many tokens back one attends to, itself included; all if absent. */
  readonly window?: number | undefined;
  /** What queries that may attend to nothing get. */
  readonly masked?: "nan" | "zeros";
}

/** What attention makes on its way. */
export interface Attended {
  readonly raw: Flow;
  /** Within ± softcap, before anything is masked. */
  readonly capped: Flow;
  readonly scores: Flow;
  readonly probabilities: Flow;
  /** `[N, h, T, d]` */
  readonly context: Flow;
}

/** `softmax(scale · Q Kᵀ + biases) V` */
export function attend(op: Operation, [q, k, v]: readonly [Flow, Flow, Flow], options: Attending): Attended {
  const { scale, softcap = 0, biases = [], keep, causal = false, window, last, masked = "nan" } = options;
  const facts = (part: string): { readonly rank: number; readonly part: string } => ({ rank: 4, part });
  const turned = op.emit(new Transpose([0, 1, 3, 2]), [k], facts("keys"));
  const product = op.emit(new MatMul(), [q, turned], facts("product"));
  const raw = scaled(op, product, q, scale, keep === undefined ? biases : [...biases, keep]);
  let scores = raw;
  if (softcap > 0) {
    const line = (by: number, x: Flow): Flow => op.emit(new Scale(full([], by)), [x], facts("softcap"));
    scores = line(softcap, op.emit(new ActivationLayer(tanh), [line(1 / softcap, scores)], facts("softcap")));
  }
  const capped = scores;
  for (const bias of biases) scores = op.emit(new Add(), [scores, bias], facts("masked"));
  const nothing = (): Flow => constantFlow(op, new Tensor([], Float32Array.of(-Infinity)));
  if (keep !== undefined) scores = kept(op, scores, nothing(), keep);
  if (causal || window !== undefined || last !== undefined) scores = behind(op, scores, nothing(), options);
  const whole = options.sink === undefined ? scores : besideSink(op, scores, options.sink);
  const shares = op.emit(new Softmax(-1, { masked }), [whole], facts("probs"));
  const probabilities = options.sink === undefined
    ? shares
    : op.emit(new Slice({ axis: 3, start: 0, end: -1 }), [shares], facts("probs"));
  const context = op.emit(new MatMul({ gating: { factor: 0, as: "attention" } }), [probabilities, v], facts("context"));
  return { raw, capped, scores, probabilities, context };
}

/** Scores, once it is sure that masks have a number for every key. */
function scaled(op: Operation, product: Flow, q: Flow, scale: number | undefined, masks: readonly Flow[]): Flow {
  const part = "scores";
  if (scale !== undefined && masks.length === 0) {
    return op.emit(new Scale(full([], scale)), [product], { rank: 4, part });
  }
  return op.decide({
    kind: "Scale", role: "linear", reads: [product], shapesOf: [q, product, ...masks], rank: 4, part,
    make: ({ shapes: [shape, scores, ...given] }) => {
      const keys = scores!.at(-1)!;
      for (const mask of given) {
        if (mask.at(-1) !== keys) {
          throw new RangeError(`${op.node.opType}: takes masks of all ${keys} keys, got ${formatShape(mask)}`);
        }
      }
      return new Scale(full([], scale ?? 1 / Math.sqrt(shape!.at(-1)!)));
    },
  });
}

/** Scores with that of the sink as the last of every row. */
function besideSink(op: Operation, scores: Flow, sink: Flow | "zero"): Flow {
  const column = computed(op, {
    kind: "sink", rank: 4, reads: sink === "zero" ? [scores] : [scores, sink],
    shape: ([shape]) => shape!.with(3, 1),
    compute: ([, given], [shape, heads]) => {
      const [, h, queries] = shape as readonly [number, number, number];
      if (heads !== undefined && sizeOf(heads) !== h) {
        throw new RangeError(`${op.node.opType}: takes a sink for each of ${h} heads, got ${sizeOf(heads)}`);
      }
      const extents = shape!.with(3, 1);
      const valueAt = (i: number): number => given?.data[Math.floor(i / queries) % h] ?? 0;
      return new Tensor(extents, Float32Array.from({ length: sizeOf(extents) }, (_, i) => valueAt(i)));
    },
  });
  return op.emit(new Concat(3), [scores, column], { rank: 4, part: "scores" });
}

function kept(op: Operation, scores: Flow, nothing: Flow, condition: Flow): Flow {
  const flow = op.emit({
    kind: "Where", role: "route",
    lower: (inputs) => {
      const { value } = inputs[2]!;
      if (value !== undefined) return { layer: new Where(value), reads: [0, 1] };
      return { shape: inputs[0]!.shape, reads: [0, 1], bind: ([, , actual]) => new Where(actual!) };
    },
  }, [scores, nothing, condition], { rank: 4, part: "masked" });
  return { ...flow, inert: false, step: { ...flow.step!, inert: false } };
}

/** Scores of keys that come after the query, too long before it, or after all that count, replaced by −∞. */
function behind(op: Operation, scores: Flow, nothing: Flow, { past, last, ...reach }: Attending): Flow {
  const reads = [scores, nothing, ...(past === undefined ? [] : [past]), ...(last === undefined ? [] : [last])];
  const flow = op.emit({
    kind: "Where", role: "route",
    lower: (inputs) => {
      const { shape } = inputs[0]!;
      const before = past === undefined ? 0 : inputs[2]!.shape[2]!;
      const layer = (ends: Value | undefined): Where =>
        new Where(reached(shape, before, reach, ends && checkedEnds(op, ends, shape, before, reach)));
      const value = last === undefined ? undefined : inputs.at(-1)!.value;
      if (last === undefined || value !== undefined) return { layer: layer(value), reads: [0, 1] };
      return { shape, reads: [0, 1], bind: (actual) => layer(actual.at(-1)!) };
    },
  }, reads, { rank: 4, part: "masked" });
  const inert = scores.inert;
  return { ...flow, inert, step: { ...flow.step!, inert } };
}

/** 1 for the keys that a query attends to, the first being the one after the past; per sample, where those end. */
function reached(shape: Shape, past: number, reach: Attending, ends?: ArrayLike<number>): Tensor {
  const { causal = false, window = Infinity } = reach;
  const [queries, keys] = [shape.at(-2)!, shape.at(-1)!];
  const samples = ends === undefined ? 1 : ends.length;
  const open = new Float32Array(samples * queries * keys);
  for (let row = 0; row < samples * queries; row++) {
    const last = ends?.[Math.floor(row / queries)] ?? keys - 1;
    const at = (row % queries) + past;
    const end = causal ? Math.min(last, at) : last;
    // What is padded behind a sample sees as much of it as its last query.
    const from = ends === undefined ? at : Math.min(at, last);
    for (let j = Math.max(0, from - window + 1); j <= end; j++) open[row * keys + j] = 1;
  }
  return new Tensor(ends === undefined ? [queries, keys] : [samples, 1, queries, keys], open);
}

/** Where the keys of samples end; `undefined` where all count. Throws a `RangeError` for those that end in a past. */
function checkedEnds(
  { node }: Operation, { data }: Value, shape: Shape, past: number, { causal }: Attending,
): ArrayLike<number> | undefined {
  const keys = shape.at(-1)!;
  const other = data.find((at) => at !== keys - 1);
  if (other === undefined) return undefined;
  const isPrompt = causal === true && past === 0 && shape.at(-2) === keys;
  if (isPrompt && data.length === shape[0] && data.every((at) => at >= 0 && at < keys)) return data;
  throw new RangeError(
    `${node.opType}: takes seqlens_k of ${keys - 1} where there are ${keys} keys, got ${other}; ` +
      "give samples without padding, and caches no longer than what they hold",
  );
}
