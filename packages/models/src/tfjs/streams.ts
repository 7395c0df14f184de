/** What flows between Keras layers, in the user's layout or with channels first, and the nodes it flows through. */
import {
  Constant, isOperator, Model, MOST_AXES, spanOf, STEP, Transpose, withLayouts, type Allowance, type Layer,
  type ModelInput, type Node, type Operator,
} from "@relprop/layers";
import { ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { checkFanIn } from "../budget.ts";

/** The output of a node. */
export interface Stream {
  readonly name: string;
  /** For a batch of two; what the file leaves open is a stand-in, of which nothing but its presence counts. */
  readonly shape: Shape;
  /** By axis, whether its extent follows from what the file leaves open. */
  readonly open: readonly boolean[];
  /** Whether channels stand behind the batch although the user has them last. */
  readonly channelsFirst: boolean;
  /** Whole numbers `[N, T]`: which steps of the sequence are there. */
  readonly mask?: Stream | undefined;
  /** What stands inside of zeros that were laid around it, and how many, per spatial axis. */
  readonly zeros?: { readonly inside: Stream; readonly widths: readonly (readonly [number, number])[] };
}

/** What open extents are tried with until a layer takes them: which of them it is, no network comes to know. */
const STAND_INS = [256, 255, 4096, 65536, 64, 8, 1] as const;

/** The shape that a layer makes, whatever extents are left open as long as there is one that it takes. */
function outputOf(layer: Layer, inputs: readonly Stream[]): Pick<Stream, "shape" | "open"> {
  const shapes = inputs.map((input) => input.shape);
  if (!inputs.some(({ open }) => open.includes(true))) return { shape: layer.outputShape(...shapes), open: [] };
  let refused: ShapeError | undefined;
  const made = [undefined, ...STAND_INS].flatMap((standIn): readonly Shape[] => {
    try {
      return [layer.outputShape(...inputs.map(({ shape, open }) =>
        shape.map((extent, axis) => (open[axis] === true && standIn !== undefined ? standIn : extent))))];
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      refused ??= error;
      return [];
    }
  });
  const [shape] = made;
  if (shape === undefined) {
    const advice = "extents that the file leaves open were tried as 1 to 65536: say them by the option shapes";
    throw new ShapeError(`${refused!.message} (${advice})`);
  }
  return { shape, open: shape.map((extent, axis) => made.some((other) => other[axis] !== extent)) };
}

function extents([, ...sample]: Shape): number {
  return sample.reduce((sum, extent) => sum + extent, 0);
}

/** No layer's output is larger than this. */
const LARGEST = 2 ** 31;

/** Nodes as they come; layouts change where layers need it, once for all who read the same. */
export class Streams {
  /** What is left to be made of the files. */
  readonly positions: Allowance;
  readonly #inputs: ModelInput[] = [];
  readonly #nodes: Node[] = [];
  /** Names that are taken, and the number that one got last which came again. */
  readonly #names = new Map<string, number>();
  readonly #turned = new Map<Stream, Stream>();
  readonly #made = new Map<string, Stream>();

  constructor(positions: Allowance) {
    this.positions = positions;
  }

  /** An input of the model. */
  input(name: string, shape: readonly (number | undefined)[]): Stream {
    checkAxes(shape);
    this.positions.take(STEP);
    const unique = this.#unique(name);
    this.#inputs.push({ name: unique, shape: [undefined, ...shape.slice(1)] });
    checkFanIn(this.#inputs);
    const open = [false, ...shape.slice(1).map((extent) => extent === undefined)];
    const sample = [2, ...shape.slice(1).map((extent) => extent ?? STAND_INS[0])];
    return { name: unique, shape: sample, open, channelsFirst: false };
  }

  /** An input that was made a constant: the same for every sample of the first one that is left. */
  constant(name: string, value: Tensor): Stream {
    const [first] = this.#inputs;
    if (first === undefined) throw new RangeError("takes at least one input that is not bound, got none");
    this.positions.take(STEP + value.size);
    const unique = this.#unique(name);
    this.#nodes.push({ name: unique, layer: new Constant(value), inputs: [first.name], index: [this.#nodes.length] });
    return { name: unique, shape: [2, ...value.shape], open: [], channelsFirst: false };
  }

  /** A node that reads these streams, which have one layout; its shape is checked. */
  emit(
    name: string, layer: Layer, inputs: readonly Stream[], channelsFirst: boolean = inputs[0]?.channelsFirst ?? false,
  ): Stream {
    checkFanIn(inputs);
    const { shape, open } = outputOf(layer, inputs);
    this.#take(shape, inputs);
    const unique = this.#unique(name);
    this.#nodes.push({ name: unique, layer, inputs: inputs.map((input) => input.name), index: [this.#nodes.length] });
    return this.#remember({ name: unique, shape, open, channelsFirst: channelsFirst && shape.length > 2 });
  }

  /** A node that is decided per shape, or when it runs; `inert` where its value carries no relevance. */
  decide(name: string, operator: Operator, inputs: readonly Stream[], shape: Shape, inert = false): Stream {
    this.#take(shape, inputs);
    const unique = this.#unique(name);
    this.#nodes.push({
      name: unique, layer: operator, inputs: inputs.map((input) => input.name), index: [this.#nodes.length],
      ...(inert ? { inert } : {}),
    });
    return this.#remember({ name: unique, shape, open: inputs[0]?.open ?? [], channelsFirst: false });
  }

  #remember(stream: Stream): Stream {
    this.#made.set(stream.name, stream);
    return stream;
  }

  /** Counts what a node of this shape may write down; throws a `RangeError` for shapes that are out of proportion. */
  #take(shape: Shape, inputs: readonly Stream[]): void {
    checkAxes(shape);
    if (!(spanOf(shape) <= LARGEST)) throw new RangeError(`makes an output of [${shape.join(", ")}], too large`);
    this.positions.take(inputs.reduce((sum, input) => sum + extents(input.shape), STEP + extents(shape)));
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

  /** What a node gives, by its name. */
  named(name: string): Stream {
    const found = this.#made.get(name);
    if (found !== undefined) return found;
    const last = [...this.#made.keys()].slice(-5).join(", ");
    throw new RangeError(`takes nodes as outputs, such as ${last}; got "${name}"`);
  }

  /** The model whose outputs these are; what none of them needs is left out. */
  model(outputs: readonly Stream[]): Model {
    const needed = new Set(outputs.map(({ name }) => name));
    for (const node of this.#nodes.toReversed()) if (needed.has(node.name)) node.inputs.forEach(
      (name) => needed.add(name),
    );
    let position = 0;
    const nodes = this.#nodes.filter(({ name }) => needed.has(name)).map((node) =>
      ({ ...node, index: node.inert === true ? [] : [position++] }));
    const types = idTypes(nodes);
    const inputs = this.#inputs.map((input): ModelInput =>
      (types.get(input.name) === true ? { ...input, type: "int32" } : input));
    const limits = { elements: this.positions.most };
    // Keras has channels last where no layer says otherwise.
    return new Model(withLayouts({ inputs, nodes, outputs: outputs.map(({ name }) => name), limits }, "channelsLast"));
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
    for (let number = this.#names.get(name) ?? 1; this.#names.has(unique);) {
      number++;
      unique = `${name}#${number}`;
      this.#names.set(name, number);
    }
    this.#names.set(unique, this.#names.get(unique) ?? 1);
    return unique;
  }
}

function checkAxes(shape: readonly unknown[]): void {
  if (shape.length > MOST_AXES) throw new RangeError(`takes values of at most ${MOST_AXES} axes, got ${shape.length}`);
}

/**
 * Keras says nothing of types: what is looked up by alone is a whole number. By name, whether a value is looked up by,
 * and read by nothing else.
 */
function idTypes(nodes: readonly Node[]): ReadonlyMap<string, boolean> {
  const looksUp = new Map<string, boolean>();
  for (const { layer, inert, inputs } of nodes) {
    const isLookup = layer.kind === "Embedding";
    const fits = isOperator(layer) && (isLookup || inert === true);
    for (const name of inputs) {
      if (!fits) looksUp.set(name, false);
      else if (isLookup && looksUp.get(name) !== false) looksUp.set(name, true);
    }
  }
  return looksUp;
}
