/** Normalisations. */
import { BatchNorm, type Layer } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Normalisations by stored or by momentary statistics. */
export const normalizations: readonly (readonly [string, Operator])[] = [["BatchNormalization", batchNorm]];

function batchNorm(op: Operation): Flow {
  if (op.attributes.integer("training_mode") === 1) throw new RangeError("takes the inference form, got training_mode = 1");
  if (op.attributes.integer("spatial") === 0) throw new RangeError("takes statistics per channel, got spatial = 0");
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => op.parameter(i)) as [Tensor, Tensor, Tensor, Tensor];
  return op.emit(new BatchNorm({ gamma, beta, mean, variance, epsilon: op.attributes.float("epsilon") ?? 1e-5 }), op.flow(0));
}

/** A normalisation layer that takes up a scale or a shift it did not have; `undefined` for other layers. */
export function absorbNormalization(
  _layer: Layer, _rank: number, _weight: Tensor | undefined, _bias: Tensor | undefined,
): Layer | undefined {
  return undefined;
}
