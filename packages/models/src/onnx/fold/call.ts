/** An operator on known values, and the reading of its inputs. */
import { MOST_AXES, spanOf } from "@relprop/layers";
import { sizeOf } from "@relprop/tensor";
import type { Attributes } from "../attributes.ts";
import type { Budget } from "../../budget.ts";
import { decoded, type Constant } from "../constant.ts";
import type { Outcome } from "./outcome.ts";

/** One operator applied to known values. */
export interface FoldCall {
  readonly attributes: Attributes;
  /** The version of the operator set. */
  readonly version: number;
  /** An input that is left out is `undefined`. */
  readonly inputs: readonly (Constant | undefined)[];
  readonly outputs: number;
  readonly budget: Budget;
  /** Whether only the shape and format of what comes out count: the values of inputs are not there yet. */
  readonly trial?: boolean;
}

/** Calculates the outputs of one operator; throws a `RangeError` for what it does not take. */
export type Fold = (call: FoldCall) => readonly Constant[];

/** Calculates within the call's budget: numbers that are read count like those that are made. */
export function calculated(fold: Fold, call: FoldCall, outcome: Outcome = {}): readonly Constant[] {
  const { unread = false, takesEncoded = unread, shaped = false } = outcome;
  const { positions } = call.budget;
  const readsNumbers = !unread && !(shaped && call.trial === true);
  for (const read of call.inputs) if (read !== undefined && readsNumbers) positions.take(spanOf(read.shape));
  const made = fold(takesEncoded ? call : { ...call, inputs: call.inputs.map((read) => read && decoded(read)) });
  if (call.trial !== true) for (const constant of made) checkAxes(constant, (elements) => positions.take(elements));
  return made;
}

/** Refuses shapes of too many axes, and counts those without elements, which loops over the other axes still walk. */
export function checkAxes({ shape }: Constant, take: (elements: number) => void): void {
  const rank = shape.length;
  if (rank > MOST_AXES) throw new RangeError(`takes constants of at most ${MOST_AXES} axes, got ${rank}`);
  if (sizeOf(shape) === 0) take(spanOf(shape));
}

/** The input at a position; throws a `RangeError` if it was left out. */
export function input(call: FoldCall, index: number): Constant {
  const constant = call.inputs[index];
  if (constant === undefined) throw new RangeError(`takes an input ${index}, got none`);
  return constant;
}

/** The whole numbers in an input, or in the attribute that older operator sets have instead. */
export function integersOf(call: FoldCall, index: number, attribute: string): readonly number[] | undefined {
  const constant = call.inputs[index];
  return constant === undefined ? call.attributes.integers(attribute) : Array.from(constant.data);
}

/** An axis counted from the front; throws a `RangeError` unless there are that many. */
export function frontAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError(`takes an axis from ${-rank} to ${rank - 1}, got ${axis}`);
  }
  return axis < 0 ? axis + rank : axis;
}
