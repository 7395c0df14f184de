/** MobileNet V2 (Sandler et al. 2018), as torchvision builds it. */
import { relu6, type Model } from "@relprop/layers";
import { Blueprint, type Channels, type NamedWeights } from "./blueprint.ts";
import { checkWeights, extentOf } from "./read-off.ts";

/** Groups of inverted residuals: by how much the first convolution widens, channels, blocks, stride of the first. */
const GROUPS = [
  [1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1],
] as const;

/** MobileNet V2 of any width: the numbers of channels are those of the weights. */
export function mobileNetV2(weights: NamedWeights): Model {
  checkWeights("mobileNetV2", weights);
  const colors = extentOf(weights, "features.0.0.weight", 1, 3);
  const net = new Blueprint("mobileNetV2", [colors, -1, -1]);
  let channels = extentOf(weights, "features.0.0.weight", 0, 32);
  step(net, "features.0", ["0", "1", "2"], [colors, channels], 3, 2);
  let at = 1;
  for (const [widening, usual, blocks, stride] of GROUPS) {
    for (let i = 0; i < blocks; i++, at++) {
      const last = widening === 1 ? 1 : 2;
      const to = extentOf(weights, `features.${at}.conv.${last}.weight`, 0, usual);
      residual(net, `features.${at}`, [channels, to], widening, i === 0 ? stride : 1);
      channels = to;
    }
  }
  const wide = extentOf(weights, `features.${at}.0.weight`, 0, 1280);
  step(net, `features.${at}`, ["0", "1", "2"], [channels, wide], 1, 1);
  net.averagePool("GlobalAveragePool");
  net.flatten();
  net.dense("classifier.1", wide, extentOf(weights, "classifier.1.weight", 0, 1000));
  return net.model(weights);
}

/** Wide inside, narrow at its ends, which are added up where they fit. */
function residual(
  net: Blueprint, name: string, [from, to]: Channels, widening: number, stride: number,
): void {
  const input = net.last;
  const hidden = from * widening;
  let at = 0;
  if (widening > 1) step(net, `${name}.conv.${at++}`, ["0", "1", "2"], [from, hidden], 1, 1);
  step(net, `${name}.conv.${at++}`, ["0", "1", "2"], [hidden, hidden], 3, stride, hidden);
  net.conv(`${name}.conv.${at++}`, [hidden, to], 1, { bias: false });
  const end = net.batchNorm(`${name}.conv.${at}`, to);
  if (stride === 1 && from === to) net.add(`${name}.Add`, input, end);
}

/** Convolution, normalisation, activation. */
function step(
  net: Blueprint, name: string, [conv, norm, activation]: readonly [string, string, string],
  channels: Channels, kernel: number, stride: number, groups = 1,
): void {
  net.conv(`${name}.${conv}`, channels, kernel, { stride, padding: (kernel - 1) / 2, groups, bias: false });
  net.batchNorm(`${name}.${norm}`, channels[1]);
  net.activation(`${name}.${activation}`, relu6);
}
