/** Activations, normalisations and softmax that exporters write as arithmetic, found in what the arithmetic became. */
import { ActivationLayer, Multiply } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import { stepsOf } from "../operators/operator-group.ts";
import type { Flow } from "../value.ts";
import { logisticAsTanh, tanhAsLogistic } from "./logistic.ts";
import { recognizeGate } from "./self-gates.ts";

/** The flow, or layers in its place that compute the same and say what it is. */
export function recognized(op: Operation, flow: Flow): Flow {
  if (flow.inert) return flow;
  const gate = recognizeGate(flow, stepsOf(op).gates);
  if (gate !== undefined) {
    const { activation, x, times } = gate;
    if (times === undefined) return op.emit(new ActivationLayer(activation), [x], { recognized: activation.name });
    const unit = op.emit(new ActivationLayer(activation), [x], { recognized: activation.name, part: "gate" });
    return op.emit(new Multiply({ gating: { factor: 0, as: "gate" } }), [unit, times]);
  }
  return stepsOf(op).written?.(op, flow) ?? tanhAsLogistic(op, flow) ?? logisticAsTanh(op, flow) ?? flow;
}
