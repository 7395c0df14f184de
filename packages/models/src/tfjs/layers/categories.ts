/** Whole numbers as categories: columns of zeros and ones, or of counts. */
import { Flatten, ReduceMax, ReduceSum } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import { embedding } from "../../embedding.ts";
import type { KerasLayer } from "../layer-call.ts";

/** `CategoryEncoding`: relevance arrives at the categories that an input names. */
export const categories: readonly (readonly [string, KerasLayer])[] = [
  ["CategoryEncoding", (call) => {
    const { config, input: ids } = call;
    const count = config.number("num_tokens") ?? 0;
    if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`takes a whole num_tokens >= 1, got ${count}`);
    call.take(count * count);
    const ones = new Tensor([count, count], new Float32Array(count * count));
    for (let i = 0; i < count; i++) ones.data[i * (count + 1)] = 1;
    const tokens = call.decide(embedding(ones), [ids], [...ids.shape, count], { suffix: ".tokens" });
    // TensorFlow.js writes multiHot, Keras multi_hot.
    const mode = (config.text("output_mode") ?? "multi_hot").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (mode === "count") return call.emit(new ReduceSum({ axes: [1], keepDims: false }), [tokens]);
    if (mode === "multi_hot") return call.emit(new ReduceMax({ axes: [1], keepDims: false }), [tokens]);
    if (mode === "one_hot" && ids.shape[1] === 1) return call.emit(new Flatten(), [tokens]);
    throw new RangeError(`takes output_mode count, multi_hot, or one_hot of one number, got ${mode} of [${ids.shape}]`);
  }],
];
