/** The composite that suits a network of which nothing else was said. */
import type { Gating, LayerKind, Model } from "@relprop/layers";
import { assign, checkGivenModel, epsilonPlusFlat } from "@relprop/lrp";

/**
 * The name of the composite that suits a network: `recurrent` for recurrent ones, `attn-lrp-vision` for transformers
 * of pictures and `attn-lrp` for others, `epsilon-plus` where a dense layer would be the first to get the flat rule,
 * which gives all its features the same, and else `epsilon-plus-flat`.
 */
export function defaultComposite(model: Model): string {
  checkGivenModel("defaultComposite", model);
  if (model.nodes.some(({ layer }) => layer.role === "recurrent")) return "recurrent";
  if (model.nodes.some(({ layer }) => attends(layer))) {
    return model.inputs[0]?.shape?.length === 4 ? "attn-lrp-vision" : "attn-lrp";
  }
  const isFlatOnFeatures = assign(model, epsilonPlusFlat()).some(
    ({ node, rule }) => rule?.name === "flat" && node.layer.kind === "Dense",
  );
  return isFlatOnFeatures ? "epsilon-plus" : "epsilon-plus-flat";
}

/** Whether a product weighs values by what attention says. */
function attends(layer: LayerKind & { readonly gating?: Gating | undefined }): boolean {
  return layer.gating?.as === "attention";
}
