import { expect, test } from "vitest";
import { host } from "../src/host.ts";
import { Heap } from "../src/simd/heap.ts";

function heap(pages: number, initial: number): Heap {
  return new Heap(new host.WebAssembly!.Memory({ initial, maximum: pages, shared: true }), pages);
}

test.each([0, 1, 4])("a heap that starts with %i pages gives all it has, then nothing", (initial) => {
  const small = heap(4, initial);
  const starts: number[] = [];
  for (let at = small.claim(1000); at !== undefined; at = small.claim(1000)) starts.push(at);
  expect(starts.length).toBe(Math.floor((4 * 65536 - 128) / 1024));
  expect(new Set(starts).size).toBe(starts.length);
  expect(Math.min(...starts)).toBeGreaterThan(0);
  expect(Math.max(...starts) + 1024).toBeLessThanOrEqual(4 * 65536 - 64);
});

test("what is released in any order is one piece again", () => {
  const small = heap(4, 1);
  const starts = [1, 2, 3, 4, 5].map(() => small.claim(40000)!);
  for (const i of [1, 3, 0, 4, 2]) small.release(starts[i]!, starts[i]! + 40000);
  expect(small.claim(4 * 65536 - 256)).toBe(starts[0]);
});

test("floats are known by their memory, wherever the view starts", () => {
  const small = heap(4, 1);
  const view = small.floats(100)!;
  expect(small.owns(view.subarray(5, 7))).toBe(true);
  expect(small.owns(new Float32Array(100))).toBe(false);
  view.fill(2);
  for (let i = 0; i < 3; i++) small.claim(60000);
  expect(view.every((value) => value === 2)).toBe(true);
});
