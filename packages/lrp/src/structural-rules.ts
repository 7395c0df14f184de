/** Rules that are not quotients of a layer's sum: what passes on, what is routed, what is split. */
import { isAffine, isNormalization, type Layer, type NormalizationLayer } from "@relprop/layers";
import { empty, full, multiply, scope, sumTo, zeros, type Tensor } from "@relprop/tensor";
import { balance } from "./balance.ts";
import { addSharedProduct, copiesOf, perCopy, stackShape } from "./copies.ts";
import type { Rule } from "./rule.ts";
import { stabilizer, stabilizedQuotient, type StabilizerOption } from "./stabilizer.ts";

/** Relevance passes unchanged, under the input's shape: `R_j = R_i`. */
export function pass(): Rule {
  return {
    name: "pass",
    options: {},
    refusal: () => undefined,
    propagation: (layer) => ({ inputs }, relevance) => {
      const [a, ...others] = inputs;
      if (a === undefined || others.length > 0 || copiesOf(relevance, a.shape) % 1 !== 0) {
        return refuse(layer, inputs, relevance);
      }
      const shape = stackShape(a.shape, copiesOf(relevance, a.shape));
      return [relevance.reshape(shape)];
    },
  };
}

/** The plain pullback, `R_j = Σ_i (∂y_i/∂a_j) R_i`: winner takes all at maxima, exact routing through reshapes. */
export function gradient(): Rule {
  return {
    name: "gradient",
    options: {},
    refusal: () => undefined,
    propagation: () => (seen, relevance) => perCopy(relevance, seen.output.shape, (copy) => seen.back(copy)),
  };
}

/** How a product shares its relevance. */
export interface ProductOptions {
  /** `"equal"` (each factor the same part, Achtibat et al. 2024), or the index of the factor that takes all. */
  readonly share?: "equal" | number;
}

/** For products of activations: each of n factors gets `R / n`, or one of them (the signal, not the gate) all of it. */
export function product(options: ProductOptions = {}): Rule {
  const { share = "equal" } = options;
  return {
    name: "product",
    options: { ...options },
    refusal: (layer) => (layer.role === "product" ? undefined : "does not multiply activations"),
    propagation: () => (seen, relevance) =>
      perCopy(relevance, seen.output.shape, (R) =>
        seen.inputs.map((a, i) => {
          const part = share === "equal" ? 1 / seen.inputs.length : Number(share === i);
          return sumTo(multiply(R, full(R.shape, 1), part), a.shape);
        }),
      ),
  };
}

/** What `layerNorm` may be given. */
export interface LayerNormOptions {
  /** `1e-9` by default. */
  readonly stabilizer?: StabilizerOption;
}

/**
 * For layer, group, instance and RMS normalisation (Ali et al. 2022): LRP-0 through the affine part, then
 * `R_j = a_j (s_j − mean(s))` with `s = R ⊘ (a − mean(a))`; the deviation σ counts as a constant.
 */
export function layerNorm(options: LayerNormOptions = {}): Rule {
  const guard = stabilizer("layerNorm", options.stabilizer ?? 1e-9);
  return {
    name: "layerNorm",
    options: { ...options },
    refusal: (layer) => (isNormalization(layer) ? undefined : "does not normalise over a group"),
    propagation: (layer) => {
      const { scale, bare } = layer as NormalizationLayer;
      return ({ inputs: [a] }, relevance, account) => {
        const out = zeros(stackShape(a!.shape, copiesOf(relevance, a!.shape)));
        scope(() => {
          let inner = relevance;
          if (scale !== undefined) {
            const normalized = bare.normalize(a!);
            const z = scale.preactivation(normalized);
            const s = stabilizedQuotient(relevance, z, guard);
            const bias = scale.bias === undefined ? undefined : scale.broadcastBias(z.shape);
            if (account !== undefined) balance(account, { relevance, s, z, scale: 1, bias });
            inner = zeros(relevance.shape);
            addSharedProduct(1, normalized, scale.transpose(s, relevance.shape), inner);
          }
          const centered = bare.center(a!);
          const s = stabilizedQuotient(inner, centered, guard);
          if (account !== undefined) balance(account, { relevance: inner, s, z: centered, scale: 1 });
          const [c] = perCopy(s, a!.shape, (copy) => [bare.center(copy)]);
          addSharedProduct(1, a!, c!, out);
        });
        return [out];
      };
    },
  };
}

/** A gate on the backward signal of rectifiers: `gate(R, z)` instead of `R σ′(z)`. */
function gated(name: string, options: Readonly<Record<string, unknown>>, gate: (R: number, z: number) => number): Rule {
  const applyGate = (R: Tensor, z: Tensor): Tensor => {
    const out = empty(R.shape);
    for (let i = 0; i < R.size; i++) out.data[i] = gate(R.data[i]!, z.data[i]!);
    return out;
  };
  return {
    name,
    options,
    refusal: (layer) => (layer.role === "activation" || isAffine(layer) ? undefined : "has no activation"),
    propagation: (layer) => ({ inputs: [a], output }, relevance) => {
      if (!isAffine(layer)) return perCopy(relevance, output.shape, (R) => [applyGate(R, a!)]);
      const z = layer.affine(layer.weight, layer.bias).preactivation(a!);
      return perCopy(relevance, output.shape, (R) => [layer.transpose(applyGate(R, z), a!.shape)]);
    },
  };
}

/** Guided backpropagation at a rectifier: `R⁺` where the input is positive (Springenberg et al. 2015). */
export function guided(): Rule {
  return gated("guided", {}, (R, z) => (R > 0 && z > 0 ? R : 0));
}

/** Deconvolution at a rectifier: `R⁺` whatever the input (Zeiler & Fergus 2014). */
export function deconvolution(): Rule {
  return gated("deconvolution", {}, (R) => (R > 0 ? R : 0));
}

/** The gradient of the softplus that stands for a rectifier, `R / (1 + exp(−β z))` (Dombrowski et al. 2019). */
export function betaSmooth(beta = 10): Rule {
  if (!(beta > 0)) throw new RangeError(`betaSmooth: takes β > 0, got ${beta}`);
  return gated("betaSmooth", { beta }, (R, z) => R * Math.fround(1 / (1 + Math.exp(-beta * z))));
}

function refuse(layer: Layer, inputs: readonly Tensor[], relevance: Tensor): never {
  const got = inputs.map((input) => `[${input.shape.join(", ")}]`).join(" and ");
  const sizes = `${got} to [${relevance.shape.join(", ")}]`;
  throw new RangeError(`pass: takes a layer whose input and output have one size, got ${layer.kind} from ${sizes}`);
}
