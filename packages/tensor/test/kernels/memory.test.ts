import { expect, test } from "vitest";
import type { ConvGeometry } from "../../src/index.ts";
import { simd } from "../../src/simd/index.ts";
import { made } from "../../src/simd/made.ts";
import { noise, planar } from "./geometries.ts";

const kernels = simd()!;

interface Builtin {
  setFlagsFromString(flag: string): void;
  runInNewContext(code: string): unknown;
}
interface Host {
  process: { getBuiltinModule(name: string): Builtin };
  setTimeout(callback: () => void, milliseconds: number): void;
}
const host = globalThis as unknown as Host;

async function collectGarbage(): Promise<void> {
  host.process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
  const gc = host.process.getBuiltinModule("node:vm").runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise<void>((resolve) => host.setTimeout(resolve, 5));
  }
}

/** Takes and spoils whatever memory is free in blocks of this size. */
function spoil(length: number, blocks: number): Float32Array[] {
  return Array.from({ length: blocks }, () => kernels.allocate(length).fill(NaN));
}

test("memory is reused when nothing sees it any more, and not before", async () => {
  let piece: Float32Array | undefined = kernels.allocate(1000).subarray(10, 20).fill(3);
  const at = piece.byteOffset;
  const blocks: Float32Array[] = [];
  await collectGarbage();
  blocks.push(...spoil(1000, 50));
  expect([...piece]).toEqual(new Array(10).fill(3));
  piece = undefined;
  await collectGarbage();
  const covers = spoil(1000, 50).some(({ byteOffset }) => byteOffset <= at && at < byteOffset + 4000);
  expect(covers).toBe(true);
});

test("what a convolution remembers of its weight survives garbage collection", async () => {
  const sizes = [
    planar([18, 17], [9, 9], [3, 3], { padding: [1, 1] }),
    planar([3, 17], [9, 9], [3, 3], { stride: [2, 2] }),
    planar([4, 4], [9, 9], [3, 3], { groups: 4 }),
  ];
  const cases = sizes.map((g) => {
    const [x, weight] = [noise(g.channelsIn * 81, 1), noise((g.channelsIn * g.channelsOut * 9) / g.groups, 2)];
    return () => {
      const out = new Float32Array(g.channelsOut * g.output[1] * g.output[2]);
      kernels.conv(g, x, weight, undefined, out);
      return out;
    };
  });
  const before = cases.map((run) => run());
  await collectGarbage();
  const held = [16, 64, 256, 1024, 4096].flatMap((length) => spoil(length, 40));
  expect(cases.map((run) => run())).toEqual(before);
  expect(held.length).toBe(200);
});

test.each<[string, (batch: number, side: number) => ConvGeometry]>([
  ["tiles", (batch, side) => planar([128, 128], [side, side], [5, 5], { padding: [2, 2], batch })],
  ["1×1", (batch, side) => planar([1024, 512], [side, side], [1, 1], { batch })],
])("weights are packed once for all batches and sizes: %s", (_, geometryOf) => {
  const { heap } = made()!.machine;
  const weight = noise(512 * 1024, 1);
  const run = (batch: number, side: number): void => {
    const g = geometryOf(batch, side);
    const out = new Float32Array(batch * g.channelsOut * side * side);
    kernels.conv(g, new Float32Array(batch * g.channelsIn * side * side), weight, undefined, out);
  };
  run(8, 10);
  run(1, 10);
  const before = heap.size;
  for (let batch = 1; batch <= 8; batch++) for (let side = 5; side <= 10; side++) run(batch, side);
  // 46 copies would take 90 MB.
  expect(heap.size - before).toBeLessThan(8e6);
});

test("memory asked for starts at a multiple of 64 bytes and does not overlap", () => {
  const views = [1, 15, 16, 17, 1000].map((length) => kernels.allocate(length));
  views.forEach((view, i) => view.fill(i));
  views.forEach((view, i) => {
    expect(view.byteOffset % 64).toBe(0);
    expect(view.every((value) => value === i)).toBe(true);
  });
});
