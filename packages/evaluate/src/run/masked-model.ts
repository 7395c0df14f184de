/** What a network says of a sample of which some units are hidden. */
import type { Model } from "@relprop/layers";
import { samplesAtOnce, type Target } from "@relprop/lrp";
import {
  batched, checkKind, empty, Integers, optionsOf, sharedArena, sizeOf, Tensor, type IntegerData, type Layout,
  type Shape,
  type Value,
} from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { constant, mean } from "../impute/fills.ts";
import type { Imputer } from "../impute/imputer.ts";
import { usualUnits } from "../units/features.ts";
import type { UnitChoice, Units } from "../units/units.ts";
import { HiddenInput } from "./hidden-input.ts";
import { readerFor, type Outcome, type Reader, type ReaderOptions } from "./outcome.ts";
import { inputsOf, type Sample } from "./sample.ts";

/** What is hidden, by what, and what is read. */
export interface MaskingOptions extends ReaderOptions {
  /** Tokens of ids, features of a row, patches of anything larger, unless given. */
  readonly units?: UnitChoice;
  /** What stands where something is hidden: the channel's mean, in rows 0; token ids need `constant(id)`. */
  readonly imputer?: Imputer;
  /** Where channels stand; what the model says unless given. */
  readonly layout?: Layout;
  /** Inputs in one forward pass; by default as many as have their values in 100 MB. Results do not depend on it. */
  readonly batch?: number;
  /** The same seed gives the same random numbers, everywhere; 1 by default. */
  readonly seed?: number;
}

/** A model and a sample of which units can be hidden; the class is chosen once, where nothing is. */
export class MaskedModel {
  readonly sample: Sample;
  readonly units: Units;
  /** The name of what hides. */
  readonly imputer: string;
  /** What the network says where nothing is hidden. */
  readonly whole: Outcome;
  /** Where the channels of the input stand; `undefined` where that is not known. */
  readonly layout: Layout | undefined;
  /** The scores of all classes where nothing is hidden; `undefined` where the target is no class among others. */
  readonly classScores: Float32Array | undefined;
  readonly #model: Model;
  readonly #reader: Reader;
  readonly #hidden: HiddenInput;
  readonly #together: number;

  constructor(who: string, model: Model, sample: Sample, options: MaskingOptions = {}) {
    optionsOf("MaskedModel", options);
    const { units = usualUnits, layout = model.layout(model.inputs[0]?.name ?? ""), seed = 1 } = options;
    checkKind(who, "units such as patches(2)", units, typeof units === "function");
    checkKind(who, "a number as seed", seed, Number.isFinite(seed));
    const given = Object(sample) as Partial<Sample>;
    checkKind(who, "samples { id, input }", sample, typeof given.input === "object" && given.input !== null);
    const inputs = inputsOf(sample);
    const [hidden] = inputs as [Value];
    if (hidden.shape[0] !== 1) {
      throw new RangeError(`${who}: takes one sample, [1, …], got [${hidden.shape.join(", ")}]`);
    }
    this.sample = sample;
    this.layout = layout;
    this.units = units(hidden, layout);
    const { name, prepare } = options.imputer ?? usualImputer(who, hidden);
    checkKind(who, "an imputer such as mean()", options.imputer, typeof prepare === "function");
    this.imputer = name;
    const imputation = prepare(asFloats(hidden), layout, () => randomFor(seed, sample.id, name));
    this.#hidden = new HiddenInput(hidden, this.units, imputation);
    this.#model = model;
    this.#together = samplesAtOnce(who, model, inputs, options.batch);
    const outputs = model.forward(...inputs);
    this.#reader = readerFor(who, model, outputs, sample.target, options);
    const output = outputs[this.#reader.output]!;
    this.whole = this.#reader.read(output);
    this.classScores = typeof this.target === "number" && output.shape.length === 2 ? output.data : undefined;
  }

  /** The input that is hidden. */
  get firstInput(): Value {
    return inputsOf(this.sample)[0]!;
  }

  /** What to tell an explainer that it should explain. */
  get target(): Target {
    return this.#reader.target;
  }

  /** What the network says with the units hidden that a mask marks with 1, for each of `count` masks. */
  outcomes(count: number, mask: (k: number) => Uint8Array): readonly Outcome[] {
    const found: Outcome[] = [];
    for (let from = 0; from < count; from += this.#together) {
      const masks = Array.from({ length: Math.min(this.#together, count - from) }, (_, i) => mask(from + i));
      sharedArena().run(() => {
        const output = this.#forward(this.#hide(masks), masks.length);
        masks.forEach((_, i) => found.push(this.#reader.read(masks.length === 1 ? output : output.rows(i, i + 1))));
      });
    }
    return found;
  }

  /** What the network says of these inputs instead of the sample's first, of the same class. */
  outcomesOf(inputs: readonly Value[]): readonly Outcome[] {
    return inputs.map((input) => sharedArena().run(() => this.#reader.read(this.#forward(input, 1))));
  }

  /** The sample's first input with the units hidden that a mask marks with 1. */
  input(mask: Uint8Array): Value {
    return this.#hide([mask]);
  }

  /** One input for each mask, one behind another; in the memory of an arena where one runs. */
  #hide(masks: readonly Uint8Array[]): Value {
    const { shape: [, ...rest], size } = this.firstInput;
    const value = blank(this.firstInput, [masks.length, ...rest]);
    masks.forEach((mask, i) => this.#hidden.write(mask, value.data, i * size));
    return value;
  }

  #forward(first: Value, count: number): Tensor {
    const [, ...others] = inputsOf(this.sample);
    const repeated = others.map((other) => (count === 1 ? other : batched(new Array<Value>(count).fill(other))));
    return this.#model.forward(first, ...repeated)[this.#reader.output]!;
  }
}

/** A value of the kind of this one, to be written. */
function blank(like: Value, shape: Shape): Value {
  if (like instanceof Tensor) return empty(shape);
  const Data = like.data.constructor as new (length: number) => IntegerData;
  return new Integers(shape, new Data(sizeOf(shape)), like.type);
}

function usualImputer(who: string, input: Value): Imputer {
  if (input instanceof Tensor) return input.shape.length < 3 ? constant(0) : mean();
  if (input.shape.length > 2) return mean();
  throw new RangeError(`${who}: takes an imputer for token ids, got none: constant(the id of the mask token)`);
}

function asFloats(input: Value): Tensor {
  return input instanceof Tensor ? input : new Tensor(input.shape, Float32Array.from(input.data));
}
