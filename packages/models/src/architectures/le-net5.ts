/** LeNet-5 (LeCun et al. 1998), as it is built today. */
import { optionsOf } from "@relprop/tensor";
import { AvgPool, Flatten, MaxPool, relu, type Activation, type Model } from "@relprop/layers";
import { Blueprint, type NamedWeights } from "./blueprint.ts";
import { checkWeights, extentOf } from "./read-off.ts";

/** What a `leNet5` may be given besides its weights. */
export interface LeNet5Options {
  /** `relu` by default. */
  readonly activation?: Activation;
  /** `"max"` by default. */
  readonly pool?: "max" | "average";
  /** Of the first convolution: 0 (the default) for images of 32 × 32 pixels, 2 for 28 × 28. */
  readonly padding?: 0 | 2;
}

/** `conv1`, `conv2`, `fc1`, `fc2`, `fc3`, all but the last with an activation, the first two with a pool behind it. */
export function leNet5(weights: NamedWeights, options: LeNet5Options = {}): Model {
  optionsOf("leNet5", options);
  checkWeights("leNet5", weights);
  const { activation = relu, pool = "max", padding = 0 } = options;
  const colors = extentOf(weights, "conv1.weight", 1, 1);
  const extent = padding === 0 ? 32 : 28;
  const net = new Blueprint("leNet5", [colors, extent, extent]);
  let channels = colors;
  ([[6, padding], [16, 0]] as const).forEach(([to, pad], i) => {
    net.conv(`conv${i + 1}`, [channels, to], 5, { padding: pad });
    net.activation(`conv${i + 1}.activation`, activation);
    net.plain(`pool${i + 1}`, pool === "max" ? new MaxPool(2) : new AvgPool(2));
    channels = to;
  });
  net.plain("flatten", new Flatten());
  net.dense("fc1", 400, 120);
  net.activation("fc1.activation", activation);
  net.dense("fc2", 120, 84);
  net.activation("fc2.activation", activation);
  net.dense("fc3", 84, extentOf(weights, "fc3.weight", 0, 10));
  return net.model(weights);
}
