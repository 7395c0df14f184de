/** An architecture before its weights: what it is made of, and which parameters of which shapes it needs. */
import {
  ActivationLayer, AdaptiveAvgPool, Add, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool, Model, relu,
  type Activation, type Layer, type Node, type SlidingOptions,
} from "@relprop/layers";
import { formatShape, Tensor, type Shape } from "@relprop/tensor";
import { ModelFormatError } from "../model-format-error.ts";
import { StoredTensor } from "../stored-tensor.ts";

/** Parameters by name, as PyTorch's `state_dict` calls them: what `readSafetensors` gives, or tensors. */
export type NamedWeights = ReadonlyMap<string, StoredTensor | Tensor>;

/** How a convolution of a blueprint slides. */
export interface BlueprintConv {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  /** Whether it has a bias; batch normalisation behind it makes one pointless. */
  readonly bias?: boolean;
}

/** The numbers of channels that come in and go out. */
export type Channels = readonly [from: number, to: number];

type Parameters = Readonly<Record<string, Tensor>>;

interface Part {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Shapes of the parameters by their last name. */
  readonly needs: Readonly<Record<string, Shape>>;
  readonly make: (parameters: Parameters) => Layer;
}

/** Parts are added in order and read the part before them unless said; every method returns the part's name. */
export class Blueprint {
  readonly #who: string;
  readonly #input: Shape;
  readonly #parts: Part[] = [];
  #last = INPUT;

  /** `input`: the extents of a sample, −1 where free. */
  constructor(who: string, input: Shape) {
    this.#who = who;
    this.#input = input;
  }

  /** The name of the part added last. */
  get last(): string {
    return this.#last;
  }

  /** A part without parameters. */
  plain(name: string, layer: Layer, inputs: readonly string[] = [this.#last]): string {
    return this.#add({ name, inputs, needs: {}, make: () => layer });
  }

  /** A convolution of two-dimensional images. */
  conv(name: string, [from, to]: Channels, kernel: number, options: BlueprintConv = {}): string {
    const { stride = 1, padding = 0, groups = 1, bias = true } = options;
    return this.#add({
      name,
      inputs: [this.#last],
      needs: { weight: [to, from / groups, kernel, kernel], ...(bias ? { bias: [to] } : {}) },
      make: ({ weight, bias }) => new Conv(weight!, { bias, stride, padding, groups }),
    });
  }

  /** Batch normalisation. */
  batchNorm(name: string, channels: number): string {
    const shape = [channels];
    return this.#add({
      name,
      inputs: [this.#last],
      needs: { weight: shape, bias: shape, running_mean: shape, running_var: shape },
      make: (p) => new BatchNorm({
        gamma: p["weight"], beta: p["bias"], mean: p["running_mean"]!, variance: p["running_var"]!,
      }),
    });
  }

  /** A dense layer. */
  dense(name: string, from: number, to: number): string {
    return this.#add({
      name,
      inputs: [this.#last],
      needs: { weight: [to, from], bias: [to] },
      make: ({ weight, bias }) => new Dense(weight!, { bias }),
    });
  }

  /** An activation, `relu` by default. */
  activation(name: string, activation: Activation = relu): string {
    return this.plain(name, new ActivationLayer(activation));
  }

  /** The maximum over windows. */
  maxPool(name: string, kernel: number, options: SlidingOptions = {}): string {
    return this.plain(name, new MaxPool(kernel, options));
  }

  /** The mean of every channel, or of `size` × `size` parts of it. */
  averagePool(name: string, size = 1): string {
    return this.plain(name, size === 1 ? new GlobalAvgPool() : new AdaptiveAvgPool(size));
  }

  /** Channels and places made one axis. */
  flatten(): string {
    return this.plain("Flatten", new Flatten());
  }

  /** The sum of two parts. */
  add(name: string, left: string, right: string): string {
    return this.plain(name, new Add(), [left, right]);
  }

  /** Lets the next part read another than the last. */
  from(name: string): void {
    this.#last = name;
  }

  /**
   * The model with these weights. Throws a `ModelFormatError` that lists the parameters that are missing, have another
   * shape, or are not part of the architecture; counters of batch normalisation (`num_batches_tracked`) are ignored.
   */
  model(weights: NamedWeights): Model {
    this.#check(weights);
    const nodes = this.#parts.map(({ name, inputs, needs, make }, position): Node => {
      const parameters = Object.keys(needs).map((key) => [key, asTensor(weights.get(`${name}.${key}`)!)] as const);
      return { name, inputs, layer: make(Object.fromEntries(parameters)), index: [position] };
    });
    const shape = [undefined, ...this.#input.map((extent) => (extent === -1 ? undefined : extent))];
    return new Model({ inputs: [{ name: INPUT, shape }], nodes, outputs: [this.#last] });
  }

  #add(part: Part): string {
    this.#parts.push(part);
    this.#last = part.name;
    return part.name;
  }

  #check(weights: NamedWeights): void {
    const needs = new Map(this.#parts.flatMap(({ name, needs: own }) =>
      Object.entries(own).map(([key, shape]): [string, Shape] => [`${name}.${key}`, shape])));
    const missing = [...needs.keys()].filter((name) => !weights.has(name));
    const unexpected = [...weights.keys()].filter((name) => !needs.has(name) && !name.endsWith(".num_batches_tracked"));
    const misshapen = [...needs].flatMap(([name, shape]) => {
      const got = weights.get(name)?.shape;
      const fits = got === undefined || formatShape(got) === formatShape(shape);
      return fits ? [] : [`${name} ${formatShape(got)} for ${formatShape(shape)}`];
    });
    const complaints = [
      listed("missing", missing), listed("of another shape", misshapen), listed("unexpected", unexpected),
    ].filter((complaint) => complaint !== undefined);
    if (complaints.length > 0) {
      throw new ModelFormatError(`${this.#who}: takes the parameters of its layers, got ${complaints.join("; ")}`);
    }
  }
}

const INPUT = "input";

function asTensor(weight: StoredTensor | Tensor): Tensor {
  return weight instanceof Tensor ? weight : weight.weight();
}

function listed(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.length > 6 ? [...names.slice(0, 6), `… ${names.length - 6} more`] : names;
  return `${what}: ${shown.join(", ")}`;
}
