/** What a node says besides its inputs. */
import type { GraphProto, NodeProto } from "./schema.ts";
import type { SparseTensorProto } from "./sparse-tensor.ts";
import type { TensorProto } from "./tensor-proto.ts";

/** A node's attributes by name and type; `undefined` where absent. A value a writer left out as zero is zero. */
export class Attributes {
  readonly #node: NodeProto;

  constructor(node: NodeProto) {
    this.#node = node;
  }

  /** A whole number. */
  integer(name: string): number | undefined {
    const attribute = this.#node.attributes.get(name);
    return attribute === undefined ? undefined : (attribute.integer ?? 0);
  }

  /** A list of whole numbers. */
  integers(name: string): readonly number[] | undefined {
    return this.#node.attributes.get(name)?.integers;
  }

  /** A number. */
  float(name: string): number | undefined {
    const attribute = this.#node.attributes.get(name);
    return attribute === undefined ? undefined : (attribute.float ?? 0);
  }

  /** A list of numbers. */
  floats(name: string): readonly number[] | undefined {
    return this.#node.attributes.get(name)?.floats;
  }

  /** A word. */
  text(name: string): string | undefined {
    const attribute = this.#node.attributes.get(name);
    return attribute === undefined ? undefined : (attribute.text ?? "");
  }

  /** A list of words. */
  texts(name: string): readonly string[] | undefined {
    return this.#node.attributes.get(name)?.texts;
  }

  /** A tensor. */
  tensor(name: string): TensorProto | undefined {
    return this.#node.attributes.get(name)?.tensor;
  }

  /** A tensor of which only the numbers that are not 0 are stored. */
  sparse(name: string): SparseTensorProto | undefined {
    return this.#node.attributes.get(name)?.sparse;
  }

  /** A subgraph. */
  graph(name: string): GraphProto | undefined {
    return this.#node.attributes.get(name)?.graph;
  }
}
