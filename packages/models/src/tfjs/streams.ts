/** What flows between Keras layers, in the user's layout or with channels first, and the nodes it flows through. */
import { Model, Transpose, withLayouts, type Layer, type ModelInput, type Node, type Role } from "@relprop/layers";
import { sizeOf, type Shape } from "@relprop/tensor";
import type { Positions } from "../positions.ts";

/** The output of a node. */
export interface Stream {
  readonly name: string;
  /** For a batch of two. */
  readonly shape: Shape;
  /** Whether channels stand behind the batch although the user has them last. */
  readonly channelsFirst: boolean;
  /** What stands inside of zeros that were laid around it, and how many, per spatial axis. */
  readonly zeros?: { readonly inside: Stream; readonly widths: readonly (readonly [number, number])[] };
}

/** Roles of layers that write down positions. */
const POSITIONED: ReadonlySet<Role> = new Set<Role>(["route", "average", "other"]);

function extents([, ...sample]: Shape): number {
  return sample.reduce((sum, extent) => sum + extent, 0);
}

/** No layer's output is larger than this. */
const LARGEST = 2 ** 31;

/** Nodes as they come; layouts change where layers need it, once for all who read the same. */
export class Streams {
  readonly positions: Positions;
  readonly #inputs: ModelInput[] = [];
  readonly #nodes: Node[] = [];
  readonly #names = new Set<string>();
  readonly #turned = new Map<Stream, Stream>();

  constructor(positions: Positions) {
    this.positions = positions;
  }

  /** An input of the model. */
  input(name: string, shape: readonly (number | undefined)[]): Stream {
    const unique = this.#unique(name);
    this.#inputs.push({ name: unique, shape: [undefined, ...shape.slice(1)] });
    // Free extents are tried with one that common strides divide.
    return { name: unique, shape: [2, ...shape.slice(1).map((extent) => extent ?? 224)], channelsFirst: false };
  }

  /** A node that reads these streams, which have one layout; its shape is checked. */
  emit(
    name: string, layer: Layer, inputs: readonly Stream[], channelsFirst: boolean = inputs[0]?.channelsFirst ?? false,
  ): Stream {
    const shape = layer.outputShape(...inputs.map((input) => input.shape));
    if (!(sizeOf(shape) <= LARGEST)) throw new RangeError(`makes an output of [${shape.join(", ")}], too large`);
    if (POSITIONED.has(layer.role)) {
      this.positions.take(inputs.reduce((most, input) => Math.max(most, extents(input.shape)), 0));
    }
    const unique = this.#unique(name);
    this.#nodes.push({ name: unique, layer, inputs: inputs.map((input) => input.name), index: [this.#nodes.length] });
    return { name: unique, shape, channelsFirst: channelsFirst && shape.length > 2 };
  }

  /** The stream as the user has it. */
  asGiven(stream: Stream): Stream {
    if (!stream.channelsFirst) return stream;
    const rank = stream.shape.length;
    const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 2);
    return this.#turn(stream, [0, ...spatial, 1], false);
  }

  /** The stream with its last axis behind the batch. */
  withChannelsFirst(stream: Stream): Stream {
    const rank = stream.shape.length;
    if (stream.channelsFirst || rank < 3) return stream;
    return this.#turn(stream, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)], true);
  }

  /** The model whose outputs these are; what none of them needs is left out. */
  model(outputs: readonly Stream[]): Model {
    const needed = new Set(outputs.map(({ name }) => name));
    for (const node of this.#nodes.toReversed()) if (needed.has(node.name)) node.inputs.forEach(
      (name) => needed.add(name),
    );
    const nodes = this.#nodes.filter(({ name }) => needed.has(name)).map((node, i) => ({ ...node, index: [i] }));
    const graph = { inputs: this.#inputs, nodes, outputs: outputs.map(({ name }) => name) };
    // Keras has channels last where no layer says otherwise.
    return new Model(withLayouts(graph, "channelsLast"));
  }

  #turn(stream: Stream, order: readonly number[], channelsFirst: boolean): Stream {
    const known = this.#turned.get(stream);
    if (known !== undefined) return known;
    const turned = this.emit(`${stream.name}.transpose`, new Transpose(order), [stream], channelsFirst);
    this.#turned.set(stream, turned);
    this.#turned.set(turned, stream);
    return turned;
  }

  #unique(name: string): string {
    let unique = name;
    for (let number = 2; this.#names.has(unique); number++) unique = `${name}#${number}`;
    this.#names.add(unique);
    return unique;
  }
}
