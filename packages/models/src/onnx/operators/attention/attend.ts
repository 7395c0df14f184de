/** Scaled dot-product attention as the steps it is made of. */
import { ActivationLayer, Add, MatMul, Scale, Softmax, tanh, Transpose, Where } from "@relprop/layers";
import { formatShape, full, Tensor, type Shape, type Value } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow } from "../../value.ts";
import { constantFlow } from "../affine.ts";

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
  /** The place of the last key that counts, per sample; nothing but that of the last key is taken. */
  readonly last?: Flow | undefined;
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
  const probabilities = op.emit(new Softmax(-1, { masked }), [scores], facts("probs"));
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

/** Scores of keys that come after the query, or too long before it, replaced by −∞. */
function behind(op: Operation, scores: Flow, nothing: Flow, { past, last, ...reach }: Attending): Flow {
  const reads = [scores, nothing, ...(past === undefined ? [] : [past]), ...(last === undefined ? [] : [last])];
  const flow = op.emit({
    kind: "Where", role: "route",
    lower: (inputs) => {
      const { shape } = inputs[0]!;
      const before = past === undefined ? 0 : inputs[2]!.shape[2]!;
      const layer = new Where(reached(shape, before, reach));
      if (last === undefined) return { layer, reads: [0, 1] };
      const { value } = inputs.at(-1)!;
      if (value === undefined) {
        return { shape, reads: [0, 1], bind: (actual) => (checkLast(op, actual.at(-1)!, shape), layer) };
      }
      checkLast(op, value, shape);
      return { layer, reads: [0, 1] };
    },
  }, reads, { rank: 4, part: "masked" });
  const inert = scores.inert;
  return { ...flow, inert, step: { ...flow.step!, inert } };
}

/** 1 for the keys that a query attends to, the first query being the one after the past. */
function reached(shape: Shape, past: number, { causal = false, window = Infinity }: Attending): Tensor {
  const [queries, keys] = [shape.at(-2)!, shape.at(-1)!];
  const open = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) {
    const end = causal ? Math.min(keys - 1, i + past) : keys - 1;
    for (let j = Math.max(0, i + past - window + 1); j <= end; j++) open[i * keys + j] = 1;
  }
  return new Tensor([queries, keys], open);
}

/** Throws a `RangeError` unless all keys count. */
function checkLast({ node }: Operation, last: Value, shape: Shape): void {
  const keys = shape.at(-1)!;
  const other = last.data.find((at) => at !== keys - 1);
  if (other === undefined) return;
  throw new RangeError(
    `${node.opType}: takes seqlens_k of ${keys - 1} where there are ${keys} keys, got ${other}; ` +
      "give samples without padding, and caches no longer than what they hold",
  );
}
