import { expect, test } from "vitest";
import { host, type LinearMemory } from "../src/host.ts";
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

test("a heap grows beyond two gigabytes, and ends at four", () => {
  // Memory that only counts.
  let pages = 1;
  const counted = {
    get buffer() {
      return { byteLength: 65536 * pages } as ArrayBuffer;
    },
    grow: (more: number) => (pages += more) - more,
  };
  const large = new Heap(counted, 65536);
  const starts: number[] = [];
  for (let at = large.claim(2 ** 28); at !== undefined; at = large.claim(2 ** 28)) starts.push(at);
  expect(starts).toHaveLength(15);
  expect(large.size).toBeGreaterThan(15 * 2 ** 28);
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

// As in engines where growing by nothing changes nothing.
function stubborn(memory: LinearMemory): LinearMemory {
  return {
    get buffer() {
      return memory.buffer;
    },
    grow: (pages) => (pages === 0 ? memory.buffer.byteLength / 65536 : memory.grow(pages)),
  };
}

test("each allocation has a buffer object of its own, also where growing by nothing makes none", () => {
  const memory = stubborn(new host.WebAssembly!.Memory({ initial: 1, maximum: 4, shared: true }));
  const small = new Heap(memory, 4);
  const [a, b] = [small.floats(100)!, small.floats(100)!];
  expect(a.buffer).not.toBe(b.buffer);
  expect(small.owns(a) && small.owns(b)).toBe(true);
  a.fill(3);
  expect(new Float32Array(memory.buffer, a.byteOffset, 100)).toEqual(a);
});

test.each([true, false])("floats leave the reserve alone, whether buffers can be told apart (%s)", (shared) => {
  const small = new Heap(new host.WebAssembly!.Memory({ initial: 4, maximum: 4, shared }), 4, shared);
  const [length, reserve] = [100_000 / 4, 65536];
  expect(small.held(length, reserve)).toHaveLength(length);
  expect(small.held(length, reserve)).toBeUndefined();
  expect(small.held(length)).toHaveLength(length);
});

test("where buffers cannot be told apart, only views that are held are given out", () => {
  const memory = new host.WebAssembly!.Memory({ initial: 4, maximum: 4 });
  const before = new Float32Array(memory.buffer, 64, 1).fill(5);
  const small = new Heap(memory, 4, false);
  expect(small.floats(100)).toBeUndefined();
  const [a, b] = [small.held(100)!, small.held(100)!];
  expect(small.owns(a)).toBe(true);
  expect(b.byteOffset).toBeGreaterThanOrEqual(a.byteOffset + a.byteLength);
  expect(before[0]).toBe(5);
});
