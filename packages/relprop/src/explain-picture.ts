/** The way from a picture to an explanation, for programs that are to be small. */
import { optionsOf } from "@relprop/tensor";
import type { Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import {
  checkGivenModel, epsilonPlus, epsilonPlusFlat, LRP, prepare, type AnalyzeOptions, type Composite, type Explanation,
} from "@relprop/lrp";
import { defaultComposite } from "./default-composite.ts";
import { fittedPicture, type FitOptions } from "./fit-picture.ts";

/** What `explainPicture` may be given besides a model and a picture. */
export interface ExplainPictureOptions extends AnalyzeOptions {
  /** A composite; by default what `explain` takes for convolutional and dense networks. */
  readonly composite?: Composite;
  /** Sizes, means and deviations, such as `imagenet`; pictures as they are, with values from 0 to 1, unless given. */
  readonly preprocess?: FitOptions;
}

/**
 * What `explain` does with a model that was read and a picture's pixels, such as an `ImageData`, without what it brings
 * along for files, names and other kinds of inputs. Without kernels too: `useSimd()` makes it several times as fast.
 */
export function explainPicture(model: Model, picture: Image, options: ExplainPictureOptions = {}): Explanation {
  optionsOf("explainPicture", options);
  checkGivenModel("explainPicture", model);
  const { composite, preprocess = {}, ...analysis } = options;
  const prepared = prepare(model);
  const { value, layout } = fittedPicture("explainPicture", prepared, picture, preprocess);
  const explanation = new LRP(prepared, composite ?? suited(prepared)).analyze(value, analysis);
  if (explanation.layout !== undefined) return explanation;
  return Object.defineProperty(explanation, "layout", { value: layout, enumerable: true });
}

/** The composite that suits a network, where it needs no other rules. */
function suited(model: Model): Composite {
  const name = defaultComposite(model);
  if (name === "epsilon-plus-flat") return epsilonPlusFlat();
  if (name === "epsilon-plus") return epsilonPlus();
  throw new RangeError(`explainPicture: takes a composite for networks with attention or states, such as ${name}`);
}
