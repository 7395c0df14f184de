/** Graph models of TensorFlow.js, explained. */
import { chain, Conv } from "@relprop/layers";
import { epsilonPlus, LRP, prepare } from "@relprop/lrp";
import { loadTfjs } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

const extents = { shape: { dim: [-1, 4, 5, 2].map((size) => ({ size })) } };
const strides = { list: { i: ["1", "1", "1", "1"] } };

test("relevance is that of the same network written down as layers", () => {
  const kernel = Float32Array.from({ length: 36 }, (_, i) => Math.cos(i));
  const model = loadTfjs(JSON.stringify({
    format: "graph-model",
    modelTopology: { node: [
      { name: "x", op: "Placeholder", attr: { shape: extents } }, { name: "k", op: "Const" },
      { name: "conv", op: "Conv2D", input: ["x", "k"], attr: { padding: { s: "U0FNRQ==" }, strides } },
    ] },
    weightsManifest: [{ paths: ["w"], weights: [{ name: "k", shape: [3, 3, 2, 2], dtype: "float32" }] }],
  }), [new Uint8Array(kernel.buffer)]);
  // Kernels have their channels last: element [out, in, row, column] is [row, column, in, out] of the file.
  const weight = Float32Array.from({ length: 36 }, (_, i) => {
    const [out, channel, row, column] = [Math.floor(i / 18), Math.floor(i / 9) % 2, Math.floor(i / 3) % 3, i % 3];
    return kernel[((row * 3 + column) * 2 + channel) * 2 + out]!;
  });
  const twin = chain(new Conv(new Tensor([2, 2, 3, 3], weight), { padding: 1 }));
  const x = Float32Array.from({ length: 40 }, (_, i) => Math.sin(3 * i));
  const turned = Float32Array.from({ length: 40 }, (_, i) => x[(i % 20) * 2 + Math.floor(i / 20)]!);
  const a = new LRP(prepare(model), epsilonPlus()).analyze(new Tensor([1, 4, 5, 2], x), { target: 1 });
  const b = new LRP(twin, epsilonPlus()).analyze(new Tensor([1, 2, 4, 5], turned), { target: 1 });
  a.relevance.data.forEach((r, i) => {
    expect(r).toBeCloseTo(b.relevance.data[(i % 2) * 20 + Math.floor(i / 2)]!, 5);
  });
});
