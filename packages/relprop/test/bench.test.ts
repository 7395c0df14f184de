/** `relprop bench`, on the digits and on a model that leaves its input free. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { kernels } from "@relprop/tensor";
import { run, type Run } from "./memory-terminal.ts";

const model = await readFile(new URL("../../../examples/digits/digits.onnx", import.meta.url));
const relprop = (...args: readonly string[]): Promise<Run> => run({ "digits.onnx": model }, "bench", ...args);

test("says how long the passes take, on which kernels, and how much memory they need", async () => {
  const { code, out, err } = await relprop("digits.onnx", "--runs", "3");
  expect([code, err]).toEqual([0, ""]);
  const [head, forward, lrp, memory] = out.split("\n") as [string, string, string, string];
  expect(head).toBe("simd kernels, 1 thread, input 1x1x32x32, medians of 3 runs");
  expect(forward).toMatch(/^forward +[\d.]+ ms {2}\(best [\d.]+ ms\)$/);
  expect(lrp).toMatch(/^LRP epsilon-plus-flat {2}[\d.]+ ms {2}\(best [\d.]+ ms\), [\d.]+ times the forward pass$/);
  expect(memory).toMatch(/^memory: [\d.]+ MB of weights, [\d.]+ MB of activations and relevances, [\d.]+ MB held/);
});

test("takes shape, composite, kernels, and prints JSON", async () => {
  const { code, out } = await relprop(
    "digits.onnx", "--input", "2x1x32x32", "--composite", "epsilon-gamma-box", "--kernels", "scalar", "--runs", "1",
    "--json",
  );
  expect(code).toBe(0);
  const report = JSON.parse(out) as Record<string, unknown> & { forward: { median: number; best: number } };
  expect(report).toMatchObject({
    kernels: "scalar", threads: 1, input: [2, 1, 32, 32], composite: "epsilon-gamma-box", runs: 1,
  });
  expect(report.forward.best).toBe(report.forward.median);
});

test("leaves the kernels as they were", async () => {
  const before = kernels();
  await relprop("digits.onnx", "--runs", "1", "--kernels", "simd");
  expect(kernels()).toBe(before);
});

test.each([
  [["digits.onnx", "--kernels", "fast"], '--kernels takes simd or scalar, got "fast"'],
  [["digits.onnx", "--kernels", "scalar", "--threads", "2"], "--threads takes 1 for scalar kernels"],
  [["digits.onnx", "--input", "1xwide"], '--input takes extents as in 1x3x224x224, got "1xwide"'],
  [["digits.onnx", "--runs", "0"], '--runs takes a whole number >= 1, got "0"'],
  [[], "takes a MODEL file, got none"],
])("%j is refused", async (args, message) => {
  const { code, err } = await relprop(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
