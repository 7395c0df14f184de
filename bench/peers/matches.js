/** Which works take turns with one another. Every entry is a contestant, a subject and what is done with it. */
import { exported, transformers } from "./subjects.js";

const entries = (subject, works) =>
  Object.entries(works).flatMap(([name, list]) => list.map((what) => ({ name, subject, what })));

const convolution = (subject) => entries(subject, {
  relprop: ["forward", "transposed"],
  "TensorFlow.js wasm": ["forward"],
  "onnxruntime-web wasm": ["forward"],
  PyTorch: ["forward", "transposed"],
});

const network = (subject, presets = ["epsilon-plus-flat"]) => entries(subject, {
  relprop: ["forward", ...presets],
  "onnxruntime-web wasm": ["forward"],
  "TensorFlow.js wasm": ["forward"],
  PyTorch: ["forward", "gradient"],
});

/** A network that PyTorch exported; forward as users call it. */
const exportedNetwork = (subject) => entries(subject, {
  relprop: ["predict", ...(subject === "segmenter" ? [] : ["epsilon-plus-flat"])],
  "onnxruntime-web wasm": ["forward"],
  ...(["mobilenet_v2", "resnet50", "efficientnet_b0"].includes(subject) && { PyTorch: ["forward", "gradient"] }),
});

/** A network with attention; `attn-lrp-8` explains eight outputs. */
const transformer = (subject) => entries(subject, {
  relprop: ["predict", "attn-lrp-1", ...(subject === "gpt2_small" ? ["attn-lrp-8"] : [])],
  ...(["vit_b_16", "bert_base"].includes(subject) && { "onnxruntime-web wasm": ["forward"] }),
  ...(["gpt2_small", "encoder"].includes(subject) && { PyTorch: ["relevance"] }),
});

const presets = ["epsilon-plus-flat", "epsilon-gamma-box", "epsilon-alpha2-beta1-flat"];

/** In the order they are run; `rounds` is multiplied by what a run asks for. */
export const matches = [
  { title: "3×3 convolution 64→64 at 112²", rounds: 3, entries: convolution("conv64") },
  { title: "3×3 convolution 256→256 at 28²", rounds: 3, entries: convolution("conv256") },
  { title: "LeNet-5, one image", rounds: 5, entries: network("lenet5", presets) },
  { title: "LeNet-5, 64 images", rounds: 3, entries: network("lenet5-x64") },
  { title: "ResNet-18", rounds: 2, entries: network("resnet18", presets) },
  ...transformers.map((subject) => ({
    title: subject, rounds: subject === "encoder" ? 5 : 1, entries: transformer(subject),
  })),
  ...exported.filter((subject) => !transformers.includes(subject)).map((subject) => ({
    title: subject,
    rounds: 1,
    entries: [
      ...exportedNetwork(subject),
      ...(subject === "resnet50" ? entries(subject, { "relprop, 2 threads": ["epsilon-plus-flat"] }) : []),
    ],
  })),
  {
    title: "VGG16",
    rounds: 1,
    entries: [
      ...network("vgg16", presets),
      ...entries("vgg16", { relprop: ["concepts-1", "concepts-16"], "relprop, 2 threads": ["epsilon-plus-flat"] }),
    ],
  },
  {
    title: "VGG16 on plain loops",
    rounds: 0.3,
    entries: entries("vgg16", { "relprop, plain loops": ["forward"], "TensorFlow.js cpu": ["forward"] }),
  },
];
