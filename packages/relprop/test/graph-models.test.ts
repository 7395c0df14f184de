/** Graph models of TensorFlow.js, explained. */
import { readFileSync } from "node:fs";
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

test("relevance goes through every turn of a loop", () => {
  interface Case {
    readonly model: unknown;
    readonly weights: string;
    readonly inputs: { readonly x: { readonly data: readonly number[] } };
  }
  const cases = JSON.parse(
    readFileSync(new URL("../../models/test/tfjs/control.json", import.meta.url), "utf8"),
  ) as Readonly<Record<string, Case>>;
  const { model, weights, inputs } = cases["while of functions"]!;
  const text = (globalThis as unknown as { atob(text: string): string }).atob(weights);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const loaded = prepare(loadTfjs(JSON.stringify(model), [bytes], { outputs: ["last"] }));
  const x = new Tensor([2, 5, 3], Float32Array.from(inputs.x.data));
  const { relevance } = new LRP(loaded).analyze(x, { target: 0 });
  const steps = Array.from({ length: 5 }, (_, step) => relevance.data.slice(3 * step, 3 * step + 3));
  expect(steps.every((step) => step.some((value) => Math.abs(value) > 1e-4))).toBe(true);
});
