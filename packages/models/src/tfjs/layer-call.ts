/** One use of a Keras layer, as the functions that lower layers see it. */
import type { Layer, Operator } from "@relprop/layers";
import { dims, type Shape, type Tensor } from "@relprop/tensor";
import type { Settings } from "./settings.ts";
import type { Stream, Streams } from "./streams.ts";
import type { KerasWeights } from "./weights-manifest.ts";

/** What a layer becomes: its output. Throws a `RangeError` for what it does not take. */
export type KerasLayer = (call: LayerCall) => Stream;

/** A layer's settings, weights and inputs, and the means to say what it becomes. */
export class LayerCall {
  /** What its nodes are called. */
  readonly name: string;
  readonly config: Settings;
  readonly inputs: readonly Stream[];
  readonly #streams: Streams;
  readonly #weights: KerasWeights;

  constructor(name: string, config: Settings, inputs: readonly Stream[], streams: Streams, weights: KerasWeights) {
    this.name = name;
    this.config = config;
    this.inputs = inputs;
    this.#streams = streams;
    this.#weights = weights;
  }

  /** The only input. */
  get input(): Stream {
    const [input, ...others] = this.inputs;
    if (input === undefined || others.length > 0) throw new RangeError(`takes 1 input, got ${this.inputs.length}`);
    return input;
  }

  /** Whether the user has channels behind the batch already. */
  get userHasChannelsFirst(): boolean {
    return this.config.text("data_format") === "channels_first";
  }

  /** The only input, channels behind the batch. */
  get channelsFirst(): Stream {
    return this.userHasChannelsFirst ? this.asGiven(this.input) : this.#streams.withChannelsFirst(this.input);
  }

  /** A stream with channels behind the batch. */
  turned(stream: Stream): Stream {
    return this.#streams.withChannelsFirst(stream);
  }

  /** A stream as the user has it. */
  asGiven(stream: Stream): Stream {
    return this.#streams.asGiven(stream);
  }

  /** All inputs in one layout: channels first if all are, else as the user has them. */
  alike(): readonly Stream[] {
    const rank = this.inputs[0]?.shape.length;
    const isFirst = this.inputs.every((input) => input.channelsFirst && input.shape.length === rank);
    return isFirst ? this.inputs : this.inputs.map((input) => this.asGiven(input));
  }

  /** Counts positions that a layer writes down. */
  take(count: number): void {
    this.#streams.positions.take(count);
  }

  /** A node; `suffix` tells it from the layer's other nodes. */
  emit(layer: Layer, inputs: readonly Stream[] = [this.input], suffix = ""): Stream {
    return this.#streams.emit(this.name + suffix, layer, inputs);
  }

  /** A node that is decided per shape, or when it runs. */
  decide(
    operator: Operator, inputs: readonly Stream[], shape: Shape,
    { suffix = "", inert = false }: { readonly suffix?: string; readonly inert?: boolean } = {},
  ): Stream {
    return this.#streams.decide(this.name + suffix, operator, inputs, shape, inert);
  }

  /** A parameter with this many dimensions; throws if the file has none. */
  weight<Rank extends number>(parameter: string, rank: Rank): Tensor {
    const tensor = this.maybeWeight(parameter);
    if (tensor === undefined) throw new RangeError(`takes a weight ${parameter}, got none`);
    dims(`weight ${parameter}`, tensor.shape, rank);
    return tensor;
  }

  /** A parameter, if the file has it. */
  maybeWeight(parameter: string): Tensor | undefined {
    const layer = this.config.text("name") ?? "";
    return this.#weights.find(layer, parameter);
  }

  /** A parameter of a cell within the layer, on a path with a part for which `belongs` holds. */
  weightWithin(belongs: (segment: string) => boolean, parameter: string): Tensor | undefined {
    return this.#weights.within(this.config.text("name") ?? "", belongs, parameter);
  }

  /** The bias, unless the layer says it has none. */
  bias(): Tensor | undefined {
    return this.config.flag("use_bias") === false ? undefined : this.weight("bias", 1);
  }
}
