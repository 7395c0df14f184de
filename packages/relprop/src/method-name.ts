/** Other methods than relevance propagation by name, to compare it with. */
import type { Model } from "@relprop/layers";
import {
  deconvNet, excitationBackprop, guidedBackprop, inputGradient, inputXGradient, integratedGradients, occlusion,
  smoothGrad, type Analyzer,
} from "@relprop/lrp";
import { didYouMean } from "./did-you-mean.ts";

const METHODS: Readonly<Record<string, (model: Model) => Analyzer>> = {
  "gradient": inputGradient,
  "input-x-gradient": inputXGradient,
  "integrated-gradients": integratedGradients,
  "smooth-grad": smoothGrad,
  "guided-backprop": guidedBackprop,
  "deconv-net": deconvNet,
  "excitation-backprop": excitationBackprop,
  "occlusion": occlusion,
};

/** The names of methods besides LRP. */
export const methodNames: readonly string[] = Object.keys(METHODS);

/** The method of a name for a model; throws a `RangeError` for a name that there is not. */
export function methodNamed(name: string, model: Model): Analyzer {
  if (Object.hasOwn(METHODS, name)) return METHODS[name]!(model);
  const names = ["lrp", ...methodNames];
  throw new RangeError(`method: takes ${names.join(", ")}, got "${name}"${didYouMean(name, names)}`);
}
