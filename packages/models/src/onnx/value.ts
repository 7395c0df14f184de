/** What a name in an ONNX graph stands for while the graph is made a model. */
import type { Layer, Operator } from "@relprop/layers";
import type { DType } from "../dtype.ts";
import type { ModelFormatError } from "../model-format-error.ts";
import type { Constant } from "./constant.ts";

/** What a name stands for. */
export type Value = Flow | Known | Refused | Sequence | Absent;

/** Numbers that depend on an input: the output of a layer, or the input itself. */
export interface Flow {
  readonly kind: "flow";
  /** The layer it comes out of; `undefined` for inputs. */
  readonly step: Step | undefined;
  /** The input's name, if it is one. */
  readonly input?: string;
  /** How its numbers calculate. */
  readonly dtype: DType;
  /** The number of axes, where it follows from the file. */
  readonly rank: number | undefined;
  /** Whether it carries no relevance: whole numbers, and what is made of whole numbers alone. */
  readonly inert: boolean;
  /** Whether it is the whole numbers of a picture, in any order: where floats are made of them, relevance arrives. */
  readonly picture?: boolean;
  /** The floats that whole numbers stand for, where they were quantised in the network. */
  readonly quantized?: Quantized;
}

/** What quantised numbers stand for. */
export interface Quantized {
  /** The whole numbers less their zero point, as floats with relevance. */
  readonly carrier: Flow;
  readonly zero: Flow | Known | undefined;
}

/** Numbers that depend on no input. */
export interface Known {
  readonly kind: "known";
  readonly constant: Constant;
  /** The initialiser it was made from, which names layers. */
  readonly source: string | undefined;
}

/** Values in order, by name: a list that files build and take apart. */
export interface Sequence {
  readonly kind: "sequence";
  readonly items: readonly string[];
}

/** An optional value that is not there. */
export interface Absent {
  readonly kind: "absent";
}

/** What cannot be had; whoever needs it passes on the reason. */
export interface Refused {
  readonly kind: "refused";
  readonly error: ModelFormatError;
}

/** A layer to be and what it reads. */
export interface Step {
  readonly layer: Layer | Operator;
  readonly inputs: readonly Flow[];
  readonly origin: Origin;
  readonly inert: boolean;
  /** Where it stands among all steps. */
  readonly order: number;
}

/** Where a step came from: what its name is made of. */
export interface Origin {
  /** The name of the node in the file, maybe empty. */
  readonly node: string;
  readonly opType: string;
  /** The path of the module it belongs to, where the file says so. */
  readonly module: string | undefined;
  /** The initialiser among its parameters that names it: `features.0.weight`. */
  readonly parameter: string | undefined;
  /** What it is within the operator, where that became several layers. */
  readonly part?: string;
  /** What the arithmetic that it stands for was recognised as. */
  readonly recognized?: string;
}

/** A constant, and the initialiser it was made from. */
export function known(constant: Constant, source?: string): Known {
  return { kind: "known", constant, source };
}
