/** What a network says of a sample of which some units are hidden. */
import type { Model } from "@relprop/layers";
import { samplesAtOnce, type Target } from "@relprop/lrp";
import { batched, Integers, sharedArena, Tensor, type IntegerData, type Layout, type Value } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { constant, mean } from "../impute/fills.ts";
import type { Imputation, Imputer } from "../impute/imputer.ts";
import { usualUnits } from "../units/features.ts";
import type { UnitChoice, Units } from "../units/units.ts";
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
  /** Inputs in one forward pass; by default as many as have their values in 64 MB. Results do not depend on it. */
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
  readonly #impute: Imputation;
  readonly #together: number;

  constructor(who: string, model: Model, sample: Sample, options: MaskingOptions = {}) {
    const { units = usualUnits, layout = model.layout(model.inputs[0]?.name ?? ""), seed = 1 } = options;
    const inputs = inputsOf(sample);
    const [hidden] = inputs as [Value];
    if (hidden.shape[0] !== 1) {
      throw new RangeError(`${who}: takes one sample, [1, …], got [${hidden.shape.join(", ")}]`);
    }
    this.sample = sample;
    this.layout = layout;
    this.units = units(hidden, layout);
    const { name, prepare } = options.imputer ?? usualImputer(who, hidden);
    this.imputer = name;
    this.#impute = prepare(asFloats(hidden), layout, () => randomFor(seed, sample.id, name));
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
      const some = Array.from({ length: Math.min(this.#together, count - from) }, (_, i) => this.input(mask(from + i)));
      sharedArena().run(() => {
        const output = this.#forward(some);
        some.forEach((_, i) => found.push(this.#reader.read(some.length === 1 ? output : output.rows(i, i + 1))));
      });
    }
    return found;
  }

  /** What the network says of these inputs instead of the sample's first, of the same class. */
  outcomesOf(inputs: readonly Value[]): readonly Outcome[] {
    return inputs.map((input) => sharedArena().run(() => this.#reader.read(this.#forward([input]))));
  }

  /** The sample's first input with the units hidden that a mask marks with 1. */
  input(mask: Uint8Array): Value {
    const [whole] = inputsOf(this.sample) as [Value];
    const { of } = this.units;
    const data = whole.data.slice();
    // Plain loops over what may be a photo: calls for each element took as long as half a forward pass.
    if (typeof this.#impute !== "function") put(this.#impute, of, mask, data);
    else {
      const hidden = new Uint8Array(of.length);
      for (let i = 0; i < of.length; i++) hidden[i] = of[i]! < 0 ? 0 : mask[of[i]!]!;
      put(this.#impute(hidden), of, mask, data);
    }
    return data instanceof Float32Array
      ? new Tensor(whole.shape, data)
      : new Integers(whole.shape, data as IntegerData, (whole as Integers).type);
  }

  #forward(some: readonly Value[]): Tensor {
    const [, ...others] = inputsOf(this.sample);
    const repeated = others.map((other) => (some.length === 1 ? other : batched(some.map(() => other))));
    return this.#model.forward(some.length === 1 ? some[0]! : batched(some), ...repeated)[this.#reader.output]!;
  }
}

/** Puts values where units are hidden. */
function put(values: ArrayLike<number>, of: Int32Array, mask: Uint8Array, data: Float32Array | IntegerData): void {
  for (let i = 0; i < of.length; i++) if (of[i]! >= 0 && mask[of[i]!] === 1) data[i] = values[i]!;
}

function usualImputer(who: string, input: Value): Imputer {
  if (input instanceof Tensor) return input.shape.length < 3 ? constant(0) : mean();
  if (input.shape.length > 2) return mean();
  throw new RangeError(`${who}: takes an imputer for token ids, got none: constant(the id of the mask token)`);
}

function asFloats(input: Value): Tensor {
  return input instanceof Tensor ? input : new Tensor(input.shape, Float32Array.from(input.data));
}
