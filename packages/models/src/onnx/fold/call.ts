/** An operator on known values, and the reading of its inputs. */
import type { Attributes } from "../attributes.ts";
import type { Budget, Constant } from "../constant.ts";

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
