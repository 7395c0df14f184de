/** Softmax that exporters write as arithmetic: exponentials over their sum, with masks and without. */
import {
  ActivationLayer, Add, Constant, GlobalAvgPool, GlobalMaxPool, log, LogSoftmax, MatMul, Multiply, Scale, Softmax,
  Subtract, Unsqueeze, type Layer, type Operator, type ReduceOptions,
} from "@relprop/layers";
import { map, Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow, Step } from "../value.ts";
import { quotient, scalarLine, through } from "./pattern.ts";

/** What was added to a sum so that nothing is divided by 0. */
const GUARD = 1e-6;

/** `e / Σ e` as a softmax, or `(E V) / Σ E` as one whose product with V follows; `undefined` for other flows. */
export function recognizeSoftmax(op: Operation, flow: Flow): Flow | undefined {
  const [above, below] = quotient(flow);
  const sum = below && totalOf(below);
  if (above === undefined || sum === undefined) return undefined;
  const { of, axis } = sum;
  if (above === of) return softmaxOf(op, of, axis, sum.isGuarded);
  const { step } = above;
  if (!(step?.layer instanceof MatMul) || step.inputs[0] !== of || axis !== -1) return undefined;
  const weights = softmaxOf(op, of, axis, sum.isGuarded);
  if (weights === undefined) return undefined;
  const layer = new MatMul({ gating: { factor: 0, as: "attention" } });
  return op.emit(layer, [weights, step.inputs[1]!], { rank: above.rank });
}

/** `exp(x − log Σ exp x)` as a softmax, however the logarithm is written. */
export function exponentialOf(op: Operation, x: Flow): Flow | undefined {
  const { layer, inputs = [] } = x.step ?? {};
  if (layer instanceof LogSoftmax) return emitted(op, inputs[0]!, layer.axis, false);
  if (!(layer instanceof Subtract)) return undefined;
  const [a, total] = inputs as readonly [Flow, Flow];
  if (total.step?.layer.kind === "ReduceLogSumExp" && total.step.inputs[0] === a) {
    const axis = keptAxis(total.step);
    return axis === undefined ? undefined : emitted(op, a, axis, false);
  }
  const sum = through(total, "log", totalOf);
  const summed = sum && through(sum.of, "exp", (inner) => inner);
  return sum !== undefined && summed === a ? softmaxOf(op, sum.of, sum.axis, sum.isGuarded) : undefined;
}

/** `x − log Σ exp x` as a log-softmax. */
export function logSoftmax(op: Operation, difference: Flow): Flow | undefined {
  const made = exponentialOf(op, difference)?.step;
  const layer = made?.layer;
  if (!(layer instanceof Softmax) || layer.masked !== "nan") return undefined;
  return op.emit(new LogSoftmax(layer.axis), made!.inputs, { recognized: "log-softmax" });
}

interface Total {
  readonly of: Flow;
  /** Counted from the end. */
  readonly axis: number;
  readonly isGuarded: boolean;
}

/** What a sum along one axis sums, seen through guards against 0 and what repeats it. */
function totalOf(flow: Flow): Total | undefined {
  let [at, isGuarded] = [flow, false];
  for (let depth = 0; depth < 4; depth++) {
    const { step } = at;
    if (step === undefined) return undefined;
    const { layer, inputs: [x] } = step;
    if (layer.kind === "ReduceSum") {
      const axis = keptAxis(step);
      return axis === undefined ? undefined : { of: x!, axis, isGuarded };
    }
    if (layer instanceof Unsqueeze) return insertedSum(at, isGuarded);
    if (layer.kind !== "Expand") {
      const least = guardOf(at);
      if (!(least !== undefined && least > 0 && least <= GUARD)) return undefined;
      isGuarded = true;
    }
    at = x!;
  }
  return undefined;
}

/** What is added to a flow, or the least it may be. */
function guardOf(flow: Flow): number | undefined {
  const line = scalarLine(flow);
  if (line !== undefined) return line.slope === 1 ? line.offset : undefined;
  return through(flow, "clip", (_, { min, max = Infinity }) => (max === Infinity ? min : undefined));
}

/** A sum that lost its axis, which was put back. */
function insertedSum({ step, rank }: Flow, isGuarded: boolean): Total | undefined {
  const { axes } = step!.layer as Unsqueeze;
  const sum = step!.inputs[0]!.step;
  const reduction = sum?.layer.kind === "ReduceSum" ? (sum.layer as ReduceOptions) : undefined;
  if (reduction === undefined || reduction.keepDims !== false || rank === undefined) return undefined;
  const [of] = sum!.inputs as readonly [Flow];
  const [axis, inserted] = [reduction.axes, axes].map((each) => fromEnd(each, rank));
  return axis === undefined || axis !== inserted ? undefined : { of, axis, isGuarded };
}

/** The only axis of a reduction that keeps it, from the end. */
function keptAxis({ layer, inputs: [x] }: Step): number | undefined {
  if (layer instanceof GlobalMaxPool || layer instanceof GlobalAvgPool) {
    return layer.keepDims && x!.rank === 3 ? -1 : undefined;
  }
  const { axes, keepDims } = layer as ReduceOptions;
  return keepDims === true ? fromEnd(axes, x!.rank) : undefined;
}

function fromEnd(axes: readonly number[] | undefined, rank: number | undefined): number | undefined {
  const [axis, ...others] = axes ?? [];
  if (axis === undefined || others.length > 0 || (axis >= 0 && rank === undefined)) return undefined;
  return axis < 0 ? axis : axis - rank!;
}

/** The softmax whose numerators are `e`. */
function softmaxOf(op: Operation, e: Flow, axis: number, isGuarded: boolean): Flow | undefined {
  const scores = scoresOf(op, e, axis, 0);
  return scores && emitted(op, scores, axis, isGuarded);
}

function emitted(op: Operation, scores: Flow, axis: number, isGuarded: boolean): Flow {
  const layer = new Softmax(axis, { masked: isGuarded ? "zeros" : "nan" });
  return op.emit(layer, [scores], { recognized: "softmax" });
}

/** The logarithms of exponentials, masks that multiply them included. */
function scoresOf(op: Operation, e: Flow, axis: number, depth: number): Flow | undefined {
  const { layer, inputs = [] } = e.step ?? {};
  if (layer === undefined || depth > 4) return undefined;
  const exponent = through(e, "exp", (x) => x);
  if (exponent !== undefined) return unshifted(exponent, axis);
  if (layer instanceof Softmax && fromEnd([layer.axis], e.rank) === axis) return inputs[0]!;
  if (layer instanceof Scale && layer.kind === "Scale" && layer.bias === undefined) {
    const isMask = layer.weight.data.every((weight) => weight >= 0);
    const inner = isMask ? scoresOf(op, inputs[0]!, axis, depth + 1) : undefined;
    if (inner === undefined) return undefined;
    const bias = map(layer.weight, (weight) => Math.log(weight));
    return op.emit(new Scale(map(bias, () => 1), { bias, axis: layer.axis }), [inner], { part: "masked" });
  }
  if (layer instanceof Multiply && inputs.length === 2) {
    const mask = inputs.find(({ inert }) => inert);
    const other = inputs.find(({ inert }) => !inert);
    const inner = mask && other && scoresOf(op, other, axis, depth + 1);
    if (inner === undefined) return undefined;
    const logarithm = op.emit(new ActivationLayer(log), [mask!], { part: "mask" });
    return op.emit(new Add(), [inner, logarithm], { part: "masked" });
  }
  return layer.kind === "Where" ? chosen(op, e, axis, depth) : undefined;
}

/** Exponentials where a condition holds, and zeros elsewhere. */
function chosen(op: Operation, { step }: Flow, axis: number, depth: number): Flow | undefined {
  const [a, b, ...condition] = step!.inputs as readonly [Flow, Flow, ...Flow[]];
  const at = [a, b].findIndex((each) => isZero(each.step?.layer));
  const inner = at < 0 ? undefined : scoresOf(op, [a, b][1 - at]!, axis, depth + 1);
  if (inner === undefined) return undefined;
  const nothing = op.constantFlow(new Tensor([], Float32Array.of(-Infinity)));
  const inputs = at === 0 ? [nothing, inner] : [inner, nothing];
  const flow = op.emit(step!.layer, [...inputs, ...condition], { part: "masked" });
  const { inert } = inner;
  return { ...flow, inert, step: { ...flow.step!, inert } };
}

function isZero(layer: Layer | Operator | undefined): boolean {
  return layer instanceof Constant && layer.value.data.every((value) => value === 0);
}

const SHIFTS: ReadonlySet<string> = new Set([
  "GlobalAvgPool", "GlobalMaxPool", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
]);

/** Scores before something was subtracted that is the same for a whole row. */
function unshifted(x: Flow, axis: number): Flow {
  const { layer, inputs } = x.step ?? {};
  if (!(layer instanceof Subtract)) return x;
  const [a, shift] = inputs as readonly [Flow, Flow];
  for (let [at, depth] = [shift, 0]; depth < 4 && at.step !== undefined; depth++) {
    const made = at.step.layer;
    if (SHIFTS.has(made.kind)) return keptAxis(at.step) === axis ? a : x;
    const carriers = at.step.inputs.filter(({ inert }) => !inert);
    if (carriers.length !== 1 || !(made instanceof ActivationLayer || made.kind === "Where")) return x;
    at = carriers[0]!;
  }
  return x;
}
