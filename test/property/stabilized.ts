/** Rules whose denominators stay away from 0, so that rounding errors stay what they are on any network. */
import {
  alphaBeta, byKind, composite, epsilon, epsilonGammaBox, epsilonPlusFlat, everywhere, first, flat, gamma,
  generalizedGamma, layerNorm, norm, product, wSquare, zBox, zero, zPlus, type Composite, type RuleOptions,
} from "@relprop/lrp";

/** Denominators are at least a quarter as large as they usually are. */
export const away = { epsilon: 0.25, relativeTo: "sample" } as const;

/** Such rules for every kind of layer. */
const base = ({ bias = "absorbed" }: RuleOptions = {}): Composite => composite(
  everywhere(zero({ stabilizer: away })),
  byKind({ normalization: layerNorm({ stabilizer: away, bias }), product: product({ stabilizer: away }) }),
  byKind({ other: norm({ stabilizer: away }) }),
).map((assignment) => ({ ...assignment, optional: true }));

/** Composites by name, each with one rule wherever it applies. */
export const stabilized: Readonly<Record<string, (options?: RuleOptions) => Composite>> = {
  zero: (options) => composite(base(options), everywhere(zero({ stabilizer: away, ...options }))),
  epsilon: (options) => composite(base(options), everywhere(epsilon(away, options))),
  norm: (options) => composite(base(options), everywhere(norm({ stabilizer: away, ...options }))),
  gamma: (options) => composite(base(options), everywhere(gamma(0.5, { stabilizer: away, ...options }))),
  generalizedGamma: (options) =>
    composite(base(options), everywhere(generalizedGamma(0.5, { stabilizer: away, ...options }))),
  zPlus: (options) => composite(base(options), everywhere(zPlus({ stabilizer: away, ...options }))),
  alphaBeta: (options) => composite(base(options), everywhere(alphaBeta(2, 1, { stabilizer: away, ...options }))),
  wSquare: (options) => composite(base(options), everywhere(wSquare({ stabilizer: away, ...options }))),
  flat: (options) => composite(base(options), everywhere(flat({ stabilizer: away, ...options }))),
  zBox: (options) => composite(base(options), first(zBox(-1, 1, { stabilizer: away, ...options }))),
  epsilonPlusFlat: () => composite(base(), epsilonPlusFlat({ epsilon: away })),
  epsilonGammaBox: () => composite(base(), epsilonGammaBox({ epsilon: away })),
};
