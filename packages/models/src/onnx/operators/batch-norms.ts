/** Normalisations of convolutional networks. */
import { BatchNorm } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { isComputed } from "./is-computed.ts";
import { stepOf } from "./operator-group.ts";
import type { Operator } from "./operator.ts";

/** By stored statistics. */
export const batchNorms: readonly (readonly [string, Operator])[] = [
  ["BatchNormalization", batchNorm],
];

/** What is added to a variance. */
export function epsilon({ attributes }: Operation): number {
  return attributes.float("epsilon") ?? 1e-5;
}

function batchNorm(op: Operation): Flow {
  if (op.attributes.integer("training_mode") === 1) {
    throw new RangeError("takes the inference form, got training_mode = 1");
  }
  const isPerElement = op.attributes.integer("spatial") === 0;
  if (isPerElement || isComputed(op, 1, 2, 3, 4)) return stepOf(op, "computedNormalization");
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => op.parameter(i)) as [Tensor, Tensor, Tensor, Tensor];
  op.graph.budget.spend(8 * gamma.data.byteLength); // for scale and shift, which the layer works out
  return op.emit(new BatchNorm({ gamma, beta, mean, variance, epsilon: epsilon(op) }), [op.flow(0)]);
}
