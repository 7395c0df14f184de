/** The methods of zennit that are no layer-wise composites: those that go by the gradient. */
import {
  betaSmoothGradient, deconvNet, excitationBackprop, guidedBackprop, inputGradient, inputXGradient,
  integratedGradients, LRP, type Analyzer,
} from "@relprop/lrp";
import type { Words } from "../words.ts";
import { zennitComposite, type Setting } from "./composites.ts";

const methods: Readonly<Record<string, (words: Words, setting: Setting) => Analyzer | undefined>> = {
  Gradient: (_, { model }) => inputGradient(model),
  InputXGradient: (_, { model }) => inputXGradient(model),
  // Its sum is of the gradients at the ends of the steps.
  IntegratedGradients: (words, { model }) =>
    integratedGradients(model, { steps: words.number("n_iter", 20), quadrature: "right" }),
  GuidedBackprop: (_, { model }) => guidedBackprop(model),
  DeconvNet: (_, { model }) => deconvNet(model),
  BetaSmooth: (words, { model }) => betaSmoothGradient(model, { beta: words.number("beta_smooth", 10) }),
  // With options, or sums that are no modules, it is a composite.
  ExcitationBackprop: (words, { model, sums }) => {
    const asPublished = words.keys.length === 0 && (sums || model.nodes.every(({ layer }) => layer.role !== "sum"));
    return asPublished ? excitationBackprop(model) : undefined;
  },
};

/** What zennit's method or composite of this name is here. */
export function zennitAnalyzer(name: string, words: Words, setting: Setting): Analyzer {
  const method = Object.hasOwn(methods, name) ? methods[name]!(words, setting) : undefined;
  return method ?? new LRP(setting.model, zennitComposite(name, words, setting), { skipChecks: true });
}
