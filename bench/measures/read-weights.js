// How long models of many small weights take to be read and used for the first time, beyond a second use, in seconds.
import { processorTime } from "../rounds.js";
import { loadTfjs } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";

const [channels, extent] = [512, 14];

/** By format: how many convolutions of 2.4 million weights, bytes of each weight, and what the file says of it. */
const formats = {
  uint8: { layers: 10, bytes: 1, quantization: { dtype: "uint8", scale: 0.001, min: -0.127 } },
  float16: { layers: 19, bytes: 2, quantization: { dtype: "float16", original_dtype: "float32" } },
};

const { layers, bytes, quantization } = formats[process.argv[2]];
const convolution = (_, i) => ({
  class_name: "Conv2D",
  config: {
    name: `c${i}`, filters: channels, kernel_size: [3, 3], padding: "same", use_bias: false, activation: "relu",
    ...(i === 0 && { batch_input_shape: [null, extent, extent, channels] }),
  },
});
const json = JSON.stringify({
  format: "layers-model",
  modelTopology: { class_name: "Sequential", config: { layers: Array.from({ length: layers }, convolution) } },
  weightsManifest: [{
    paths: ["weights"],
    weights: Array.from({ length: layers }, (_, i) => (
      { name: `c${i}/kernel`, shape: [3, 3, channels, channels], dtype: "float32", quantization })),
  }],
});
// Bytes of 32 are small half floats, and small levels.
const shard = new Uint8Array(layers * 9 * channels * channels * bytes).map((_, i) => (i % 7) + 24);

useSimd();
const input = new Tensor([1, extent, extent, channels], new Float32Array(extent * extent * channels).fill(1e-3));
const before = process.memoryUsage.rss();
const start = processorTime();
const model = loadTfjs(json, [shard]);
const read = processorTime();
model.predict(input);
const first = processorTime();
model.predict(input);
const second = processorTime();
console.log(JSON.stringify({
  seconds: (first - start - (second - first)) / 1000,
  reading: (read - start) / 1000,
  forward: (second - first) / 1000,
  weights: layers * 9 * channels * channels,
  megabytes: (process.memoryUsage.rss() - before) / 2 ** 20,
}));
