/** Operators that whoever loads a file brings along. */
import type { Layer } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Operation } from "./operation.ts";
import type { Flow } from "./value.ts";

/** A node as an operator of one's own sees it. */
export interface OnnxNode {
  readonly name: string;
  /** `MyOp`, or `my.domain.MyOp`. */
  readonly operator: string;
  /** Numbers, words, and lists of numbers. */
  readonly attributes: ReadonlyMap<string, number | string | readonly number[]>;
  /** The inputs that are constants of floats; `undefined` for those that the network makes, or that are left out. */
  readonly constants: readonly (Tensor | undefined)[];
}

/** Makes the layer that a node stands for; it reads the inputs that are no constants, in order. */
export type OnnxOperator = (node: OnnxNode) => Layer;

/** The output of a node by an operator of the caller's. */
export function custom(op: Operation, operator: string, make: OnnxOperator): Flow {
  const { node } = op;
  const values = node.inputs.map((_, i) => op.value(i));
  const attributes = new Map([...node.attributes.values()].map((attribute) => {
    const { name, integer, float, text, integers, floats } = attribute;
    return [name, integer ?? float ?? text ?? (integers.length > 0 ? integers : floats)] as const;
  }));
  const constants = values.map((value, i) => (value?.kind === "known" ? op.tensor(i) : undefined));
  const layer = make({ name: node.name, operator, attributes, constants });
  const reads = values.flatMap((value, i) => (value?.kind === "flow" ? [op.flow(i)] : []));
  return op.emit(layer, reads, { rank: undefined });
}
