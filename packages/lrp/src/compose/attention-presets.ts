/** Composites for networks with attention. More ε than a guard makes relevance depend on how a graph is cut. */
import { optionsOf } from "@relprop/tensor";
import { byKind, type Composite } from "./composite.ts";
import type { Rule } from "../rules/rule.ts";
import { epsilon as epsilonRule, generalizedGamma } from "../rules/rules.ts";
import type { StabilizerOption } from "../rules/stabilizer.ts";
import { layerNorm, pass, product, type ProductOptions } from "../rules/structural-rules.ts";
import { taylor } from "../rules/taylor.ts";

/** What presets for attention may be given. */
export interface AttentionPresetOptions {
  /** The ε of dense layers and convolutions; `1e-9` by default. */
  readonly epsilon?: StabilizerOption;
}

/** What activations, softmax, normalisations and products do is the same in all of them. */
function attentive(dense: Rule, convolution: Rule, sharing: ProductOptions): Composite {
  const rules = {
    activation: pass(),
    normalization: layerNorm(),
    LpNormalization: pass(),
    product: product(sharing),
    Softmax: taylor(),
    Dense: dense,
    Conv: convolution,
    ConvTranspose: convolution,
  };
  return [{ ...byKind(rules), optional: true }];
}

/**
 * AttnLRP (Achtibat et al. 2024): products share equally, softmax by its Taylor expansion, deviations of
 * normalisations and gates of the signal itself constant.
 */
export function attnLRP(options: AttentionPresetOptions = {}): Composite {
  const { epsilon = 1e-9 } = optionsOf("attnLRP", options);
  const linear = epsilonRule(epsilon);
  return attentive(linear, linear, {});
}

/** CP-LRP (Ali et al. 2022): attention's probabilities and gates are constants, values and signals take all. */
export function cpLRP(options: AttentionPresetOptions = {}): Composite {
  const { epsilon = 1e-9 } = optionsOf("cpLRP", options);
  const linear = epsilonRule(epsilon);
  return attentive(linear, linear, { attention: "value", gates: "signal" });
}

/**
 * MambaLRP (Jafari et al. 2024): the parameters of state spaces count as constants although they depend on the input,
 * the gate on what is read out shares with it.
 */
export function mambaLRP(options: AttentionPresetOptions = {}): Composite {
  optionsOf("mambaLRP", options);
  return attnLRP(options);
}

/** What `attnLRPVision` may be given. */
export interface VisionPresetOptions {
  /** γ of convolutions; `0.25` by default. */
  readonly convGamma?: number;
  /** γ of dense layers; `0.05` by default. */
  readonly denseGamma?: number;
  /** Whether values share with the probabilities that weigh them or take all; `"value"` by default. */
  readonly attention?: "half" | "value";
}

/** For vision transformers: generalised γ at convolutions and dense layers, attention as in CP-LRP or AttnLRP. */
export function attnLRPVision(options: VisionPresetOptions = {}): Composite {
  const { convGamma = 0.25, denseGamma = 0.05, attention = "value" } = optionsOf("attnLRPVision", options);
  const gates = attention === "value" ? "signal" : "half";
  return attentive(generalizedGamma(denseGamma), generalizedGamma(convGamma), { attention, gates });
}
