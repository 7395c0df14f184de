/** Layers with weights that multiply. */
import { Conv, ConvTranspose, Dense } from "@relprop/layers";
import { Tensor, type Shape } from "@relprop/tensor";
import { permuted } from "../../strided.ts";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";
import { activated } from "./activations.ts";
import { slidingOf, transposedPadding, withZeros } from "./sliding.ts";

/** Dense layers and convolutions; kernels have their channels last and are turned. */
export const products: readonly (readonly [string, KerasLayer])[] = [
  ["Dense", (call) => {
    const weight = permuted(call.weight("kernel", 2), [1, 0]);
    return activated(call, call.emit(new Dense(weight, { bias: call.bias() }), [call.asGiven(call.input)]));
  }],
  ["Conv1D", (call) => conv(call, 1)],
  ["Conv2D", (call) => conv(call, 2)],
  ["Conv3D", (call) => conv(call, 3)],
  ...[1, 2].flatMap((rank): readonly (readonly [string, KerasLayer])[] => [
    [`DepthwiseConv${rank}D`, (call) => activated(call, depthwise(call, rank, call.bias(), ""))],
    [`SeparableConv${rank}D`, (call) => {
      const planes = depthwise(call, rank, undefined, ".depthwise");
      const weight = permuted(call.weight("pointwise_kernel", rank + 2), [rank + 1, rank, ...axes(rank)]);
      return activated(call, call.emit(new Conv(weight, { bias: call.bias() }), [planes]));
    }],
  ]),
  ["Conv1DTranspose", (call) => convTranspose(call, 1)],
  ["Conv2DTranspose", (call) => convTranspose(call, 2)],
  ["Conv3DTranspose", (call) => convTranspose(call, 3)],
];

function conv(call: LayerCall, rank: number): Stream {
  const kernel = call.weight("kernel", rank + 2);
  const weight = permuted(kernel, [rank + 1, rank, ...axes(rank)]);
  const groups = call.config.number("groups") ?? 1;
  return activated(call, convolved(call, weight, call.bias(), groups, ""));
}

/** `[…, in, multiplier]` as `[in · multiplier, 1, …]`, a group for each input channel. */
function depthwise(call: LayerCall, rank: number, bias: Tensor | undefined, suffix: string): Stream {
  const kernel = call.weight("depthwise_kernel", rank + 2);
  const [channels, multiplier] = kernel.shape.slice(rank) as [number, number];
  const weight = permuted(kernel, [rank, rank + 1, ...axes(rank)])
    .reshape([channels * multiplier, 1, ...kernel.shape.slice(0, rank)]);
  return convolved(call, weight, bias, channels, suffix);
}

function convolved(call: LayerCall, weight: Tensor, bias: Tensor | undefined, groups: number, suffix: string): Stream {
  const x = call.channelsFirst;
  const kernel: Shape = weight.shape.slice(2);
  const sliding = slidingOf(call, x, kernel, "dilation_rate");
  const { inside, padding } = withZeros(x, sliding);
  return call.emit(new Conv(weight, { ...sliding, bias, groups, padding }), [inside], suffix);
}

function convTranspose(call: LayerCall, rank: number): Stream {
  const weight = permuted(call.weight("kernel", rank + 2), [rank + 1, rank, ...axes(rank)]);
  const kernel = weight.shape.slice(2);
  const stride = call.config.numbers("strides", rank) ?? kernel.map(() => 1);
  const dilation = call.config.numbers("dilation_rate", rank) ?? kernel.map(() => 1);
  const placed = transposedPadding(call, kernel, stride, dilation);
  return activated(
    call,
    call.emit(new ConvTranspose(weight, { bias: call.bias(), stride, dilation, ...placed }), [call.channelsFirst]),
  );
}

function axes(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}
