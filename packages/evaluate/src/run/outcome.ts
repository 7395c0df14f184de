/** The number that an explanation explains, read off an output. */
import type { Model } from "@relprop/layers";
import { outputOf, startAt, type Target } from "@relprop/lrp";
import { formatShape, sizeOf, type Tensor } from "@relprop/tensor";

/**
 * What is read off an output of classes: the share under a softmax, the score itself, or how far it is above the
 * largest other one.
 */
export type ScoreKind = "probability" | "logit" | "margin";

/** What a network says of the explained class. */
export interface Outcome {
  readonly score: number;
  /** The score that relevance is made of, whichever is read. */
  readonly logit: number;
  /** Whether the class is (still) the largest. */
  readonly kept: boolean;
}

/** Reads outcomes of the class that was chosen once, at the sample itself. */
export interface Reader {
  /** Which of the model's outputs it reads. */
  readonly output: number;
  /** What to tell an explainer: the class that was chosen, or the target as it was given. */
  readonly target: Target;
  read(row: Tensor): Outcome;
}

/** How scores are read. */
export interface ReaderOptions {
  /** `"probability"`, or `"logit"` where a sample has a single output or the target is no class. */
  readonly score?: ScoreKind;
  /** The name of the output that is read, if there are several; the first by default. */
  readonly output?: string;
}

/** A reader of what the model says of the target at this output, `[1, …]`. */
export function readerFor(
  who: string, model: Model, outputs: readonly Tensor[], target: Target = "max", options: ReaderOptions = {},
): Reader {
  const name = outputOf(model, options.output);
  const output = model.outputs.indexOf(name);
  const at = outputs[output]!;
  const { relevance, chosen } = startAt(at, target, "one", model.layout(name));
  const [, ...rest] = at.shape;
  const isChoice = chosen !== undefined && rest.length === 1 && sizeOf(rest) > 1;
  const { score = isChoice ? "probability" : "logit" } = options;
  const kinds: readonly ScoreKind[] = ["probability", "logit", "margin"];
  if (!kinds.includes(score)) throw new RangeError(`${who}: takes score ${kinds.join(", ")}, got ${String(score)}`);
  if (!isChoice && score !== "logit") {
    const got = `"${score}" of ${formatShape(at.shape)}`;
    throw new RangeError(`${who}: takes "logit" as score where there is no class among others, got ${got}`);
  }
  if (!isChoice) {
    const weights = Float64Array.from(relevance.data);
    return {
      output,
      target,
      read: ({ data }) => {
        const logit = weighed(data, weights);
        return { score: logit, logit, kept: true };
      },
    };
  }
  const index = chosen[0]!;
  const isShare = endsInSoftmax(model, name);
  return {
    output,
    target: index,
    read: ({ data }) => {
      // Behind a softmax logits are known but for a number that all share.
      const logits = Float64Array.from(data, (value) => (isShare ? Math.log(Math.max(value, 1e-45)) : value));
      let other = -Infinity;
      logits.forEach((logit, i) => {
        if (i !== index) other = Math.max(other, logit);
      });
      const own = logits[index]!;
      const kept = own >= other;
      const common = { logit: own, kept };
      if (score === "margin") return { score: own - other, ...common };
      if (score === "logit") return { score: own, ...common };
      if (isShare) return { score: data[index]!, ...common };
      return { score: 1 / logits.reduce((total, logit) => total + Math.exp(logit - own), 0), ...common };
    },
  };
}

function weighed(data: Float32Array, weights: Float64Array): number {
  return weights.reduce((sum, weight, i) => (weight === 0 ? sum : sum + weight * data[i]!), 0);
}

/** Whether the values of an output are shares already. */
function endsInSoftmax(model: Model, output: string): boolean {
  let name: string | undefined = output;
  while (name !== undefined && model.has(name)) {
    const { layer, inputs }: { layer: { kind: string; rearranges?: boolean }; inputs: readonly string[] } =
      model.node(name);
    if (layer.rearranges !== true) return layer.kind === "Softmax";
    name = inputs[0];
  }
  return false;
}
