/** The networks of the benchmarks; random weights keep activations of one size throughout (He et al. 2015). */
import {
  Add, AvgPool, chain, Conv, Dense, Flatten, GlobalAvgPool, MaxPool, parallel, relu, skip,
} from "@relprop/layers";
import { kernels, Tensor } from "@relprop/tensor";
import { generator } from "./random.js";

/** A tensor of random numbers within ±scale, in memory the kernels in use read without copying. */
export function randomTensor(shape, random, scale = 1) {
  const data = kernels().allocate(shape.reduce((size, extent) => size * extent, 1));
  for (let i = 0; i < data.length; i++) data[i] = scale * random();
  return new Tensor(shape, data);
}

function weights(shape, random) {
  const fanIn = shape.slice(1).reduce((size, extent) => size * extent, 1);
  return randomTensor(shape, random, Math.sqrt(6 / fanIn));
}

function conv(random, channelsIn, channelsOut, kernel, options = {}) {
  const bias = randomTensor([channelsOut], random, 0.05);
  return new Conv(weights([channelsOut, channelsIn, kernel, kernel], random), { bias, ...options });
}

function dense(random, features, out) {
  return new Dense(weights([out, features], random), { bias: randomTensor([out], random, 0.05) });
}

/** LeNet-5 (LeCun et al. 1998) with rectifiers; input [N, 1, 28, 28]. */
export function leNet5(seed = 1) {
  const random = generator(seed);
  return chain(
    conv(random, 1, 6, 5, { padding: 2 }), relu, new AvgPool(2),
    conv(random, 6, 16, 5), relu, new AvgPool(2),
    new Flatten(), dense(random, 400, 120), relu, dense(random, 120, 84), relu, dense(random, 84, 10),
  );
}

/** VGG16 (Simonyan & Zisserman 2015); input [N, 3, extent, extent]. `thin` divides its widths, for tests. */
export function vgg16({ seed = 1, extent = 224, thin = 1 } = {}) {
  const random = generator(seed);
  const features = [];
  let channels = 3;
  for (const width of [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]) {
    if (width === 0) {
      features.push(new MaxPool(2));
      continue;
    }
    features.push(conv(random, channels, width / thin, 3, { padding: 1 }), relu);
    channels = width / thin;
  }
  const flat = channels * (extent / 32) ** 2;
  const [hidden, classes] = [4096 / thin, thin === 1 ? 1000 : 10];
  const classifier = [
    new Flatten(), dense(random, flat, hidden), relu, dense(random, hidden, hidden), relu,
    dense(random, hidden, classes),
  ];
  return chain({ features: chain(...features), classifier: chain(...classifier) });
}

/** ResNet-18 (He et al. 2016) with batch normalisation already fused; input [N, 3, 224, 224]. `thin` as for VGG16. */
export function resNet18({ seed = 1, thin = 1 } = {}) {
  const random = generator(seed);
  let channels = 64 / thin;
  const stem = conv(random, 3, channels, 7, { stride: 2, padding: 3 });
  const parts = [stem, relu, new MaxPool(3, { stride: 2, padding: 1 })];
  for (const [full, stride] of [[64, 1], [64, 1], [128, 2], [128, 1], [256, 2], [256, 1], [512, 2], [512, 1]]) {
    const width = full / thin;
    const path = chain(
      conv(random, channels, width, 3, { stride, padding: 1 }), relu,
      conv(random, width, width, 3, { padding: 1 }),
    );
    const block = stride === 1 ? skip(path) : parallel([conv(random, channels, width, 1, { stride }), path], new Add());
    parts.push(block, relu);
    channels = width;
  }
  return chain(...parts, new GlobalAvgPool(), new Flatten(), dense(random, channels, 1000));
}
