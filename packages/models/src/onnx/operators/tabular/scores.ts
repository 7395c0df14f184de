/** What stands behind the sums of models on tables: probabilities, and a score for the second of two classes. */
import { ActivationLayer, Dense, sigmoid, Softmax } from "@relprop/layers";
import { probit } from "./probit.ts";
import { Tensor } from "@relprop/tensor";
import { isInteger } from "../../../dtype.ts";
import type { Operation } from "../../operation.ts";
import type { Flow, Value } from "../../value.ts";
import { applied, number } from "../unrolled.ts";

/** An input as floats; whole numbers become some, and carry no relevance. */
export function floats(op: Operation, index: number): Flow {
  const value = op.value(index);
  const dtype = value?.kind === "flow" ? value.dtype : value?.constant.dtype;
  if (value === undefined || dtype === undefined || !isInteger(dtype)) return op.flow(index);
  const [name = ""] = applied(op, "Cast", [op.node.inputs[index]!], { to: 1 });
  return op.valueNamed(name) as Flow;
}

/** A list of numbers that must be there. */
export function listOf(op: Operation, name: string): readonly number[] {
  const list = op.attributes.floats(name);
  if (list === undefined || list.length === 0) throw new RangeError(`takes ${name}, got none`);
  return list;
}

/** Numbers as a tensor. */
export function filled(shape: readonly number[], values: ArrayLike<number>): Tensor {
  return new Tensor(shape, Float32Array.from(values));
}

/** The number of classes that a classifier has labels for; 0 where it has none. */
export function labelCount(op: Operation): number {
  const names = ["classlabels_ints", "classlabels_int64s", "classlabels_strings"];
  return names.reduce((most, name) =>
    Math.max(most, op.attributes.integers(name)?.length ?? 0, op.attributes.texts(name)?.length ?? 0), 0);
}

/** What the node does to its scores. */
export function transformOf(op: Operation): string {
  return op.attributes.text("post_transform") ?? "NONE";
}

/** Throws where a node with a single score would have something done to it that runtimes leave out. */
export function checkAlone(op: Operation, ...takes: readonly string[]): void {
  const how = transformOf(op);
  if (how !== "NONE" && !takes.includes(how)) {
    throw new RangeError(`takes a single score as it is, got post_transform ${how}, which runtimes leave out`);
  }
}

/** What is done to scores of several classes. */
export function transformed(op: Operation, scores: Flow): Flow {
  const how = transformOf(op);
  if (how === "NONE") return scores;
  if (how === "LOGISTIC") return op.emit(new ActivationLayer(sigmoid), [scores]);
  if (how === "SOFTMAX") return op.emit(new Softmax(-1), [scores]);
  if (how === "SOFTMAX_ZERO") return softmaxOfOthers(op, scores);
  if (how === "PROBIT") return op.emit(new ActivationLayer(probit), [scores]);
  throw new RangeError(`takes post_transform NONE, LOGISTIC, SOFTMAX, SOFTMAX_ZERO or PROBIT, got ${how}`);
}

/** A softmax of the scores that are not 0; those that are keep it. */
function softmaxOfOthers(op: Operation, scores: Flow): Flow {
  const x = op.graph.define(scores, "scores");
  const isOther = applied(op, "Greater", [...applied(op, "Abs", [x]), number(op, 1e-7)]);
  const [others = ""] = applied(op, "Where", [...isOther, x, number(op, -Infinity)]);
  return op.emit(new Softmax(-1), [op.valueNamed(others) as Flow]);
}

/** `[N, 1]` made `[N, 2]`: the same score with one sign and the other, or what is left of 1 before it. */
export function bothClasses(op: Operation, score: Flow, rest: "opposite" | "complement"): Flow {
  const bias = rest === "complement" ? { bias: filled([2], [1, 0]) } : {};
  return op.emit(new Dense(filled([2, 1], [-1, 1]), bias), [score]);
}

/** The outputs of a classifier: a label, which is left out, and scores. */
export function withoutLabel(op: Operation, scores: Flow): readonly Value[] {
  const error = op.error("labels are left out, the scores beside them say as much");
  return [{ kind: "refused", error }, scores];
}
