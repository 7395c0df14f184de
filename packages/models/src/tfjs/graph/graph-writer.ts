/** The nodes of a graph written down, those of its functions and loops included. */
import { STEP, type Allowance } from "@relprop/layers";
import type { ValueInfo } from "../../onnx/schema.ts";
import type { KerasWeights } from "../weights-manifest.ts";
import { control } from "./control/control.ts";
import { withoutFrames } from "./control/frames.ts";
import { withoutSwitches } from "./control/choices.ts";
import { makerOf } from "./control/subgraph.ts";
import type { GraphNode, Subgraph } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { GRAPH_OPERATORS } from "./operators.ts";
import { ordered, readBy } from "./ordered.ts";
import { TYPES, type Rewrite } from "./rewrite.ts";

/** Functions within functions: as deep as anybody writes them, and then some. */
const DEEPEST = 64;

/** Writes nodes down, and keeps what cannot be had with the reason. */
export class GraphWriter {
  /** What the graph asks for. */
  readonly inputs: ValueInfo[] = [];
  /** Why nodes cannot be had. */
  readonly refused: Map<string, string> = new Map<string, string>();
  /** The nodes of operators that are not known, by operator. */
  readonly unknown: Map<string, string[]> = new Map<string, string[]>();
  readonly #weights: KerasWeights;
  readonly #allowance: Allowance;
  readonly #control: ReadonlyMap<string, GraphOperator>;
  #depth = 0;

  constructor(weights: KerasWeights, library: ReadonlyMap<string, Subgraph>, allowance: Allowance) {
    this.#weights = weights;
    this.#allowance = allowance;
    this.#control = control(library, (nodes, to) => this.#writeWithin(nodes, to));
  }

  /** The nodes of the whole graph in order; what cannot be had waits until an output needs it. */
  write(given: readonly GraphNode[], to: Rewrite): readonly GraphNode[] {
    const nodes = withoutSwitches(ordered(withoutFrames(given, this.#allowance)));
    for (const node of nodes) {
      const lost = readBy(node).map((input) => this.refused.get(makerOf(input))).find((why) => why !== undefined);
      if (lost !== undefined) this.refused.set(node.name, lost);
      else {
        try {
          this.#writeNode(node, to);
        } catch (error) {
          // Once nothing is left, no other node can be had either.
          if (!(error instanceof RangeError) || !this.#allowance.has(STEP)) throw error;
          this.refused.set(node.name, said(node, error));
        }
      }
    }
    return nodes;
  }

  #writeWithin(given: readonly GraphNode[], to: Rewrite): void {
    if (this.#depth >= DEEPEST) throw new RangeError(`takes functions within functions ${DEEPEST} deep, got more`);
    this.#depth++;
    try {
      for (const { inputs } of given) this.#allowance.take(STEP + inputs.length);
      for (const node of withoutSwitches(ordered(given, true))) {
        try {
          this.#writeNode(node, to);
        } catch (error) {
          if (!(error instanceof RangeError) || !this.#allowance.has(STEP)) throw error;
          throw new RangeError(said(node, error), { cause: error });
        }
      }
    } finally {
      this.#depth--;
    }
  }

  #writeNode(node: GraphNode, to: Rewrite): void {
    const { name, op } = node;
    if (op === "NoOp") return;
    if (op === "Placeholder") return void this.inputs.push(placeholder(node, to));
    if (op === "Const") return this.#define(node, to);
    const operator = GRAPH_OPERATORS.get(op) ?? this.#control.get(op);
    if (operator !== undefined) return operator(node, to);
    const others = this.unknown.get(op);
    if (others === undefined) this.unknown.set(op, [name]);
    else others.push(name);
    throw new RangeError("is of an operator that is not known here");
  }

  #define({ name, says }: GraphNode, to: Rewrite): void {
    const tensor = this.#weights.named(name);
    const type = says.type("dtype") ?? "DT_FLOAT";
    const code = TYPES.get(type);
    if (code === undefined) throw new RangeError(`takes constants of ${[...TYPES.keys()].join(", ")}, got ${type}`);
    if (tensor === undefined) throw new RangeError("takes constants among the weights, got none of its name");
    to.define(name, tensor, code);
  }
}

function said({ name, op }: GraphNode, error: RangeError): string {
  return `node "${name}" (${op}): ${error.message}`;
}

function placeholder({ name, says }: GraphNode, to: Rewrite): ValueInfo {
  const type = says.type("dtype") ?? "DT_FLOAT";
  const elementType = type === "DT_INT32" ? 6 : TYPES.get(type);
  if (elementType === undefined) throw new RangeError(`takes inputs of ${[...TYPES.keys()].join(", ")}, got ${type}`);
  to.input(name);
  const shape = says.shape("shape");
  return { name, elementType, ...(shape === undefined ? {} : { shape }) };
}
