/** Normalisations and softmax that exporters write as arithmetic. */
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { recognizeLayerNorm } from "./layer-norm.ts";
import { recognizeSoftmax } from "./softmax.ts";

/** Layers that compute what a flow does and say what it is; `undefined` for what is nothing but arithmetic. */
export function written(op: Operation, flow: Flow): Flow | undefined {
  const normalization = recognizeLayerNorm(flow);
  if (normalization === undefined) return recognizeSoftmax(op, flow);
  return op.emit(normalization.layer, [normalization.x], { recognized: "layer normalisation" });
}
