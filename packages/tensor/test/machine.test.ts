import { expect, test } from "vitest";
import { host } from "../src/host.ts";
import { convKernels } from "../src/simd/conv.ts";
import { denseKernels } from "../src/simd/dense.ts";
import { Heap } from "../src/simd/heap.ts";
import { Machine } from "../src/simd/machine.ts";
import { compileSimd } from "../src/simd/module.ts";
import { noise, planar } from "./kernels/geometries.ts";

test("tensors leave kernels a reserve: when they have filled the heap, convolutions still run", () => {
  const pages = 256;
  const memory = new host.WebAssembly!.Memory({ initial: 1, maximum: pages, shared: true });
  const machine = new Machine(compileSimd({ maximum: pages, shared: true })!, new Heap(memory, pages));
  const held: Float32Array[] = [];
  for (const length of [1 << 18, 1 << 14, 1 << 10, 16]) {
    for (let view = machine.allocate(length); machine.heap.owns(view); view = machine.allocate(length)) held.push(view);
  }
  const bytes = held.reduce((total, view) => total + view.byteLength, 0);
  expect(bytes).toBeGreaterThan(0.8 * 65536 * pages);
  expect(bytes).toBeLessThanOrEqual((7 / 8) * 65536 * pages);
  const g = planar([4, 5], [30, 30], [5, 5], { padding: [2, 2] });
  const [x, weight, out] = [noise(4 * 900, 1), noise(5 * 4 * 25, 2), new Float32Array(5 * 900)];
  convKernels(machine).conv(g, x, weight, undefined, out);
  expect(out.some((value) => value !== 0)).toBe(true);
});

test("where the heap is full, a weight larger than the reserve goes a part at a time, with the same bits", () => {
  const pages = 768;
  const machineOf = (): Machine => {
    const memory = new host.WebAssembly!.Memory({ initial: 1, maximum: pages, shared: true });
    return new Machine(compileSimd({ maximum: pages, shared: true })!, new Heap(memory, pages));
  };
  const [n, k] = [1024, 2048];
  const weight = noise(n * k, 1);
  const products = (machine: Machine): readonly Float32Array[] => [1, 8].flatMap((m) => {
    const kernels = denseKernels(machine);
    const [sums, back] = [new Float32Array(m * n), new Float32Array(m * k)];
    kernels.dense(m, n, k, noise(m * k, 2), weight, noise(n, 3), sums);
    kernels.denseTransposed(m, n, k, noise(m * n, 4), weight, back);
    return [sums, back];
  });
  const full = machineOf();
  const held: Float32Array[] = [];
  for (const length of [1 << 18, 1 << 14, 1 << 10, 16]) {
    for (let view = full.allocate(length); full.heap.owns(view); view = full.allocate(length)) held.push(view);
  }
  expect(weight.byteLength).toBeGreaterThan(full.heap.reserve);
  expect(products(full)).toEqual(products(machineOf()));
  expect(held.length).toBeGreaterThan(0);
});
