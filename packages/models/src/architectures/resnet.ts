/** Residual networks (He et al. 2016), as torchvision builds them. */
import type { Model } from "@relprop/layers";
import { Blueprint, type Channels, type NamedWeights } from "./blueprint.ts";
import { checkWeights, extentOf } from "./read-off.ts";

/** Eighteen layers with weights. */
export function resNet18(weights: NamedWeights): Model {
  return resnet("resNet18", weights, [2, 2, 2, 2], false);
}

/** Thirty-four layers with weights. */
export function resNet34(weights: NamedWeights): Model {
  return resnet("resNet34", weights, [3, 4, 6, 3], false);
}

/** Fifty layers with weights, in bottlenecks. */
export function resNet50(weights: NamedWeights): Model {
  return resnet("resNet50", weights, [3, 4, 6, 3], true);
}

/** 101 layers with weights, in bottlenecks. */
export function resNet101(weights: NamedWeights): Model {
  return resnet("resNet101", weights, [3, 4, 23, 3], true);
}

/** 152 layers with weights, in bottlenecks. */
export function resNet152(weights: NamedWeights): Model {
  return resnet("resNet152", weights, [3, 8, 36, 3], true);
}

function resnet(who: string, weights: NamedWeights, depths: readonly number[], bottleneck: boolean): Model {
  checkWeights(who, weights);
  const colors = extentOf(weights, "conv1.weight", 1, 3);
  const net = new Blueprint(who, [colors, -1, -1]);
  net.conv("conv1", [colors, 64], 7, { stride: 2, padding: 3, bias: false });
  net.batchNorm("bn1", 64);
  net.activation("relu");
  net.maxPool("maxpool", 3, { stride: 2, padding: 1 });
  let channels = 64;
  depths.forEach((depth, stage) => {
    for (let i = 0; i < depth; i++) {
      const width = 64 * 2 ** stage;
      const block = { name: `layer${stage + 1}.${i}`, from: channels, width, stride: stage > 0 && i === 0 ? 2 : 1 };
      channels = bottleneck ? bottleneckBlock(net, block) : basicBlock(net, block);
    }
  });
  net.averagePool("avgpool");
  net.flatten();
  net.dense("fc", channels, extentOf(weights, "fc.weight", 0, 1000));
  return net.model(weights);
}

interface Block {
  readonly name: string;
  readonly from: number;
  readonly width: number;
  readonly stride: number;
}

/** Two 3 × 3 convolutions around a shortcut; returns the number of channels. */
function basicBlock(net: Blueprint, { name, from, width, stride }: Block): number {
  const input = net.last;
  normalizedConv(net, `${name}.conv1`, `${name}.bn1`, [from, width], 3, stride);
  net.activation(`${name}.relu`);
  const end = normalizedConv(net, `${name}.conv2`, `${name}.bn2`, [width, width], 3, 1);
  net.add(`${name}.Add`, end, shortcut(net, name, input, [from, width], stride));
  net.activation(`${name}.relu_1`);
  return width;
}

/** 1 × 1, 3 × 3 (with the stride) and 1 × 1 convolutions around a shortcut; returns the number of channels. */
function bottleneckBlock(net: Blueprint, { name, from, width, stride }: Block): number {
  const input = net.last;
  const to = 4 * width;
  normalizedConv(net, `${name}.conv1`, `${name}.bn1`, [from, width], 1, 1);
  net.activation(`${name}.relu`);
  normalizedConv(net, `${name}.conv2`, `${name}.bn2`, [width, width], 3, stride);
  net.activation(`${name}.relu_1`);
  const end = normalizedConv(net, `${name}.conv3`, `${name}.bn3`, [width, to], 1, 1);
  net.add(`${name}.Add`, end, shortcut(net, name, input, [from, to], stride));
  net.activation(`${name}.relu_2`);
  return to;
}

/** The input itself where it fits, else a 1 × 1 convolution of it. */
function shortcut(
  net: Blueprint, name: string, input: string, channels: Channels, stride: number,
): string {
  if (stride === 1 && channels[0] === channels[1]) return input;
  net.from(input);
  return normalizedConv(net, `${name}.downsample.0`, `${name}.downsample.1`, channels, 1, stride);
}

function normalizedConv(
  net: Blueprint, conv: string, norm: string, channels: Channels, kernel: number, stride: number,
): string {
  net.conv(conv, channels, kernel, { stride, padding: (kernel - 1) / 2, bias: false });
  return net.batchNorm(norm, channels[1]);
}
