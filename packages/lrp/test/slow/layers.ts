/** Affine layers of every kind and geometry, small enough for their connections to be listed. */
import { BatchNorm, Conv, ConvTranspose, Dense, relu, Scale, type AffineLayer } from "@relprop/layers";
import type { Shape, Tensor } from "@relprop/tensor";
import { randomTensor } from "../../../layers/test/random.ts";

/** A layer with or without a bias, and the shape of inputs for it. */
export interface LayerCase {
  readonly name: string;
  readonly input: Shape;
  readonly plain: AffineLayer;
  readonly biased: AffineLayer;
}

type Biased = { readonly bias?: Tensor };

function layerCase(name: string, input: Shape, channels: number, make: (biased: Biased) => AffineLayer): LayerCase {
  const bias = randomTensor([channels], 31, -0.5, 0.5);
  return { name, input, plain: make({}), biased: make({ bias }) };
}

function weight(...shape: number[]): Tensor {
  return randomTensor(shape, 5 + shape.length);
}

/** All of them. */
export const layerCases: readonly LayerCase[] = [
  layerCase("Dense", [2, 5], 4, (options) => new Dense(weight(4, 5), options)),
  layerCase("Dense on tokens", [2, 3, 4], 3, (options) => new Dense(weight(3, 4), options)),
  layerCase("Dense with ReLU", [3, 4], 5, (options) => new Dense(weight(5, 4), { ...options, activation: relu })),
  layerCase(
    "Conv 1-D, stride, padding, dilation", [2, 2, 9], 3,
    (options) => new Conv(weight(3, 2, 3), { ...options, stride: 2, padding: 1, dilation: 2 }),
  ),
  layerCase("Conv 2-D", [2, 2, 5, 4], 3, (options) => new Conv(weight(3, 2, 3, 2), options)),
  layerCase(
    "Conv 2-D, padding and ReLU", [1, 2, 5, 5], 3,
    (options) => new Conv(weight(3, 2, 3, 3), { ...options, padding: 1, activation: relu }),
  ),
  layerCase(
    "Conv 2-D, stride and asymmetric padding", [2, 1, 6, 5], 2,
    (options) => new Conv(weight(2, 1, 3, 2), { ...options, stride: [2, 1], padding: [[2, 0], [0, 1]] }),
  ),
  layerCase(
    "Conv 2-D, groups and dilation", [1, 4, 6, 6], 6,
    (options) => new Conv(weight(6, 2, 2, 2), { ...options, groups: 2, dilation: 2 }),
  ),
  layerCase(
    "Conv 3-D", [1, 2, 3, 4, 3], 2, (options) => new Conv(weight(2, 2, 2, 2, 2), { ...options, padding: [0, 1, 0] }),
  ),
  layerCase(
    "ConvTranspose 1-D with gaps", [2, 2, 4], 3,
    (options) => new ConvTranspose(weight(2, 3, 2), { ...options, stride: 3 }),
  ),
  layerCase(
    "ConvTranspose 2-D, groups, output padding", [1, 4, 3, 3], 6,
    (options) => new ConvTranspose(
      weight(4, 3, 3, 3), { ...options, groups: 2, stride: 2, padding: 1, outputPadding: 1 },
    ),
  ),
  layerCase("Scale of features", [3, 2, 4], 4, (options) => new Scale(weight(4), options)),
  layerCase("Scale of channels", [2, 3, 2, 2], 3, (options) => new Scale(weight(3), { ...options, axis: 1 })),
  batchNormCase(),
];

function batchNormCase(): LayerCase {
  const parameters = {
    gamma: weight(3), mean: randomTensor([3], 3), variance: randomTensor([3], 4, 0.5, 2), epsilon: 0.1,
  };
  const biased = new BatchNorm({ ...parameters, beta: randomTensor([3], 6) });
  return { name: "BatchNorm", input: [2, 3, 2, 3], plain: new BatchNorm(parameters), biased };
}
