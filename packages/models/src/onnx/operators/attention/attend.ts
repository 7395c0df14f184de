/** Scaled dot-product attention as the steps it is made of. */
import { ActivationLayer, Add, MatMul, Scale, Softmax, tanh, Transpose, Where } from "@relprop/layers";
import { full, Tensor } from "@relprop/tensor";
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
  /** How many tokens back one attends to, itself included; all if absent. */
  readonly window?: number | undefined;
}

/** What attention makes on its way. */
export interface Attended {
  readonly raw: Flow;
  readonly scores: Flow;
  readonly probabilities: Flow;
  /** `[N, h, T, d]` */
  readonly context: Flow;
}

/** `softmax(scale · Q Kᵀ + biases) V` */
export function attend(op: Operation, [q, k, v]: readonly [Flow, Flow, Flow], options: Attending): Attended {
  const { scale, softcap = 0, biases = [], keep, causal = false, window } = options;
  const facts = (part: string): { readonly rank: number; readonly part: string } => ({ rank: 4, part });
  const turned = op.emit(new Transpose([0, 1, 3, 2]), [k], facts("keys"));
  const product = op.emit(new MatMul(), [q, turned], facts("product"));
  const raw = scaled(op, product, q, scale);
  let scores = raw;
  if (softcap > 0) {
    const line = (by: number, x: Flow): Flow => op.emit(new Scale(full([], by)), [x], facts("softcap"));
    scores = line(softcap, op.emit(new ActivationLayer(tanh), [line(1 / softcap, scores)], facts("softcap")));
  }
  for (const bias of biases) scores = op.emit(new Add(), [scores, bias], facts("masked"));
  const nothing = (): Flow => constantFlow(op, new Tensor([], Float32Array.of(-Infinity)));
  if (keep !== undefined) scores = kept(op, scores, nothing(), keep);
  if (causal || window !== undefined) scores = behind(op, scores, nothing(), causal, window);
  const probabilities = op.emit(new Softmax(-1), [scores], facts("probs"));
  const context = op.emit(new MatMul({ gating: { factor: 0, as: "attention" } }), [probabilities, v], facts("context"));
  return { raw, scores, probabilities, context };
}

function scaled(op: Operation, product: Flow, q: Flow, scale: number | undefined): Flow {
  const part = "scores";
  if (scale !== undefined) return op.emit(new Scale(full([], scale)), [product], { rank: 4, part });
  return op.decide({
    kind: "Scale", role: "linear", reads: [product], shapesOf: [q], rank: 4, part,
    make: ({ shapes: [shape] }) => new Scale(full([], 1 / Math.sqrt(shape!.at(-1)!))),
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
function behind(op: Operation, scores: Flow, nothing: Flow, causal: boolean, window = Infinity): Flow {
  return op.decide({
    kind: "Where", role: "route", reads: [scores, nothing], shapesOf: [scores], rank: 4, part: "masked",
    make: ({ shapes: [shape] }) => {
      const [queries, keys] = [shape!.at(-2)!, shape!.at(-1)!];
      const past = Math.max(0, keys - queries);
      const open = new Float32Array(queries * keys);
      for (let i = 0; i < queries; i++) {
        const last = causal ? Math.min(keys - 1, i + past) : keys - 1;
        for (let j = Math.max(0, i + past - window + 1); j <= last; j++) open[i * keys + j] = 1;
      }
      return new Where(new Tensor([queries, keys], open));
    },
  });
}
