/** A normalisation that exporters write as a convolution of each channel for itself. */
import { identity, isAffine, type Conv } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import { scaleAndShift } from "../operators/affine.ts";
import type { Flow } from "../value.ts";

/**
 * The scale and shift of every channel that the convolution is, at the input or right behind a linear layer;
 * `undefined` for others, and elsewhere.
 */
export function planewise(op: Operation, x: Flow, { weight, bias, groups, stride, channels }: Conv): Flow | undefined {
  if (channels.pads || stride.some((step) => step !== 1) || !(isInput(x) || isLinear(x))) return undefined;
  const scale = weight.size === groups ? weight : diagonal(weight);
  if (scale === undefined) return undefined;
  const perPlane = [scale.size, ...weight.shape.slice(2)];
  const rank = weight.shape.length;
  return scaleAndShift(op, { ...x, rank }, scale.reshape(perPlane), bias?.reshape(perPlane));
}

/** The factor of each channel of a kernel of few that mixes none; `undefined` for others. */
function diagonal(weight: Tensor): Tensor | undefined {
  const { shape: [outputs = 0], size } = weight;
  if (outputs > 4 || size !== outputs * outputs) return undefined;
  const isOwn = (_: number, i: number): boolean => i % (outputs + 1) === 0;
  const mixes = weight.data.some((factor, i) => factor !== 0 && !isOwn(factor, i));
  return mixes ? undefined : new Tensor([outputs], weight.data.filter(isOwn));
}

function isLinear({ step }: Flow): boolean {
  return step !== undefined && isAffine(step.layer) && step.layer.activation === identity;
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
