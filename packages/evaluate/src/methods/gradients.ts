/** Gradients of a target at inputs and nodes, on which other methods are built. */
import type { Model } from "@relprop/layers";
import { gradient, LRP, outputOf, samplesAtOnce, startAt, type AnalyzeOptions, type Target } from "@relprop/lrp";
import { batched, optionsOf, Tensor, withDeadline } from "@relprop/tensor";

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

/** Shows the gradients of one target at points like this one, several in a pass; points are made as they are used. */
export function eachGradient<Point extends { readonly at: Tensor }>(
  lrp: LRP, like: Tensor, count: number, next: () => Point, options: AnalyzeOptions,
  show: (gradient: Tensor, point: Point) => void,
): void {
  const together = options.target instanceof Tensor ? 1 : samplesAtOnce("gradients", lrp.model, [like]);
  for (let from = 0; from < count; from += together) {
    const some = Array.from({ length: Math.min(together, count - from) }, next);
    const { relevance } = lrp.analyze(some.length === 1 ? some[0]!.at : batched(some.map(({ at }) => at)), options);
    some.forEach((point, i) => show(some.length === 1 ? relevance : relevance.rows(i, i + 1), point));
  }
}

/** What explains one sample, ended as a whole by the deadline that it is given. */
export function ofOneSample<Found>(
  who: string, analyze: (input: Tensor, options: AnalyzeOptions) => Found,
): (input: Tensor, options?: AnalyzeOptions) => Found {
  return (input, options = {}) => withDeadline(optionsOf("analyze", options).deadline ?? Infinity, () => {
    checkOneSample(who, input);
    return analyze(input, options);
  });
}

/** Throws a `RangeError` unless it is one sample. */
function checkOneSample(who: string, { shape }: Tensor): void {
  if (shape[0] !== 1) throw new RangeError(`${who}: takes one sample, [1, …], got [${shape.join(", ")}]`);
}
