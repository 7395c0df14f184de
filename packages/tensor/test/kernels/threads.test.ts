import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simd, useThreads } from "../../src/simd/index.ts";
import { conforms } from "./conformance.ts";
import { noise, planar } from "./geometries.ts";

const kernels = simd()!;

describe("threads", () => {
  beforeAll(async () => {
    expect(await useThreads(2)).toBe(2);
  });
  afterAll(async () => {
    expect(await useThreads(1)).toBe(1);
  });

  conforms(kernels, 3e-7, 1.2e-6);

  test("every number of threads gives the same bits", async () => {
    const g = planar([40, 37], [47, 51], [3, 3], { batch: 2, padding: [1, 1] });
    const strided = planar([40, 37], [47, 51], [3, 3], { batch: 2, padding: [1, 1], stride: [2, 2] });
    const [x, weight] = [noise(2 * 40 * 47 * 51, 1), noise(37 * 40 * 9, 2)];
    // Mostly zero, so that sums are taken again.
    const [few, planes] = [planar([37, 19], [60, 61], [3, 3], { padding: [1, 1] }), noise(37 * 60 * 61, 4, 0.95)];
    const bits = (): Int32Array[] => {
      const sparse = [new Float32Array(19 * 60 * 61), new Float32Array(planes.length)];
      kernels.conv(few, planes, weight, undefined, sparse[0]!);
      kernels.convTransposed(few, planes.subarray(0, 19 * 60 * 61), weight, sparse[1]!);
      const outs = [new Float32Array(2 * 37 * 47 * 51), new Float32Array(2 * 37 * 24 * 26), new Float32Array(x.length)];
      kernels.conv(g, x, weight, undefined, outs[0]!);
      kernels.conv(strided, x, weight, undefined, outs[1]!);
      kernels.convTransposed(strided, outs[1]!, weight, outs[2]!);
      const products = [new Float32Array(70), new Float32Array(40 * 29)];
      kernels.dense(1, 70, 1000, x, x, undefined, products[0]!);
      kernels.denseTransposed(1, 40, 40 * 29, x, x, products[1]!);
      return [...sparse, ...outs, ...products].map((out) => new Int32Array(out.buffer));
    };
    const two = bits();
    expect(await useThreads(1)).toBe(1);
    const one = bits();
    expect(await useThreads(3)).toBe(3);
    const three = bits();
    expect(one).toEqual(two);
    expect(three).toEqual(two);
  });

  test("more threads than planes can be shared by leave the rest of the memory alone", async () => {
    const g = planar([5, 4], [170, 170], [3, 3], { padding: [1, 1] });
    const [x, weight] = [noise(5 * 170 * 170, 1), noise(4 * 5 * 9, 2)];
    const padded = (): Float32Array => {
      const out = new Float32Array(4 * 170 * 170);
      kernels.conv(g, x, weight, undefined, out);
      return out;
    };
    const two = padded();
    expect(await useThreads(4)).toBe(4);
    expect(padded()).toEqual(two);
  });
});

const tasks = "/proc/self/task";

/** Waits until no more threads of the system than this are left; how many there are if that takes too long. */
async function threadsLeft(wanted: number): Promise<number> {
  const count = (): number => readdirSync(tasks).length;
  for (const end = Date.now() + 5000; count() > wanted && Date.now() < end;) await pause(20);
  return count();
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(!existsSync(tasks))("of several calls at once", () => {
  // The first asynchronous look at a file starts threads of the host itself: before any is counted.
  beforeAll(async () => {
    await readFile("/proc/self/stat");
  });

  test("the last one counts, and no worker is forgotten", async () => {
    expect(await useThreads(1)).toBe(1);
    await useThreads(2);
    await useThreads(1);
    await pause(300);
    const before = readdirSync(tasks).length;
    expect(await Promise.all([3, 2, 4, 3].map((count) => useThreads(count)))).toEqual([3, 2, 4, 3]);
    expect(await threadsLeft(before + 2)).toBeLessThanOrEqual(before + 2);
    const [, one] = await Promise.all([useThreads(4), useThreads(1)]);
    expect(one).toBe(1);
    expect(await threadsLeft(before)).toBeLessThanOrEqual(before);
  });

  test("one that is aborted leaves no worker behind, and the next one starts its own", async () => {
    const controller = new AbortController();
    await useThreads(1);
    await pause(300);
    const before = readdirSync(tasks).length;
    const [first, second] = [useThreads(4, { signal: controller.signal }), useThreads(2)];
    await Promise.resolve();
    controller.abort(new Error("changed my mind"));
    await expect(first).rejects.toThrow("changed my mind");
    expect(await second).toBe(2);
    expect(await threadsLeft(before + 1)).toBeLessThanOrEqual(before + 1);
    await expect(useThreads(2, { signal: controller.signal })).rejects.toThrow("changed my mind");
    await useThreads(1);
    expect(await threadsLeft(before)).toBeLessThanOrEqual(before);
  });
});
