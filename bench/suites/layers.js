/** Layers: the forward pass, and the forward pass with the way back. */
import {
  ActivationLayer, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, gelu, GlobalAvgPool, LayerNorm, MatMul, MaxPool,
  relu, Softmax, Upsample,
} from "@relprop/layers";
import { ones, sharedArena } from "@relprop/tensor";
import { randomTensor } from "../networks.js";
import { generator } from "../random.js";

/** Every layer of a kind of its own, on an image or on tokens. */
export function cases({ tiny = false } = {}) {
  const random = generator(2);
  const tensor = (...shape) => randomTensor(shape, random);
  const [c, e, features] = tiny ? [2, 4, 6] : [64, 56, 1024];
  const image = () => [tensor(1, c, e, e)];
  const tokens = () => [tensor(1, e, features)];
  const layers = {
    Dense: [() => new Dense(tensor(features, features)), () => [tensor(1, features)]],
    Conv: [() => new Conv(tensor(c, c, 3, 3), { padding: 1 }), image],
    "Conv depthwise": [() => new Conv(tensor(c, 1, 3, 3), { padding: 1, groups: c }), image],
    ConvTranspose: [() => new ConvTranspose(tensor(c, c, 2, 2), { stride: 2 }), image],
    MaxPool: [() => new MaxPool(2), image],
    AvgPool: [() => new AvgPool(2), image],
    GlobalAvgPool: [() => new GlobalAvgPool(), image],
    Upsample: [() => new Upsample({ scale: 2 }), image],
    BatchNorm: [() => new BatchNorm({ mean: tensor(c), variance: ones([c]) }), image],
    LayerNorm: [() => new LayerNorm(features), tokens],
    Softmax: [() => new Softmax(), tokens],
    MatMul: [() => new MatMul(), () => [tensor(1, e, features), tensor(1, features, e)]],
    Relu: [() => new ActivationLayer(relu), image],
    Gelu: [() => new ActivationLayer(gelu), image],
  };
  const arena = sharedArena();
  return Object.entries(layers).flatMap(([name, [makeLayer, makeInputs]]) => {
    const point = () => ({ layer: makeLayer(), inputs: makeInputs() });
    return [
      {
        label: `${name} forward`,
        make() {
          const { layer, inputs } = point();
          return () => arena.run(() => layer.forward(...inputs).size);
        },
      },
      {
        label: `${name} forward and back`,
        make() {
          const { layer, inputs } = point();
          const s = randomTensor(layer.outputShape(...inputs.map(({ shape }) => shape)), random);
          return () => arena.run(() => layer.pullback(...inputs).back(s).length);
        },
      },
    ];
  });
}
