/** The rule of tree ensembles. */
import { zeros, type Tensor } from "@relprop/tensor";
import type { Layer } from "../layer/layer.ts";
import type { OwnRule } from "../layer/sharing-layer.ts";

/** Outputs taken apart: `y[n, t] = means[n, t] + Σ_j shares[n, t, j]`. */
export interface Contributions {
  /** `[N, targets, features]` */
  readonly shares: Tensor;
  /** `[N, targets]`: what is said on average over all samples. */
  readonly means: Tensor;
}

/** Trees that know what features have to do with their answer. */
export interface Ensemble extends Layer {
  readonly isCounted: boolean;
  contributions(x: Tensor): Contributions;
}

/** What a sum is kept away from 0 by. */
const EPSILON = 1e-9;

/**
 * `R_j = Σ_t φ_tj R_t / y_t` with the Shapley values φ of `y_t = mean_t + Σ_j φ_tj` (path-dependent TreeSHAP, Lundberg
 * et al. 2018). What belongs to the mean is the share of biases. Started from the output's value, relevance is φ.
 */
export function shapley(ensemble: Ensemble): OwnRule {
  return {
    name: "shapley",
    options: {},
    refusal: (layer) => (layer === ensemble ? undefined : "has trees of its own"),
    notice: () => (ensemble.isCounted ? undefined : uncounted),
    propagation: () => ({ inputs: [x], output }, relevance, books) => {
      const { shares, means } = ensemble.contributions(x!);
      const [targets, width] = shares.shape.slice(1) as [number, number];
      const out = zeros([relevance.shape[0]!, ...x!.shape]);
      for (let i = 0; i < relevance.size; i++) {
        const [R, at] = [relevance.data[i]!, i % output.size];
        if (R === 0) continue;
        const y = output.data[at]!;
        const s = R / (y + (y < 0 ? -EPSILON : EPSILON));
        const [from, to] = [at * width, Math.floor(i / targets) * width];
        for (let j = 0; j < width; j++) out.data[to + j]! += s * shares.data[from + j]!;
        if (books === undefined) continue;
        const copy = Math.floor(i / output.size);
        books.bias[copy]! += s * means.data[at]!;
        (y === 0 ? books.dead : books.stabilizer)[copy]! += R - s * y;
      }
      return [out];
    },
  };
}

const uncounted =
  "trees do not say how many samples went where: both ways of a split count alike, until withCovers counts some";
