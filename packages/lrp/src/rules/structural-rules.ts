/** Rules that are not quotients of a layer's sum: what passes on, what is routed, what is split. */
import { isAffine, isNormalization, type Gating, type NormalizationLayer } from "@relprop/layers";
import {
  act, empty, formatShape, oneOf, optionsOf, scope, sumTo, traceable, zeros, type Shape, type Tensor,
} from "@relprop/tensor";
import { balance } from "../report/balance.ts";
import { perCopy, productShared } from "../run/copies.ts";
import { transposed } from "../run/interpret.ts";
import type { BiasMode, Rule } from "./rule.ts";
import { zero } from "./rules.ts";
import { stabilizer, stabilizedQuotient, type StabilizerOption } from "./stabilizer.ts";

/** Relevance passes unchanged, under the input's shape: `R_j = R_i`, or `Σ R_i` over its copies. */
export function pass(): Rule {
  return {
    name: "pass",
    options: {},
    refusal: () => undefined,
    propagation: ({ kind }) => traceable(({ inputs, output }, relevance) => {
      const [a, ...others] = inputs;
      if (a === undefined || others.length > 0) return refuse(kind, inputs, output);
      const shape = [relevance.shape[0]!, ...a.shape];
      if (a.size === output.size) return [relevance.reshape(shape)];
      // What was repeated gets what all its copies got.
      const isRepeated = a.shape.length === output.shape.length &&
        a.shape.every((extent, i) => extent === 1 || extent === output.shape[i]);
      return isRepeated ? [sumTo(relevance, shape)] : refuse(kind, inputs, output);
    }),
  };
}

/** The plain pullback, `R_j = Σ_i (∂y_i/∂a_j) R_i`: winner takes all at maxima, exact routing through reshapes. */
export function gradient(): Rule {
  return {
    name: "gradient",
    options: {},
    refusal: () => undefined,
    propagation: () => traceable((seen, relevance) => perCopy(relevance, (copy) => seen.back(copy))),
  };
}

/** How a product shares its relevance. */
export interface ProductOptions {
  /** `"equal"` (each factor the same part, Achtibat et al. 2024), or the index of the factor that takes all. */
  readonly share?: "equal" | number;
  /** Whether values that attention weighs share with the probabilities (`"half"`) or take all (`"value"`). */
  readonly attention?: "half" | "value";
  /** Whether a signal shares with the gate on it (`"half"`) or takes all (`"signal"`). */
  readonly gates?: "half" | "signal";
  /** For products of matrices, whose elements are sums; `1e-9` by default. */
  readonly stabilizer?: StabilizerOption;
}

/**
 * For products of activations: each of n factors gets `R / n`, or one of them (the signal, not the gate) all of it.
 * Where the product also sums, as that of matrices does, factor a gets its part of `a ⊙ Jᵀ(R / y)`. Deviations that
 * something is divided by, gates that follow from the signal itself, rotations, and the parameters of selective state
 * spaces count as constants.
 */
export function product(options: ProductOptions = {}): Rule {
  const { share = "equal", attention = "half", gates = "half" } = optionsOf("product", options);
  oneOf("product", "attention", attention, ["half", "value"]);
  oneOf("product", "gates", gates, ["half", "signal"]);
  const constants: ReadonlySet<string> = new Set([
    "deviation", "self", "rows", "step", "transition", "readout",
    ...(attention === "value" ? ["attention"] : []),
    ...(gates === "signal" ? ["gate"] : []),
  ]);
  const guard = stabilizer("product", options.stabilizer ?? 1e-9);
  if (share !== "equal" && !(Number.isInteger(share) && share >= 0)) {
    throw new RangeError(`product: takes "equal" or the index of a factor, got ${share}`);
  }
  return {
    name: "product",
    options: { ...options },
    refusal: (layer) => (layer.role === "product" ? undefined : "does not multiply activations"),
    propagation: (layer) => traceable(({ inputs, output, back, carries: flags }, relevance, account) => {
      const { kind, elementwise } = layer;
      const { gating } = layer as { readonly gating?: Gating };
      const constant = gating !== undefined && constants.has(gating.as) ? gating.factor : -1;
      // A constant takes part only where nothing else carries relevance.
      const rest = flags.map((flag, i) => flag && i !== constant);
      const carries = rest.includes(true) ? rest : flags;
      if (share !== "equal" && share >= inputs.length) {
        throw new RangeError(`product: takes a factor of ${kind} from 0 to ${inputs.length - 1}, got ${share}`);
      }
      // Factors that carry no relevance are constants.
      const isFree = share === "equal" || carries[share] !== true;
      const sharers = carries.filter((flag) => flag).length;
      const parts = inputs.map((_, i) => (isFree ? (carries[i] === true ? 1 / sharers : 0) : Number(share === i)));
      if (elementwise === true) {
        return perCopy(relevance, (R) => inputs.map(({ shape }, i) => partOf(R, parts[i]!, shape)));
      }
      const out = inputs.map((a) => empty([relevance.shape[0]!, ...a.shape]));
      scope(() => {
        const s = stabilizedQuotient(relevance, output, guard);
        if (account !== undefined) balance(account, { relevance, s, z: output, scale: 1 });
        perCopy(s, back).forEach((c, i) => productShared(parts[i]!, inputs[i]!, c, out[i]!));
      });
      return out;
    }),
  };
}

/** `part · R`, summed over what was repeated on its way there; R itself where that is all. */
function partOf(R: Tensor, part: number, shape: Shape): Tensor {
  if (part === 0) return zeros(shape);
  const sum = sumTo(R, shape);
  if (part === 1) return sum;
  const out = empty(shape);
  const [from, to] = [sum.data, out.data];
  act(() => {
    for (let i = 0; i < to.length; i++) to[i] = part * from[i]!;
  });
  return out;
}

/** What `layerNorm` may be given. */
export interface LayerNormOptions {
  /** `1e-9` by default. */
  readonly stabilizer?: StabilizerOption;
  /** What happens to the share of the bias of the affine part; `"absorbed"` by default. */
  readonly bias?: BiasMode;
}

/**
 * For layer, group, instance and RMS normalisation (Ali et al. 2022): LRP-0 through the affine part, then
 * `R_j = a_j (s_j − mean(s))` with `s = R ⊘ (a − mean(a))`; the deviation σ counts as a constant. An input that single
 * precision does not tell from its mean has no share: s is 0 there, and its relevance dead.
 */
export function layerNorm(options: LayerNormOptions = {}): Rule {
  optionsOf("layerNorm", options);
  const guard = stabilizer("layerNorm", options.stabilizer ?? 1e-9);
  const affine = zero({ ...options, stabilizer: guard });
  return {
    name: "layerNorm",
    options: { ...options },
    refusal: (layer) => (isNormalization(layer) ? undefined : "does not normalise over a group"),
    propagation: (layer) => {
      const { scale, bare } = layer as NormalizationLayer;
      const throughScale = scale && affine.propagation(scale);
      return traceable((seen, relevance, account) => {
        const a = seen.inputs[0]!;
        const out = empty(relevance.shape);
        scope(() => {
          const [inner] = throughScale?.({ ...seen, inputs: [bare.normalize(a)] }, relevance, account) ?? [relevance];
          const centered = withoutRounding(bare.center(a), a);
          const s = stabilizedQuotient(inner!, centered, guard);
          // A group of equal inputs has no shares, whatever stabilises: its relevance is dead.
          const [c] = perCopy(s, (copy) => {
            act(() => clearWhereZero(centered.data, copy.data));
            return [bare.center(copy)];
          });
          if (account !== undefined) balance(account, { relevance: inner!, s, z: centered, scale: 1 });
          productShared(1, a, c!, out);
        });
        return [out];
      });
    },
  };
}

/** What is left of `a` without its mean, 0 where that is only how `a` was rounded. */
function withoutRounding(centered: Tensor, a: Tensor): Tensor {
  const out = empty(a.shape);
  const [from, whole, to] = [centered.data, a.data, out.data];
  act(() => {
    for (let i = 0; i < to.length; i++) to[i] = Math.abs(from[i]!) <= Math.abs(whole[i]!) * 2 ** -22 ? 0 : from[i]!;
  });
  return out;
}

function clearWhereZero(centered: Float32Array, s: Float32Array): void {
  for (let i = 0; i < s.length; i++) if (centered[i] === 0) s[i] = 0;
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
    propagation: (layer) => ({ inputs: [a] }, relevance) => {
      if (!isAffine(layer)) return perCopy(relevance, (R) => [applyGate(R, a!)]);
      const z = layer.withParameters(layer.weight, layer.bias).preactivation(a!);
      const [open] = perCopy(relevance, (R) => [applyGate(R, z)]);
      return [transposed(layer, open!, a!.shape)];
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

function refuse(kind: string, inputs: readonly Tensor[], output: Tensor): never {
  const from = inputs.map(({ shape }) => formatShape(shape)).join(" and ") || "nothing";
  const sizes = `${from} to ${formatShape(output.shape)}`;
  throw new RangeError(`pass: takes a layer whose input and output have one size, got ${kind} from ${sizes}`);
}
