/** VGG (Simonyan & Zisserman 2015), as torchvision builds it. */
import type { Model } from "@relprop/layers";
import { Blueprint, type NamedWeights } from "./blueprint.ts";
import { checkWeights, extentOf } from "./read-off.ts";

/** Convolutions before each of the five pools. */
const DEPTHS = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] } as const;

const WIDTHS = [64, 128, 256, 512, 512];

/** Eleven layers with weights. */
export function vgg11(weights: NamedWeights): Model {
  return vgg("vgg11", weights, 11, false);
}

/** Eleven layers with weights, batch normalised. */
export function vgg11Bn(weights: NamedWeights): Model {
  return vgg("vgg11Bn", weights, 11, true);
}

/** Thirteen layers with weights. */
export function vgg13(weights: NamedWeights): Model {
  return vgg("vgg13", weights, 13, false);
}

/** Thirteen layers with weights, batch normalised. */
export function vgg13Bn(weights: NamedWeights): Model {
  return vgg("vgg13Bn", weights, 13, true);
}

/** Sixteen layers with weights. */
export function vgg16(weights: NamedWeights): Model {
  return vgg("vgg16", weights, 16, false);
}

/** Sixteen layers with weights, batch normalised. */
export function vgg16Bn(weights: NamedWeights): Model {
  return vgg("vgg16Bn", weights, 16, true);
}

/** Nineteen layers with weights. */
export function vgg19(weights: NamedWeights): Model {
  return vgg("vgg19", weights, 19, false);
}

/** Nineteen layers with weights, batch normalised. */
export function vgg19Bn(weights: NamedWeights): Model {
  return vgg("vgg19Bn", weights, 19, true);
}

function vgg(who: string, weights: NamedWeights, layers: keyof typeof DEPTHS, normalized: boolean): Model {
  checkWeights(who, weights);
  let channels = extentOf(weights, "features.0.weight", 1, 3);
  const net = new Blueprint(who, [channels, -1, -1]);
  let at = 0;
  DEPTHS[layers].forEach((depth, block) => {
    for (let i = 0; i < depth; i++) {
      net.conv(`features.${at++}`, [channels, WIDTHS[block]!], 3, { padding: 1 });
      channels = WIDTHS[block]!;
      if (normalized) net.batchNorm(`features.${at++}`, channels);
      net.activation(`features.${at++}`);
    }
    net.maxPool(`features.${at++}`, 2);
  });
  net.averagePool("avgpool", 7);
  net.flatten();
  const hidden = extentOf(weights, "classifier.0.weight", 0, 4096);
  net.dense("classifier.0", channels * 49, hidden);
  net.activation("classifier.1");
  net.dense("classifier.3", hidden, hidden);
  net.activation("classifier.4");
  net.dense("classifier.6", hidden, extentOf(weights, "classifier.6.weight", 0, 1000));
  return net.model(weights);
}
