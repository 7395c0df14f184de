/** Quantised networks. */
import { integerProductFolds, integerProductOutcomes } from "../fold/integer-products.ts";
import { quantizedFolds, quantizedOutcomes } from "../fold/quantized.ts";
import { contributedQuantized } from "../operators/contributed-quantized.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { packedProducts } from "../operators/packed-dense.ts";
import { throughQuantized } from "../operators/quantized.ts";
import { roundings } from "../operators/roundings.ts";
import { dynamicallyScaled } from "../recognize/dynamic-scale.ts";

/** Whole numbers that stand for floats, weights in blocks of few bits. */
export const quantizedOperators: OperatorGroup = {
  name: "quantized",
  operators: [...contributedQuantized, ...packedProducts],
  folds: [...integerProductFolds, ...quantizedFolds],
  outcomes: [...integerProductOutcomes, ...quantizedOutcomes],
  steps: { dynamicallyScaled, roundings, throughQuantized },
};
