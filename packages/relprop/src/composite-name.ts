/** Composites by name, and the one that suits a network of which nothing else was said. */
import { checkKind, optionsOf } from "@relprop/tensor";
import type { Model } from "@relprop/layers";
import {
  epsilonAlpha2Beta1, epsilonAlpha2Beta1Flat, epsilonGammaBox, epsilonPlus, epsilonPlusFlat, everywhere, presets, zero,
  type BiasMode, type Composite, type GammaBoxOptions,
} from "@relprop/lrp";
import { defaultComposite } from "./default-composite.ts";
import { didYouMean } from "./did-you-mean.ts";

/** What named composites may be given; what a composite has no use for, it refuses. */
export interface NamedCompositeOptions {
  /** What happens to the share of biases; `"absorbed"` by default. */
  readonly bias?: BiasMode | undefined;
  /** The least and the largest value of an input, per channel if they differ: the box of `epsilon-gamma-box`. */
  readonly box?: readonly [low: number | readonly number[], high: number | readonly number[]] | undefined;
  /** Whether sums and means (residual branches, pools) get the rule of convolutions instead of LRP-0. */
  readonly sums?: boolean | undefined;
}

type Made = (options: Pick<GammaBoxOptions, "bias" | "low" | "high" | "sums">) => Composite;

const LAYERED: Readonly<Record<string, Made>> = {
  "epsilon-plus": epsilonPlus,
  "epsilon-plus-flat": epsilonPlusFlat,
  "epsilon-alpha2-beta1": epsilonAlpha2Beta1,
  "epsilon-alpha2-beta1-flat": epsilonAlpha2Beta1Flat,
  "epsilon-gamma-box": epsilonGammaBox,
  "lrp-0": ({ bias }) => (bias === undefined ? [] : [{ ...everywhere(zero({ bias })), optional: true }]),
};

/** Whether a composite has an option for biases: those of convolutions and dense layers do. */
export function takesBias(name: string): boolean {
  return Object.hasOwn(LAYERED, name);
}

/** Whether a composite can treat sums as convolutions: those that have a rule for these do. */
export function takesSums(name: string): boolean {
  return takesBias(name) && name !== "lrp-0";
}

/** The names of composites: for convolutions and dense layers first, then for recurrent networks and transformers. */
export const compositeNames: readonly string[] = [
  ...new Set([...Object.keys(LAYERED), ...Object.keys(presets)]),
];

/** The composite of a name; throws a `RangeError` for what has no composite, or no use for an option. */
export function compositeNamed(name: string, options: NamedCompositeOptions = {}): Composite {
  const { bias, box, sums } = optionsOf("compositeNamed", options);
  if (sums !== undefined && !takesSums(name)) {
    throw new RangeError(`composite: takes sums for presets that have a rule for convolutions, got ${name}`);
  }
  if (Object.hasOwn(LAYERED, name)) {
    if (box !== undefined && name !== BOXED) throw new RangeError(`composite: takes a box for ${BOXED}, got ${name}`);
    checkKind("box", "[low, high] of finite numbers or lists of them", box, box === undefined || isBox(box));
    const bounds = box === undefined ? {} : { low: box[0], high: box[1] };
    return LAYERED[name]!({ ...bounds, ...(bias !== undefined && { bias }), ...(sums !== undefined && { sums }) });
  }
  if (!Object.hasOwn(presets, name)) {
    const hint = didYouMean(String(name), compositeNames);
    throw new RangeError(`composite: takes ${compositeNames.join(", ")}, got "${name}"${hint}`);
  }
  if (bias !== undefined || box !== undefined) {
    throw new RangeError(`composite: takes ${bias === undefined ? "a box" : "a bias"} for other presets, got ${name}`);
  }
  return presets[name]!();
}

function isBox(box: unknown): boolean {
  const isBound = (bound: unknown): boolean => [bound].flat().every(Number.isFinite);
  return Array.isArray(box) && box.length === 2 && box.every(isBound);
}

/** The preset that asks for the range of inputs. */
export const BOXED = "epsilon-gamma-box";

/** A composite however it was given: by name, or made; by default what suits the network. */
export function chosenComposite(
  given: Composite | string | undefined, model: Model, options: NamedCompositeOptions = {},
): Composite {
  if (given === undefined || typeof given === "string") {
    return compositeNamed(given ?? defaultComposite(model), options);
  }
  if (options.bias !== undefined || options.box !== undefined || options.sums !== undefined) {
    throw new RangeError("composite: takes options with the name of a composite, got them beside one that is made");
  }
  return given;
}
