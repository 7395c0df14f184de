/** Operators in groups: a program that is to be small reads files with those it names. */
import type { Allowance, Conv, Gating, Graph, Layer, Node } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Fold } from "../fold/call.ts";
import type { Outcome } from "../fold/outcome.ts";
import type { Operation } from "../operation.ts";
import type { Gate } from "../recognize/self-gates.ts";
import type { Flow, Known, Step, Value } from "../value.ts";
import type { ModelProto } from "../schema.ts";
import type { NumberedTexts } from "../texts-as-numbers.ts";
import type { Operator } from "./operator.ts";

/** Operators by name, those outside the standard domain as `domain.operator`. */
export type Named<T> = readonly (readonly [name: string, operator: T])[];

/** Operators that come together, and what reading them takes. */
export interface OperatorGroup {
  readonly name: string;
  /** What becomes layers. */
  readonly operators: Named<Operator>;
  /** What is calculated where nothing carries relevance. */
  readonly folds: Named<Fold>;
  /** What is known beforehand of what those make. */
  readonly outcomes?: Named<Outcome>;
  /** What takes values of all kinds by name, and is gone through when a file is read. */
  readonly structures?: Named<Operator>;
  readonly steps?: ReadingSteps;
}

/** What operators of one group leave to another; where it is not there, files that need it are refused. */
export interface ReadingSteps {
  /** A convolution whose kernel the network computes. */
  readonly computedConvolution?: (op: Operation) => Flow;
  /** A transposed one. */
  readonly computedTransposed?: (op: Operation) => Flow;
  /** Statistics, scales or shifts that the network computes, of a normalisation by stored statistics. */
  readonly computedNormalization?: (op: Operation) => Flow;
  /** Slopes or bounds that the network computes. */
  readonly computedActivation?: (op: Operation) => Flow;
  /** The rows of a constant table that whole numbers name. */
  readonly lookup?: (op: Operation) => Flow;
  /** A quotient of which what it is divided by is a flow. */
  readonly quotient?: (op: Operation) => Flow;
  /** A matrix product of two flows, of which one may weigh the other where `weighs` says so. */
  readonly matrixProduct?: (
    op: Operation, factors: readonly Flow[], rank: number | undefined, weighs: boolean,
  ) => Flow;
  /** A reshape at the end of a normalisation of groups; `undefined` for other reshapes. */
  readonly groupNorm?: (op: Operation, x: Flow) => Flow | undefined;
  /** A layer that takes up a scale or shift; `undefined` for other layers. */
  readonly absorbed?: (
    layer: Layer, rank: number | undefined, weight: Tensor | undefined, bias: Tensor | undefined,
  ) => Layer | undefined;
  /** A product with the scale of what was quantised while running; `undefined` for other products. */
  readonly dynamicallyScaled?: (op: Operation) => Flow | undefined;
  /** A node that begins quantised floats with relevance, or reads some; `undefined` for others. */
  readonly throughQuantized?: (
    op: Operation, inputs: readonly (Known | Flow | undefined)[],
  ) => Value | readonly Value[] | undefined;
  /** A list as long as a shape whose extents are counted, which is known where they are not; `undefined` for others. */
  readonly axesOf?: (name: string, counted: Flow) => Known | undefined;
  /** What is to be known of a network that rounds what it calculates with. */
  readonly roundings?: (nodes: readonly Node[]) => readonly string[];
  /** Whether a flow is a deviation or a norm, or with `isDivisor` false one over it. */
  readonly isDeviation?: (flow: Flow, isDivisor: boolean) => boolean;
  /** Which factor of a product is a parameter of a state-space layer that depends on the input. */
  readonly stateGating?: (a: Flow, b: Flow) => Gating | undefined;
  /** Functions that weigh what they are made of, besides the usual. */
  readonly gates?: readonly ((leaf: Flow) => Gate | undefined)[];
  /** The file with a number for each text that it speaks of; `undefined` where it reads none. */
  readonly textsAsNumbers?: (proto: ModelProto, allowance: Allowance) => NumberedTexts | undefined;
  /** A convolution that only normalises the input, as a scale and a shift; `undefined` for others. */
  readonly planewise?: (op: Operation, x: Flow, conv: Conv) => Flow | undefined;
  /** Copies along one axis, as the first operator sets have them; `undefined` for others. */
  readonly tiledAlong?: (op: Operation) => Flow | undefined;
  /** A difference that is a log-softmax written out; `undefined` for others. */
  readonly logSoftmax?: (op: Operation, difference: Flow) => Flow | undefined;
  /** A graph, whose nodes are of these steps, with scales per channel right behind the layers they are for. */
  readonly scalesFirst?: (graph: Graph, steps: readonly Step[], allowance: Allowance) => Graph;
  /** What arithmetic is when it is written out; `undefined` for what is nothing but arithmetic. */
  readonly written?: (op: Operation, flow: Flow) => Flow | undefined;
}

/** The operators of several groups. */
export interface OperatorTable {
  /** The groups by name; `undefined` where they are all. */
  readonly groups: readonly string[] | undefined;
  readonly operators: ReadonlyMap<string, Operator>;
  readonly folds: ReadonlyMap<string, Fold>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly structures: ReadonlyMap<string, Operator>;
  readonly steps: ReadingSteps;
}

/** The operators of these groups together. */
export function tableOf(groups: readonly OperatorGroup[]): OperatorTable {
  return {
    groups: groups.map(({ name }) => name),
    operators: new Map(groups.flatMap(({ operators }) => operators)),
    folds: new Map(groups.flatMap(({ folds }) => folds)),
    outcomes: new Map(groups.flatMap(({ outcomes = [] }) => outcomes)),
    structures: new Map(groups.flatMap(({ structures = [] }) => structures)),
    steps: Object.assign({}, ...groups.map(({ steps }) => steps)) as ReadingSteps,
  };
}

/** The steps of reading that are known where a node stands. */
export function stepsOf(op: Operation): ReadingSteps {
  return op.graph.table.steps as ReadingSteps;
}

/** Does a step of reading that another group has; throws a `RangeError` where it was not named. */
export function stepOf(op: Operation, name: Asked): Flow {
  const step = stepsOf(op)[name];
  if (step === undefined) throw new RangeError(withoutStep(op, ASKED[name]));
  return step(op);
}

/** What is said where a step is asked for whose group was not named. */
export function withoutStep(op: Operation, what: string): string {
  return `takes no ${what} with ${namedGroups(op.graph.table.groups)}: ${MORE_GROUPS}`;
}

/** How errors call the operators of a table that has not all. */
export function namedGroups(groups: readonly string[] = []): string {
  return `the operators of the groups ${groups.join(", ")}`;
}

/** What to do where it does not suffice. */
export const MORE_GROUPS = "give the reader more groups, or read with loadOnnx";

type Asked =
  "computedActivation" | "computedConvolution" | "computedNormalization" | "computedTransposed" | "lookup" | "quotient";

const ASKED: Readonly<Record<Asked, string>> = {
  computedActivation: "slopes and bounds that are computed",
  computedConvolution: "kernels that are computed",
  computedNormalization: "statistics that are computed",
  computedTransposed: "kernels that are computed",
  lookup: "rows that are looked up",
  quotient: "quotients of what layers compute",
};
