/** What a composite's one pass is part of: methods by the gradient that weigh or repeat it. */
import type { Explanation, LRP } from "@relprop/lrp";
import { add, map, multiply, type Tensor, zeros } from "@relprop/tensor";
import type { Words } from "../words.ts";

/** What is compared with the reference. */
export type Result = Pick<Explanation, "relevance" | "output" | "layers">;

/** What is explained. */
export interface Question {
  readonly input: Tensor;
  readonly target: Tensor;
  /** Nodes whose relevance is wanted. */
  readonly layers: readonly string[];
}

type Method = (lrp: LRP, question: Question, words: Words) => Result;

const methods: Readonly<Record<string, Method>> = {
  /** `x ⊙ ∇` */
  InputXGradient: (lrp, question) => {
    const gradient = onePass(lrp, question);
    return { ...gradient, relevance: multiply(question.input, gradient.relevance) };
  },
  /** `x ⊙ Σ ∇(k x / n) / n` for k from 1 to n (Sundararajan et al. 2017). */
  IntegratedGradients: (lrp, question, words) => {
    const { input } = question;
    const steps = words.number("n_iter", 20);
    let total = zeros(input.shape);
    for (let k = 1; k <= steps; k++) {
      const scaled = map(input, (value) => (value * k) / steps);
      total = add(total, onePass(lrp, { ...question, input: scaled }).relevance);
    }
    return { ...onePass(lrp, question), relevance: map(multiply(input, total), (value) => value / steps) };
  },
};

/** Runs the method of this name; a composite is a single pass. */
export function explain(name: string, lrp: LRP, question: Question, words: Words): Result {
  return (methods[name] ?? onePass)(lrp, question, words);
}

function onePass(lrp: LRP, { input, target, layers }: Question): Result {
  return lrp.analyze(input, { target, layers });
}
