/** Segmenters and detectors. */
import { pickingFolds, pickingOutcomes } from "../fold/picking.ts";
import { suppressionFolds, suppressionOutcomes } from "../fold/suppression.ts";
import { computedTransposed } from "../operators/computed-transposed.ts";
import { deformable } from "../operators/deformable.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { picks } from "../operators/picking.ts";
import { resizing } from "../operators/resizing.ts";
import { sampling } from "../operators/sampling.ts";

/** Resizing, sampling at places, picking by order or by overlap. */
export const samplingOperators: OperatorGroup = {
  name: "sampling",
  operators: [...deformable, ...picks, ...resizing, ...sampling],
  folds: [...pickingFolds, ...suppressionFolds],
  outcomes: [...pickingOutcomes, ...suppressionOutcomes],
  steps: { computedTransposed },
};
