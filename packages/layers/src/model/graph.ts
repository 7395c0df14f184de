/** What a network is made of, as plain data. */
import type { IntegerType, Layout } from "@relprop/tensor";
import type { Layer } from "../layer/layer.ts";
import type { Operator } from "../layer/operator.ts";

/** One use of a layer: the same layer may stand in several nodes. */
export interface Node {
  /** Unique in its model: `features.0`, `layer1.0.conv1`, `2.1`. */
  readonly name: string;
  /** A layer, or an operator that becomes one for given shapes. */
  readonly layer: Layer | Operator;
  /** Names of nodes before this one, or of model inputs. */
  readonly inputs: readonly string[];
  /** Where it stands in the nesting it was built from, counted from 0: `[2, 1]`; `[position]` if not nested. */
  readonly index: readonly number[];
  /** Whether its value carries no relevance: extents, masks, ids and what is made of them. Rules pass it over. */
  readonly inert?: boolean;
  /** What its value is called in the file it was read from, where that names values apart from nodes. */
  readonly values?: readonly string[];
  /** What a reader recognised in arithmetic that does not say what it is: `softmax`, `weighs values by attention`. */
  readonly recognized?: string;
}

/** An input by name; an extent that is `undefined` is free (the batch, mostly), an absent shape is unknown. */
export interface ModelInput {
  readonly name: string;
  readonly shape?: readonly (number | undefined)[];
  /** How its whole numbers calculate; absent for floats. */
  readonly type?: IntegerType;
  /** The texts that its whole numbers stand for, each at its number; any other text is −1. */
  readonly texts?: readonly string[];
  /** Whether the network was made for doubles: what single precision cannot hold came as infinite, and is refused. */
  readonly double?: boolean;
  /** Where its channels stand, if it has some and the network says. */
  readonly layout?: Layout;
}

/** What a `Model` is made of. */
export interface Graph {
  readonly inputs: readonly ModelInput[];
  readonly nodes: readonly Node[];
  /** Names of the nodes (or inputs) whose values are the outputs. */
  readonly outputs: readonly string[];
  /** What lowering may cost; absent for networks that nobody else wrote. */
  readonly limits?: Limits | undefined;
  /** Sentences about what a reader left out. */
  readonly remarks?: readonly string[];
}

/** A bound on what a network may ask for, so that a small file cannot make much work. */
export interface Limits {
  /**
   * How many elements lowering may write, compute or walk over: extents, constants, whole numbers. A node counts for
   * 64.
   */
  readonly elements: number;
  /** How many more it may be for every element of the inputs; 32 by default. */
  readonly perInput?: number;
  /** How many one value may hold; by default 16 for each of `elements`, and 4096 for every element of the inputs. */
  readonly largest?: number;
}
