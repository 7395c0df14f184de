/** A normalisation of the input that exporters write as a convolution of each channel for itself. */
import type { Conv } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import { scaleAndShift } from "../operators/affine.ts";
import type { Flow } from "../value.ts";

/** The scale and shift of every channel that the convolution is; `undefined` for others, and within a network. */
export function planewise(op: Operation, x: Flow, { weight, bias, groups, stride, channels }: Conv): Flow | undefined {
  const isScale = weight.size === groups && stride.every((step) => step === 1);
  if (!isScale || channels.pads || !isInput(x)) return undefined;
  const perPlane = [groups, ...weight.shape.slice(2)];
  const rank = weight.shape.length;
  return scaleAndShift(op, { ...x, rank }, weight.reshape(perPlane), bias?.reshape(perPlane));
}

/** Whether a flow is an input of the network, in another type or layout at most, or scaled. */
function isInput(flow: Flow): boolean {
  let at: Flow | undefined = flow;
  for (let depth = 0; depth < 8 && at?.step !== undefined; depth++) {
    const { layer, inputs }: NonNullable<Flow["step"]> = at.step;
    if (!["Cast", "Scale", "Transpose"].includes(layer.kind)) return false;
    at = inputs[0];
  }
  return at !== undefined && at.step === undefined;
}
