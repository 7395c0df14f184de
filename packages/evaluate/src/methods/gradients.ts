/** Gradients of a target at inputs and nodes, on which other methods are built. */
import type { Model } from "@relprop/layers";
import { gradient, LRP, outputOf, samplesAtOnce, startAt, type AnalyzeOptions, type Target } from "@relprop/lrp";
import { batched, clone, Tensor } from "@relprop/tensor";

/** An analyzer whose relevance is the gradient, at nodes too. */
export function gradientOf(model: Model): LRP {
  return new LRP(model, model.carriers.map(() => gradient()), { skipChecks: true });
}

/** The target chosen at this input once: the number of an output where it is one, so that it stays elsewhere. */
export function chosenTarget(model: Model, input: Tensor, { target = "max", output }: AnalyzeOptions): Target {
  const name = outputOf(model, output);
  const value = model.forward(input)[model.outputs.indexOf(name)]!;
  const { chosen } = startAt(value, target, "one", model.layout(name), input.shape[0]);
  return chosen?.length === 1 && value.shape.length === 2 ? chosen[0]! : target;
}

/** The gradients of one target at points `[1, …]`, several in a pass. */
export function gradientsAt(lrp: LRP, points: readonly Tensor[], options: AnalyzeOptions): readonly Tensor[] {
  if (points.length === 0) return [];
  const together = options.target instanceof Tensor ? 1 : samplesAtOnce("gradients", lrp.model, [points[0]!]);
  const found: Tensor[] = [];
  for (let from = 0; from < points.length; from += together) {
    const some = points.slice(from, from + together);
    const { relevance } = lrp.analyze(some.length === 1 ? some[0]! : batched(some), options);
    some.forEach((_, i) => found.push(some.length === 1 ? relevance : clone(relevance.rows(i, i + 1))));
  }
  return found;
}

/** Throws a `RangeError` unless it is one sample. */
export function checkOneSample(who: string, { shape }: Tensor): void {
  if (shape[0] !== 1) throw new RangeError(`${who}: takes one sample, [1, …], got [${shape.join(", ")}]`);
}
