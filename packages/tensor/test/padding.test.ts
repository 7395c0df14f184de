/** What is added up while planes are copied does not tell how many threads did it. */
import { expect, test } from "vitest";
import { host } from "../src/host.ts";
import { Heap } from "../src/simd/heap.ts";
import { Machine } from "../src/simd/machine.ts";
import { compileSimd } from "../src/simd/module.ts";
import { copyPadded } from "../src/simd/padding.ts";
import { noise } from "./kernels/geometries.ts";

const [planes, side] = [24, 96];
const pages = 256;

/** The squares and magnitudes of all planes, added up as for so many threads. */
function energies(threads: number): Float32Array {
  const memory = new host.WebAssembly!.Memory({ initial: 1, maximum: pages, shared: true });
  const machine = new Machine(compileSimd({ maximum: pages, shared: true })!, new Heap(memory, pages));
  Object.defineProperty(machine, "threads", { value: threads });
  const extent = [1, side + 2, side + 2] as const;
  const [x, padded, sums] = [
    planes * side ** 2, planes * (side + 2) ** 2 + 2 * (side + 3), 2 * (side + 2) ** 2,
  ].map((length) => machine.allocate(length));
  x!.set(noise(planes * side ** 2, 1));
  machine.begin();
  const origin = side + 3;
  copyPadded(machine, x!.byteOffset, padded!.byteOffset, planes, [1, side, side], { extent, origin }, sums!.byteOffset);
  machine.end();
  return sums!.slice();
}

test("energies have the same bits for any number of threads", () => {
  const one = energies(1);
  expect(one.some((sum) => sum > 1)).toBe(true);
  for (const threads of [2, 3, 4, 8]) expect(energies(threads)).toEqual(one);
});
