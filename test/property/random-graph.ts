/** Random models: every kind of layer, chained, branched, merged in every way, with an input that suits them. */
import {
  Add, Concat, Constant, Dense, Divide, Flatten, MatMul, Model, Multiply, Subtract, Transpose, type Activation,
  type Layer, type Node,
} from "@relprop/layers";
import { formatShape, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { Draw, seeds } from "./draw.ts";
import { activations, makers, type LayerOptions } from "./layer-kinds.ts";

/** What a random model may contain. */
export interface GraphOptions {
  /** Layers to draw, at most; merges come on top. */
  readonly steps?: number;
  /** Kinds of layers and merges; all by default. */
  readonly kinds?: readonly string[];
  /** Whether anything may be added to a product; true by default. */
  readonly bias?: boolean;
  readonly activations?: readonly Activation[];
  /** How often a step reads something else than the last one; 0 makes chains. */
  readonly branching?: number;
  readonly batch?: number;
  /** Values of the input; from −1 by default. */
  readonly lowest?: number;
}

/** All merges by name. */
export const merges: readonly string[] = ["Add", "Subtract", "Concat", "Multiply", "Divide", "MatMul", "Constant"];

/** Every kind a random model can contain, the commonest more than once. */
export const allKinds: readonly string[] = [
  ...Object.keys(makers), ...merges, ...["Dense", "Conv", "Conv", "Conv", "Activation", "Activation", "MaxPool", "Add"],
];

/** What is linear but for rectifiers and maxima; without biases `y(c x) = c y(x)` for c > 0. */
export const homogeneousKinds: readonly string[] = [
  "Dense", "Conv", "Conv", "ConvTranspose", "Scale", "BatchNorm", "Activation", "Activation", "MaxPool", "AvgPool",
  "SumPool", "AdaptiveMaxPool", "AdaptiveAvgPool", "GlobalMaxPool", "GlobalAvgPool", "Upsample", "Pad", "Flatten",
  "Reshape", "Transpose", "Slice", "Gather", "Dropout", "ReduceMean", "ReduceSum", "ReduceMax", "Add", "Concat",
];

/** A random model and an input for it. */
export class RandomGraph {
  readonly seed: number;
  readonly model: Model;
  readonly input: Tensor;

  constructor(seed: number, options: GraphOptions = {}) {
    const draw = new Draw(seed);
    this.seed = seed;
    const builder = new GraphBuilder(draw, options);
    this.model = builder.build(options.steps ?? 6);
    this.input = draw.tensor(builder.input, options.lowest ?? -1, 1);
  }

  /** The graph as fast-check prints it. */
  [fc.toStringMethod](): string {
    const nodes = this.model.nodes.map(({ name, layer, inputs }) => `${name} ${layer.kind}(${inputs.join(", ")})`);
    return `seed ${this.seed}, ${formatShape(this.input.shape)}: ${nodes.join(", ")}`;
  }
}

/** Random models; smaller ones are the beginnings of larger ones. */
export function graphs(options: GraphOptions = {}): fc.Arbitrary<RandomGraph> {
  const steps = fc.noBias(fc.integer({ min: 1, max: options.steps ?? 6 }));
  return fc.tuple(seeds, steps).map(
    ([seed, steps]) => new RandomGraph(seed, { ...options, steps }),
  );
}

interface Value {
  readonly name: string;
  readonly shape: Shape;
}

class GraphBuilder {
  readonly input: Shape;
  readonly #draw: Draw;
  readonly #kinds: readonly string[];
  readonly #options: LayerOptions;
  readonly #branching: number;
  readonly #nodes: Node[] = [];
  readonly #values: Value[];

  constructor(draw: Draw, options: GraphOptions) {
    const { kinds = allKinds, bias = true, branching = 0.4, batch = 2 } = options;
    this.#draw = draw;
    this.#kinds = kinds;
    this.#options = { bias, activations: options.activations ?? activations };
    this.#branching = branching;
    const rank = draw.among([0, 1, 1, 2, 2, 2, 3]);
    const spatial = Array.from({ length: rank }, () => draw.integer(rank === 3 ? 2 : 3, rank === 3 ? 3 : 6));
    this.input = [batch, draw.integer(1, 4), ...spatial];
    this.#values = [{ name: "input", shape: this.input }];
  }

  build(steps: number): Model {
    for (let i = 0; i < steps; i++) this.#step();
    return new Model({ inputs: [{ name: "input" }], nodes: this.#nodes, outputs: [this.#scores().name] });
  }

  #step(): void {
    const value = this.#value();
    const kind = this.#draw.among(this.#kinds);
    const maker = makers[kind];
    if (maker === undefined) {
      this.#merge(kind, value);
      return;
    }
    const layer = maker(value.shape, this.#draw, this.#options);
    if (layer !== undefined) this.#add(layer, value);
  }

  /** The last value, or any. */
  #value(): Value {
    return this.#draw.chance(this.#branching) ? this.#draw.among(this.#values) : this.#values.at(-1)!;
  }

  #merge(kind: string, value: Value): void {
    const { shape } = value;
    const others = this.#values.filter((other) => other.shape.join() === shape.join());
    if (this.#branching === 0) return;
    const other = this.#draw.among(others);
    if (kind === "Add") this.#add(new Add(), value, other, ...(this.#draw.chance(0.2) ? [value] : []));
    if (kind === "Subtract") this.#add(new Subtract(), value, other);
    if (kind === "Multiply") this.#add(new Multiply(), value, other);
    if (kind === "Concat") this.#add(new Concat(this.#draw.among([1, -1])), value, other);
    if (kind === "Divide") {
      const away = new Constant(this.#draw.tensor(shape.slice(1), 2, 3));
      this.#add(new Divide(), value, this.#add(away, value)!);
    }
    if (kind === "Constant") {
      const constant = this.#add(new Constant(this.#draw.tensor(shape.slice(1))), value)!;
      this.#add(new Add(), value, constant);
    }
    if (kind === "MatMul" && shape.length >= 3) {
      const swapped = [...shape.keys()].map((axis) => (axis < shape.length - 2 ? axis : 2 * shape.length - 3 - axis));
      this.#add(new MatMul(), value, this.#add(new Transpose(swapped), other)!);
    }
  }

  /** Adds a node unless its output is too large, or its layer does not take these inputs after all. */
  #add(layer: Layer, ...inputs: readonly Value[]): Value | undefined {
    let shape: Shape;
    try {
      shape = layer.outputShape(...inputs.map((input) => input.shape));
    } catch (error) {
      if (error instanceof ShapeError) return undefined;
      throw error;
    }
    return sizeOf(shape) > 600 || sizeOf(shape) === 0 ? undefined : this.#append(layer, ...inputs);
  }

  #append(layer: Layer, ...inputs: readonly Value[]): Value {
    const shape = layer.outputShape(...inputs.map((input) => input.shape));
    const name = `n${this.#nodes.length}`;
    this.#nodes.push({ name, layer, inputs: inputs.map((input) => input.name), index: [this.#nodes.length] });
    this.#values.push({ name, shape });
    return this.#values.at(-1)!;
  }

  /** Three scores from everything that nothing reads yet. */
  #scores(): Value {
    const read = new Set(this.#nodes.flatMap(({ inputs }) => inputs));
    const ends = this.#values.filter(({ name }) => !read.has(name)).map((value) => this.#add(new Flatten(), value)!);
    const all = ends.length === 1 ? ends[0]! : this.#append(new Concat(), ...ends);
    const features = all.shape[1]!;
    const bias = this.#options.bias ? { bias: this.#draw.tensor([3], -0.3, 0.3) } : {};
    return this.#append(new Dense(this.#draw.weight([3, features], features), bias), all);
  }
}
