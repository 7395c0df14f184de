/** What contestants are timed on: networks with seeded weights, and the shape of their input. */
import { chain, Conv } from "@relprop/layers";
import { leNet5, randomTensor, resNet18, vgg16 } from "../networks.js";
import { generator } from "../random.js";

/** Networks that PyTorch exports: `scripts/torchvision/timed.py` knows them by these names. */
export const exported = [
  "mobilenet_v2", "mobilenet_v3_large", "efficientnet_b0", "convnext_tiny", "resnet50", "densenet121", "segmenter",
  "vit_b_16", "bert_base", "gpt2_small", "encoder",
];

/** Those among them with attention; texts have 128 tokens. */
export const transformers = ["vit_b_16", "bert_base", "gpt2_small", "encoder"];

/** Each builds the same model every time. */
export const subjects = {
  vgg16: { build: () => vgg16(), shape: [1, 3, 224, 224] },
  resnet18: { build: () => resNet18(), shape: [1, 3, 224, 224] },
  lenet5: { build: () => leNet5(), shape: [1, 1, 28, 28] },
  "lenet5-x64": { build: () => leNet5(), shape: [64, 1, 28, 28] },
  conv64: { build: () => convolution(64), shape: [1, 64, 112, 112] },
  conv256: { build: () => convolution(256), shape: [1, 256, 28, 28] },
};

/** The input of a subject, in an array of its own as a program would have it. */
export function inputOf(name) {
  const { shape } = subjects[name];
  return Float32Array.from(randomTensor(shape, generator(2)).data);
}

function convolution(channels) {
  const random = generator(1);
  const weight = randomTensor([channels, channels, 3, 3], random, Math.sqrt(6 / (9 * channels)));
  return chain(new Conv(weight, { padding: 1, bias: randomTensor([channels], random, 0.05) }));
}
