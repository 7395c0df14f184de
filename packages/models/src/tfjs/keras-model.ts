/** Sequential and functional models, walked through layer by layer, models within models included. */
import { STEP } from "@relprop/layers";
import { ShapeError } from "@relprop/tensor";
import { shown, type Json } from "../json.ts";
import { ModelFormatError } from "../model-format-error.ts";
import type { Binding } from "../onnx/bindings.ts";
import { boundTo } from "./bound-input.ts";
import { KERAS_LAYERS } from "./keras-layers.ts";
import { LayerCall } from "./layer-call.ts";
import { Settings } from "./settings.ts";
import { KEEP_MASKS, USE_MASKS } from "./layers/masks.ts";
import type { Stream, Streams } from "./streams.ts";
import { innerLayer, merged, parted } from "./time-distributed.ts";
import type { KerasWeights } from "./weights-manifest.ts";

/** Models by class name. */
const MODELS = new Set(["Sequential", "Model", "Functional"]);

/** Extents of inputs by name, `undefined` where free. */
export type OpenShapes = Readonly<Record<string, readonly (number | undefined)[]>>;

/** What may be said of a model's inputs. */
export interface KerasModelOptions {
  readonly shapes?: OpenShapes;
  readonly bind?: Readonly<Record<string, Binding>>;
}

/** A walk through a model's description; nodes go to `streams`. */
export class KerasModel {
  readonly #streams: Streams;
  readonly #weights: KerasWeights;
  readonly #shapes: OpenShapes;
  readonly #bind: Readonly<Record<string, Binding>>;
  /** The names of inputs so far. */
  readonly #met: string[] = [];

  constructor(streams: Streams, weights: KerasWeights, { shapes = {}, bind = {} }: KerasModelOptions) {
    this.#streams = streams;
    this.#weights = weights;
    this.#shapes = shapes;
    this.#bind = bind;
  }

  /** The outputs of a model; its inputs are `given`, or become inputs of the whole. Names begin with `prefix`. */
  run(model: Settings, given: readonly Stream[] | undefined, prefix: string): readonly Stream[] {
    const className = model.text("class_name") ?? "";
    if (!MODELS.has(className)) throw new RangeError(`takes models ${[...MODELS].join(", ")}, got ${className}`);
    this.#streams.positions.take(STEP);
    if (className === "Sequential") return [this.#sequential(model, given, prefix)];
    return this.#functional(model, given, prefix);
  }

  /** Throws a `RangeError` for shapes or bindings of inputs that there are not. */
  checkNames(): void {
    const given = [...Object.keys(this.#shapes), ...Object.keys(this.#bind)];
    const unknown = given.find((name) => !this.#met.includes(name));
    if (unknown === undefined) return;
    const listed = this.#met.map((name) => `"${name}"`).join(", ");
    throw new RangeError(`takes shapes and bindings of inputs ${listed}, got one of "${unknown}"`);
  }

  #sequential(model: Settings, given: readonly Stream[] | undefined, prefix: string): Stream {
    const config = model.any("config");
    // Early versions wrote the layers themselves.
    const listed = Array.isArray(config) ? (config as readonly Json[]) : model.settings("config").list("layers");
    let stream = given?.[0];
    this.#streams.positions.take(STEP * (listed?.length ?? 0));
    for (const json of listed ?? []) {
      const layer = new Settings(json, "a layer");
      if (layer.text("class_name") === "InputLayer") stream ??= this.#input(layer.settings("config"), prefix);
      else if (stream === undefined && MODELS.has(layer.text("class_name") ?? "")) {
        // Its own input is that of the whole.
        stream = this.run(layer, undefined, `${prefix}${nameOf(layer)}.`)[0];
      } else {
        stream ??= this.#input(layer.settings("config"), prefix, "_input");
        stream = this.#call(layer, [stream], prefix)[0]!;
      }
    }
    if (stream === undefined) throw new RangeError("takes at least one layer, got none");
    return stream;
  }

  #functional(model: Settings, given: readonly Stream[] | undefined, prefix: string): readonly Stream[] {
    const config = model.settings("config");
    this.#streams.positions.take(STEP * (config.list("layers")?.length ?? 0));
    const layers = new Map((config.list("layers") ?? []).map((json): [string, Settings] => {
      const layer = new Settings(json, "a layer");
      return [layer.text("name") ?? layer.settings("config").text("name") ?? "", layer];
    }));
    const inputs = references(config.any("input_layers"));
    const calls = new Map<string, Call>();
    for (const [name, layer] of layers) {
      inboundCalls(layer.list("inbound_nodes") ?? []).forEach(
        (reads, i) => {
          this.#streams.positions.take(STEP + reads.length);
          calls.set(`${name}/${i}`, { name, layer, reads });
        },
      );
    }
    const values = new Map<string, readonly Stream[]>();
    // Those that are bound are repeated for every sample of one that is not, so they come last.
    const isBound = (layer: string): boolean => Object.hasOwn(this.#bind, prefix + layer);
    const order = inputs.map((_, i) => i).sort((i, k) =>
      Number(isBound(inputs[i]!.layer)) - Number(isBound(inputs[k]!.layer)));
    order.forEach((i) => {
      const { layer } = inputs[i]!;
      const described = layers.get(layer);
      if (described === undefined) throw new RangeError(`takes input layers among its layers, got "${layer}"`);
      values.set(`${layer}/0`, [given?.[i] ?? this.#input(described.settings("config"), prefix)]);
    });
    return references(config.any("output_layers")).map((reference) => this.#value(reference, values, calls, prefix));
  }

  /** The stream a reference means, and everything it depends on, by a stack rather than by recursion. */
  #value(
    wanted: Reference, values: Map<string, readonly Stream[]>, calls: ReadonlyMap<string, Call>, prefix: string,
  ): Stream {
    const stack = [wanted];
    const open = new Set<string>();
    for (let reference = stack.at(-1); reference !== undefined; reference = stack.at(-1)) {
      const key = keyOf(reference, values, calls);
      const call = calls.get(key);
      if (values.has(key)) stack.pop();
      else if (call === undefined) throw new RangeError(`takes references to its layers, got "${reference.layer}"`);
      else {
        const missing = call.reads.filter((read) => !values.has(keyOf(read, values, calls)));
        if (missing.length === 0) {
          values.set(key, this.#call(call.layer, call.reads.map((read) => streamOf(read, values, calls)), prefix));
        } else if (open.has(key)) throw new RangeError(`takes graphs without cycles, got one through "${call.name}"`);
        else {
          open.add(key);
          for (const read of missing.toReversed()) stack.push(read);
        }
      }
    }
    return streamOf(wanted, values, calls);
  }

  #input(config: Settings, prefix: string, suffix = ""): Stream {
    const name = `${prefix}${config.text("name") ?? "input"}${suffix}`;
    const stated = config.list("batch_input_shape") ?? config.list("batch_shape");
    this.#met.push(name);
    const given = Object.hasOwn(this.#shapes, name) ? this.#shapes[name] : undefined;
    if (stated === undefined && given === undefined) {
      throw new RangeError(`takes an input shape for "${name}", got none: give it with the option shapes`);
    }
    const bound = Object.hasOwn(this.#bind, name) ? this.#bind[name] : undefined;
    if (bound !== undefined) return this.#streams.constant(name, boundTo(name, bound, stated ?? []));
    const shape = (stated ?? given ?? []).map((extent, axis) => {
      const known = given?.[axis] ?? extent ?? undefined;
      if (known !== undefined && !(Number.isInteger(known) && (known as number) >= 1 && (known as number) <= 2 ** 24)) {
        throw new RangeError(`takes an input shape of whole numbers, got ${shown(extent)} for "${name}"`);
      }
      return known as number | undefined;
    });
    return this.#streams.input(name, shape);
  }

  /** A layer or a model for each step of a sequence. */
  #perStep(config: Settings, name: string, inputs: readonly Stream[], prefix: string): readonly Stream[] {
    const [sequence] = inputs;
    if (sequence === undefined || inputs.length > 1) throw new RangeError(`takes 1 sequence, got ${inputs.length}`);
    if (sequence.mask !== undefined) throw new RangeError("takes no mask, got one of a layer before it");
    const steps = merged(this.#streams, name, sequence);
    const made = this.#call(innerLayer(config, this.#weights), [steps], `${prefix}${name}.`);
    return made.map((output) => parted(this.#streams, name, output, sequence));
  }

  /** One use of a layer. What goes wrong is told with the layer's name. */
  #call(layer: Settings, inputs: readonly Stream[], prefix: string): readonly Stream[] {
    const className = layer.text("class_name") ?? "";
    if (MODELS.has(className)) return this.run(layer, inputs, `${prefix}${nameOf(layer)}.`);
    const config = layer.settings("config");
    const name = `${prefix}${config.text("name") ?? className}`;
    if (className === "TimeDistributed") return this.#perStep(config, name, inputs, prefix);
    const lower = KERAS_LAYERS.get(className);
    if (lower === undefined) {
      const takes = [...KERAS_LAYERS.keys()].sort().join(", ");
      throw new ModelFormatError(`loadTfjs: layer "${name}" is of class ${className}, supported are ${takes}`);
    }
    try {
      const output = lower(new LayerCall(name, config, inputs, this.#streams, this.#weights));
      return [masked(className, inputs, output)];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const options = error instanceof ShapeError ? { cause: error } : undefined;
      throw new ModelFormatError(`loadTfjs: layer "${name}" (${className}): ${error.message}`, undefined, options);
    }
  }
}

/** The output of a layer with the mask of its input, where it keeps one; others read masks, or refuse them. */
function masked(className: string, inputs: readonly Stream[], output: Stream): Stream {
  const mask = inputs.find((input) => input.mask !== undefined)?.mask;
  if (mask === undefined || USE_MASKS.has(className)) return output;
  if (KEEP_MASKS.has(className)) return { ...output, mask };
  throw new RangeError("takes no mask, got one of a layer before it (mask_zero, Masking)");
}

/** The name of a layer or a model; early versions gave models in a list none. */
function nameOf(layer: Settings): string {
  const config = layer.any("config");
  const name = Array.isArray(config) ? undefined : layer.settings("config").text("name");
  return name ?? layer.text("name") ?? layer.text("class_name") ?? "";
}

interface Call {
  readonly name: string;
  readonly layer: Settings;
  readonly reads: readonly Reference[];
}

interface Reference {
  readonly layer: string;
  /** Which use of the layer. */
  readonly node: number;
  /** Which of its outputs. */
  readonly output: number;
}

function keyOf(
  { layer, node }: Reference, values: ReadonlyMap<string, unknown>, calls: ReadonlyMap<string, unknown>,
): string {
  const exact = `${layer}/${node}`;
  if (values.has(exact) || calls.has(exact)) return exact;
  // A nested model counts the time it was built as its first use.
  return `${layer}/${node - 1}`;
}

function streamOf(
  reference: Reference, values: ReadonlyMap<string, readonly Stream[]>, calls: ReadonlyMap<string, unknown>,
): Stream {
  const stream = values.get(keyOf(reference, values, calls))?.[reference.output];
  if (stream === undefined) {
    throw new RangeError(`takes outputs that exist, got ${reference.output} of "${reference.layer}"`);
  }
  return stream;
}

/** `[["name", node, output], …]`, or one of them. */
function references(json: Json | undefined): readonly Reference[] {
  if (!Array.isArray(json)) throw new RangeError("takes lists of input and output layers, got something else");
  return (typeof json[0] === "string" ? [json] : json).map(reference);
}

function reference(json: Json): Reference {
  const [layer, node, output] = Array.isArray(json) ? (json as readonly Json[]) : [];
  if (typeof layer !== "string" || typeof node !== "number" || typeof output !== "number") {
    throw new RangeError("takes references of a name and two numbers, got something else");
  }
  return { layer, node, output };
}

/** The references of every use of a layer: `[[["name", 0, 0, {}], …], …]`, or as Keras 3 writes them. */
function inboundCalls(nodes: readonly Json[]): readonly (readonly Reference[])[] {
  return nodes.map((node) => {
    if (Array.isArray(node)) return (node as readonly Json[]).map(reference);
    const found: Reference[] = [];
    collectHistories(new Settings(node, "an inbound node").any("args"), found);
    return found;
  });
}

/** Keras 3 hides references in arguments: `{ …, config: { keras_history: ["name", node, output] } }`. */
function collectHistories(json: Json | undefined, into: Reference[]): void {
  if (Array.isArray(json)) for (const item of json as readonly Json[]) collectHistories(item, into);
  else if (json instanceof Map) {
    const history = (json as ReadonlyMap<string, Json>).get("config");
    if (history instanceof Map && history.has("keras_history")) into.push(
      reference((history as ReadonlyMap<string, Json>).get("keras_history")!),
    );
  }
}
