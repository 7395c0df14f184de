/** What a name in an ONNX graph stands for while the graph is made a model. */
import type { Layer } from "@relprop/layers";
import type { Shape } from "@relprop/tensor";
import type { ModelFormatError } from "../model-format-error.ts";
import type { Constant } from "./constant.ts";

/**
 * What a name stands for. Shapes and constants come once per probe: the graph is walked through with several sizes of
 * its free axes at once, and what comes out the same for all of them does not depend on those axes.
 */
export type Value = Flow | Known | Refused;

/** Numbers that depend on an input: the output of a layer, or the input itself. */
export interface Flow {
  readonly kind: "flow";
  /** Per probe. */
  readonly shapes: readonly Shape[];
  /** The layer it comes out of; `undefined` for inputs. */
  readonly step: Step | undefined;
  /** The input's name, if it is one. */
  readonly input?: string;
}

/** Numbers that depend on no input, except on its extents. */
export interface Known {
  readonly kind: "known";
  /** Per probe; the same object where the probes agree. */
  readonly constants: readonly Constant[];
  /** The initialiser it was made from, which names layers. */
  readonly source: string | undefined;
}

/** What cannot be had; whoever needs it passes on the reason. */
export interface Refused {
  readonly kind: "refused";
  readonly error: ModelFormatError;
}

/** A layer to be and what it reads. */
export interface Step {
  readonly layer: Layer;
  readonly inputs: readonly Flow[];
  readonly origin: Origin;
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
  /** Initialisers that became its parameters. */
  readonly parameters: readonly string[];
}

/** A constant that is the same for all probes. */
export function known(constant: Constant, probes: number, source?: string): Known {
  return { kind: "known", constants: new Array<Constant>(probes).fill(constant), source };
}

/** The constant all probes agree on; `undefined` where they differ. */
export function agreed({ constants }: Known): Constant | undefined {
  const [first, ...others] = constants;
  return first !== undefined && others.every((other) => sameConstant(first, other)) ? first : undefined;
}

function sameConstant(a: Constant, b: Constant): boolean {
  if (a === b) return true;
  const sameShape = a.shape.length === b.shape.length && a.shape.every((extent, axis) => extent === b.shape[axis]);
  return sameShape && a.data.every((value: number, i: number) => Object.is(value, b.data[i]));
}
