/** Methods that are one backward pass: the gradient, and what changes it at rectifiers or sums. */
import { optionsOf } from "@relprop/tensor";
import type { LayerKind, Model } from "@relprop/layers";
import type { Analyzer } from "./analyzer.ts";
import { LRP } from "../lrp.ts";
import type { Rule } from "../rules/rule.ts";
import { norm, zPlus } from "../rules/rules.ts";
import { betaSmooth, deconvolution, gradient, guided } from "../rules/structural-rules.ts";
import { checkGivenModel } from "../prepare/given-model.ts";

/** An analyzer whose backward pass uses the rule that `choose` gives each layer; models need not suit LRP. */
function backward(who: string, model: Model, choose: (layer: LayerKind) => Rule): LRP {
  checkGivenModel(who, model);
  return new LRP(model, model.carriers.map(({ layer }) => choose(layer)), { skipChecks: true });
}

/** Whether a rectifier acts here, as a layer of its own or fused into another. */
function rectifies(layer: LayerKind): boolean {
  const { activation } = layer as { readonly activation?: { readonly name: string } };
  return activation?.name === "relu";
}

/** The gradient of the chosen output, `R_j = ∂y/∂x_j` (Simonyan et al. 2014). */
export function inputGradient(model: Model): Analyzer {
  return backward("inputGradient", model, () => gradient());
}

/** The gradient with only positive signals passing rectifiers, whatever their input was (Zeiler & Fergus 2014). */
export function deconvNet(model: Model): Analyzer {
  return backward("deconvNet", model, (layer) => (rectifies(layer) ? deconvolution() : gradient()));
}

/** The gradient with only positive signals passing rectifiers that were active (Springenberg et al. 2015). */
export function guidedBackprop(model: Model): Analyzer {
  return backward("guidedBackprop", model, (layer) => (rectifies(layer) ? guided() : gradient()));
}

/** The gradient of the network whose rectifiers are softplus functions of sharpness β (Dombrowski et al. 2019). */
export function betaSmoothGradient(model: Model, options: { readonly beta?: number } = {}): Analyzer {
  const { beta = 10 } = optionsOf("betaSmoothGradient", options);
  return backward("betaSmoothGradient", model, (layer) => (rectifies(layer) ? betaSmooth(beta) : gradient()));
}

/** z⁺ at linear layers, `a ⊙ Jᵀ(R / y)` at sums and means, the gradient elsewhere (Zhang et al. 2018). */
export function excitationBackprop(model: Model): Analyzer {
  const [excitation, share] = [zPlus({ stabilizer: 1e-6 }), norm()];
  return backward("excitationBackprop", model, ({ role }) =>
    role === "linear" ? excitation : role === "sum" || role === "average" ? share : gradient(),
  );
}
