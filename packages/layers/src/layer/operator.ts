/** Steps whose form follows from the shapes, or from the whole numbers, that meet them. */
import type { IntegerType, Shape, Value } from "@relprop/tensor";
import type { Allowance } from "./allowance.ts";
import type { Layer, LayerKind } from "./layer.ts";
import type { OwnRule } from "./sharing-layer.ts";

/** `"float"`, or how whole numbers calculate. */
export type ElementType = "float" | IntegerType;

/** What is known of a value before a network runs. */
export interface Described {
  readonly type: ElementType;
  readonly shape: Shape;
  /** The value itself, where it follows from shapes and constants alone. */
  readonly value?: Value | undefined;
}

/** A value that is known: no step computes it. */
export interface KnownValue {
  readonly value: Value;
}

/** A layer that reads some of the inputs, which are floats. */
export interface LoweredLayer {
  readonly layer: Layer;
  /** The positions of the inputs it reads. */
  readonly reads: readonly number[];
}

/** A layer that is made when the network runs, from inputs whose values are known only then. */
export interface BoundLayer {
  readonly shape: Shape;
  /** The positions of the inputs the layer reads. */
  readonly reads: readonly number[];
  /** Whether relevance arrives here though the layer reads nothing that carries it: rows that ids look up. */
  readonly source?: boolean;
  /** Makes the layer; gets every input's value. */
  bind(inputs: readonly Value[]): Layer;
}

/** A value that is computed when the network runs and carries no relevance. */
export interface ComputedValue {
  readonly type: ElementType;
  readonly shape: Shape;
  compute(inputs: readonly Value[]): Value;
}

/** What an operator becomes for given inputs. */
export type Lowering = KnownValue | LoweredLayer | BoundLayer | ComputedValue;

/**
 * A step that is decided per shape: reshapes to computed shapes, lookups, masks, everything that reads whole numbers.
 * A network keeps it as it is; each use with other shapes lowers it anew.
 */
export interface Operator extends LayerKind {
  /** The rule it brings, whatever layer it becomes. */
  readonly rule?: OwnRule;
  /**
   * What it is for these inputs; throws a `ShapeError` for inputs it does not take, and a `ValueNeeded` where it
   * cannot be decided without the value of one. What it computes or writes down meanwhile it takes from `allowance`.
   */
  lower(inputs: readonly Described[], allowance: Allowance): Lowering;
}

/** Whether a step is decided per shape. */
export function isOperator(step: LayerKind): step is Operator {
  return "lower" in step;
}

/** Thrown by operators that cannot be decided from shapes alone. */
export class ValueNeeded extends Error {
  override readonly name = "ValueNeeded";
  /** The position of the input whose value is needed. */
  readonly position: number;

  constructor(position: number) {
    super(`needs the value of input ${position}`);
    this.position = position;
  }
}

/** The value of the input at a position; throws a `ValueNeeded` where it is not known yet. */
export function valueAt(inputs: readonly Described[], position: number): Value {
  const value = inputs[position]?.value;
  if (value === undefined) throw new ValueNeeded(position);
  return value;
}
