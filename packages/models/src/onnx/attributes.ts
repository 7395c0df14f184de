/** What a node says besides its inputs. */
import type { GraphProto, NodeProto } from "./schema.ts";
import type { SparseTensorProto } from "./sparse-tensor.ts";
import type { TensorProto } from "./tensor-proto.ts";

/**
 * A node's attributes by name and type; `undefined` where absent. A value a writer left out as zero is zero, and a
 * number is taken in whichever type it was written.
 */
export class Attributes {
  readonly #node: NodeProto;

  constructor(node: NodeProto) {
    this.#node = node;
  }

  /** A whole number. */
  integer(name: string): number | undefined {
    return whole(name, this.float(name));
  }

  /** A list of whole numbers. */
  integers(name: string): readonly number[] | undefined {
    return this.floats(name)?.map((value) => whole(name, value));
  }

  /** A number. */
  float(name: string): number | undefined {
    const attribute = this.#node.attributes.get(name);
    if (attribute?.text !== undefined) throw new RangeError(`takes ${name} as a number, got "${attribute.text}"`);
    return attribute && (attribute.integer ?? attribute.float ?? 0);
  }

  /** A list of numbers; a single one is a list of one. */
  floats(name: string): readonly number[] | undefined {
    const attribute = this.#node.attributes.get(name);
    if (attribute === undefined) return undefined;
    const { integer, float, integers, floats } = attribute;
    const single = integer ?? float;
    const list = floats.length > 0 ? floats : integers;
    return list.length > 0 || single === undefined ? list : [single];
  }

  /** A word. */
  text(name: string): string | undefined {
    const attribute = this.#node.attributes.get(name);
    return attribute === undefined ? undefined : (attribute.text ?? "");
  }

  /** An element type: its code, or its name as the oldest operator sets have it. */
  type(name: string): number | string | undefined {
    return this.#node.attributes.get(name)?.text ?? this.integer(name);
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

function whole<T extends number | undefined>(name: string, value: T): T {
  if (value === undefined || Number.isInteger(value)) return value;
  throw new RangeError(`takes ${name} as a whole number, got ${value}`);
}
