/** What relprop wants to show: for each work the bar, the aim beyond it, and how it is read off the measurements. */
import { median } from "./rounds.js";

/** Row by ratio of two works: the median of the ratios within rounds. */
function against(work, [name, subject, what], [otherName, otherWhat], bar, aim) {
  return {
    work, bar, aim,
    measure: ({ peers, clock }) =>
      ratio(peers[`${name} | ${subject} | ${what}`], peers[`${otherName} | ${subject} | ${otherWhat}`], clock),
  };
}

/** The ratio of two works timed in turns, and what each took. */
function ratio(ours, theirs, clock) {
  if (ours === undefined || theirs === undefined) return undefined;
  const value = median(ours[clock].map((time, round) => time / theirs[clock][round]));
  const least = Math.min(...ours[clock]) / Math.min(...theirs[clock]);
  return { value, least, detail: `${milliseconds(median(ours[clock]))} / ${milliseconds(median(theirs[clock]))}` };
}

function milliseconds(value) {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;
}

const ours = (subject, what) => ["relprop", subject, what];
const ort = ["onnxruntime-web wasm", "forward"];
const tfjs = ["TensorFlow.js wasm", "forward"];
const forward = ["relprop", "forward"];
const gradient = ["PyTorch", "gradient"];
const flat = "epsilon-plus-flat";

/** One number against a bar. */
function amount(work, unit, bar, aim, read) {
  return {
    work, bar, aim, unit,
    measure(all) {
      const found = read(all);
      return found === undefined ? undefined : { value: found.value, detail: found.detail ?? "" };
    },
  };
}

/** Forward as users call it, of a network that PyTorch exported. */
const exportedForward = (name, subject, bar, aim) =>
  against(`${name} forward / onnxruntime-web wasm`, ours(subject, "predict"), ort, bar, aim);

/** An explanation against its own forward pass times how many more multiplications it plans. */
function againstProducts(name, subject) {
  return {
    work: `${name} LRP epsilonPlusFlat / its forward × planned products`,
    bar: 1.15,
    aim: 1,
    measure({ peers, clock, products }) {
      const [lrp, once] = [flat, "predict"].map((what) => peers[`relprop | ${subject} | ${what}`]);
      const planned = products?.[subject];
      if (planned === undefined || lrp === undefined || once === undefined) return undefined;
      const factor = planned.explained / planned.forward;
      const found = ratio(lrp, { ...once, [clock]: once[clock].map((time) => factor * time) }, clock);
      return { ...found, detail: `${found.detail}, ${factor.toFixed(2)} times the products` };
    },
  };
}

const mobile = [
  ["MobileNetV2", "mobilenet_v2"], ["EfficientNet-B0", "efficientnet_b0"], ["ConvNeXt-Tiny", "convnext_tiny"],
  ["ResNet-50", "resnet50"], ["DenseNet-121", "densenet121"], ["MobileNetV3-Large", "mobilenet_v3_large"],
];

const toGradient = (name, subject) => against(
  `${name} LRP epsilonPlusFlat / PyTorch forward + input gradient`, ours(subject, flat), gradient, 1.3, 0.9,
);

const reading = (what, format) => amount(`${what}, read and used first, beyond a second use`, "s", 0.5, 0.25,
  ({ reading: found }) => found && {
    value: found[format].seconds,
    detail: `read in ${found[format].reading.toFixed(2)} s, forward ${found[format].forward.toFixed(2)} s`,
  });

const attnLRP = (name, subject) =>
  against(`${name} AttnLRP / its forward`, ours(subject, "attn-lrp-1"), ["relprop", "predict"], 2.3, 2.1);

/** What each further of eight explained outputs takes, against the way back for one. */
const furtherTargets = {
  work: "GPT-2 AttnLRP, each further of 8 next tokens / (one run − its forward)",
  bar: 1.1,
  aim: 0.9,
  measure({ peers, clock }) {
    const works = ["attn-lrp-1", "attn-lrp-8", "predict"];
    const [one, many, once] = works.map((what) => peers[`relprop | gpt2_small | ${what}`]);
    if (one === undefined || many === undefined || once === undefined) return undefined;
    const further = many[clock].map((time, round) => (time - one[clock][round]) / 7);
    const back = one[clock].map((time, round) => time - once[clock][round]);
    return ratio({ [clock]: further }, { [clock]: back }, clock);
  },
};

/** Two threads against one; processor time says nothing of threads. */
const threads = (name, subject, bar) => ({
  work: `two threads against one, ${name} LRP`,
  bar,
  aim: 1.9,
  atLeast: true,
  measure: ({ peers }) =>
    ratio(peers[`relprop | ${subject} | ${flat}`], peers[`relprop, 2 threads | ${subject} | ${flat}`], "wall"),
});

/** In the order they are shown. A bar is what must not be exceeded, unless `atLeast`. */
export const rows = [
  against("VGG16 forward / onnxruntime-web wasm", ours("vgg16", "forward"), ort, 0.42, 0.33),
  against("VGG16 forward / PyTorch", ours("vgg16", "forward"), ["PyTorch", "forward"], 1.2, 0.9),
  against("ResNet-18 forward / onnxruntime-web wasm", ours("resnet18", "forward"), ort, 0.55, 0.4),
  against("conv 64→64 at 112² forward / TensorFlow.js wasm forward", ours("conv64", "forward"), tfjs, 0.5, 0.38),
  against("conv 64→64 at 112² input gradient / the same", ours("conv64", "transposed"), tfjs, 0.5, 0.38),
  against("conv 256→256 at 28² forward / TensorFlow.js wasm forward", ours("conv256", "forward"), tfjs, 0.5, 0.38),
  against("conv 256→256 at 28² input gradient / the same", ours("conv256", "transposed"), tfjs, 0.5, 0.38),
  against("LeNet-5 forward, batch 1 / onnxruntime-web wasm", ours("lenet5", "forward"), ort, 0.5, 0.3),
  exportedForward("MobileNetV2", "mobilenet_v2", 0.75, 0.5),
  exportedForward("MobileNetV3-Large", "mobilenet_v3_large", 0.75, 0.5),
  exportedForward("EfficientNet-B0", "efficientnet_b0", 0.75, 0.5),
  exportedForward("ConvNeXt-Tiny", "convnext_tiny", 0.75, 0.6),
  exportedForward("ResNet-50", "resnet50", 0.45, 0.35),
  exportedForward("DenseNet-121", "densenet121", 0.45, 0.35),
  exportedForward("segmenter of text", "segmenter", 0.9, 0.6),
  exportedForward("ViT-B/16", "vit_b_16", 0.85, 0.7),
  exportedForward("BERT-base, 128 tokens,", "bert_base", 0.85, 0.7),
  ...mobile.map(([name, subject]) => againstProducts(name, subject)),
  attnLRP("ViT-B/16", "vit_b_16"),
  attnLRP("BERT-base, 128 tokens,", "bert_base"),
  attnLRP("GPT-2-small, 128 tokens,", "gpt2_small"),
  against(
    "GPT-2-small, 128 tokens, AttnLRP / PyTorch modified gradient × input", ours("gpt2_small", "attn-lrp-1"),
    ["PyTorch", "relevance"], 3, 2.4,
  ),
  furtherTargets,
  against(
    "small encoder AttnLRP / PyTorch modified gradient × input", ours("encoder", "attn-lrp-1"),
    ["PyTorch", "relevance"], 0.3, 0.15,
  ),
  toGradient("MobileNetV2", "mobilenet_v2"),
  toGradient("ResNet-50", "resnet50"),
  toGradient("EfficientNet-B0", "efficientnet_b0"),
  against("VGG16 LRP epsilonPlusFlat / its forward", ours("vgg16", flat), forward, 2.5, 2.3),
  against("VGG16 LRP epsilonGammaBox / its forward", ours("vgg16", "epsilon-gamma-box"), forward, 2.9, 2.6),
  against("VGG16 LRP epsilonAlpha2Beta1Flat / its forward", ours("vgg16", "epsilon-alpha2-beta1-flat"), forward, 5.0),
  against("VGG16 LRP epsilonPlusFlat / PyTorch forward + input gradient", ours("vgg16", flat), gradient, 1.6, 1.2),
  against("LeNet-5 LRP epsilonPlusFlat / PyTorch forward + input gradient", ours("lenet5", flat), gradient, 1, 0.4),
  {
    work: "each further concept at VGG16's last convolution / one LRP run",
    bar: 0.4,
    aim: 0.3,
    measure({ peers, clock }) {
      const [one, many, whole] = ["concepts-1", "concepts-16", flat].map((what) => peers[`relprop | vgg16 | ${what}`]);
      if (one === undefined || many === undefined || whole === undefined) return undefined;
      const further = many[clock].map((time, round) => (time - one[clock][round]) / 15);
      return ratio({ ...many, [clock]: further }, whole, clock);
    },
  },
  threads("VGG16", "vgg16", 1.8),
  threads("ResNet-50", "resnet50", 1.8),
  against(
    "plain loops, VGG16 forward / TensorFlow.js cpu",
    ["relprop, plain loops", "vgg16", "forward"], ["TensorFlow.js cpu", "forward"], 0.33, 0.2,
  ),
  reading("24 million weights of 8 bits", "uint8"),
  reading("45 million half floats", "float16"),
  amount("flipping of 25 steps, ResNet-18 / 50 single forward passes", undefined, 1.05, 0.85, ({ flipping }) =>
    flipping && {
      value: flipping.ratio, detail: `${flipping.flipping.toFixed(2)} s / ${flipping.forward.toFixed(2)} s`,
    }),
  amount("audit of 1,797 digits", "s", 20, 10, ({ auditing }) => auditing && {
    value: auditing.seconds,
    detail: `${auditing.suspicious} suspicious, ${auditing.after} MB, ${auditing.again} MB after another`,
  }),
  amount("memory that another audit of 1,797 digits adds", "MB", 32, 16, ({ auditing }) => auditing && {
    value: auditing.again - auditing.after,
  }),
  amount("from start to first explained digit / an empty program", "×", 2.1, 1.7, ({ startUp }) => startUp && {
    value: startUp.median / startUp.empty,
    detail: ["median", "least", "cpu", "empty"].map((part) => `${part} ${startUp[part].toFixed(2)}`).join(", "),
  }),
  amount("peak memory of VGG16 LRP epsilonPlusFlat", "GB", 1.3, 1.0, ({ memory }) => memory && { value: memory }),
  amount("peak memory of GPT-2-small AttnLRP, 512 tokens", "GB", 2.0, 1.4, ({ textMemory }) => textMemory && {
    value: textMemory,
  }),
  amount("code taken along, compressed, plain loops", "kB", 20, undefined, ({ sizes }) => sizes && {
    value: sizes.scalar / 1000,
  }),
  amount("code taken along, compressed, with SIMD", "kB", 40, undefined, ({ sizes }) => sizes && {
    value: sizes.simd / 1000,
  }),
];
