import { expect, test } from "vitest";
import { host } from "../src/host.ts";
import { convKernels } from "../src/simd/conv.ts";
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
