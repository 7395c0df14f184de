/** What networks of any kind compute. */
import { reduceFolds, reduceOutcomes } from "../fold/reduce.ts";
import { runningFolds, runningOutcomes } from "../fold/running.ts";
import { choices } from "../operators/choice.ts";
import { computedConvolution } from "../operators/computed-kernel.ts";
import { computedActivation, computedBatchNorm } from "../operators/computed-parameters.ts";
import { expanded } from "../operators/expanded.ts";
import { functions } from "../operators/functions.ts";
import { fused } from "../operators/fused.ts";
import { givenUp, tiledAlong } from "../operators/given-up.ts";
import { groupNorm } from "../operators/group-norm.ts";
import { losses } from "../operators/losses.ts";
import { matrixProduct } from "../operators/matrix-product.ts";
import { absorbNormalization, normalizations } from "../operators/normalizations.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { powers, quotient } from "../operators/powers.ts";
import { reductions } from "../operators/reductions.ts";
import { smoothActivations } from "../operators/smooth-activations.ts";
import { isDeviation } from "../recognize/deviation.ts";
import { planewise } from "../recognize/planewise.ts";
import { logSoftmax } from "../recognize/softmax.ts";
import { scalesFirst } from "../recognize/scales-first.ts";
import { smoothGates } from "../recognize/smooth-gates.ts";
import { stateGating } from "../recognize/state-space.ts";
import { written } from "../recognize/written.ts";

/**
 * Functions, powers, quotients, reductions, momentary normalisations, choices; softmax, normalisations and gates that
 * are written out.
 */
export const generalOperators: OperatorGroup = {
  name: "general",
  operators: [
    ...choices, ...expanded, ...functions, ...fused, ...givenUp, ...losses, ...normalizations, ...powers, ...reductions,
    ...smoothActivations,
  ],
  folds: [...reduceFolds, ...runningFolds],
  outcomes: [...reduceOutcomes, ...runningOutcomes],
  steps: {
    absorbed: absorbNormalization, computedActivation, computedConvolution, computedNormalization: computedBatchNorm,
    gates: smoothGates, groupNorm, isDeviation, logSoftmax, matrixProduct, planewise, quotient, scalesFirst,
    stateGating, tiledAlong, written,
  },
};
