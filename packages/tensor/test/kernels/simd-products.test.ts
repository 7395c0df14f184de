import { afterEach, expect, test } from "vitest";
import { poolKernels, scalar, useKernels } from "../../src/index.ts";
import { programKernels } from "../../src/kernel-groups.ts";
import { poolLoops } from "../../src/scalar/pool.ts";
import { made } from "../../src/simd/made.ts";
import { simd, simdProducts } from "../../src/simd/index.ts";
import { noise, planar } from "./geometries.ts";

afterEach(() => void useKernels(scalar));

test("the kernels of products alone give the bits of all, and leave the rest to plain loops", () => {
  const products = simdProducts()!;
  const machine = made();
  expect(simdProducts()).toBe(products);
  useKernels(products);
  expect(poolKernels()).toBe(poolLoops);
  expect(programKernels().compute).toBeTypeOf("function");

  const all = simd()!;
  expect(made()).not.toBe(machine);
  expect(simdProducts()).toBe(all);
  useKernels(all);
  expect(poolKernels()).toBe(all);

  const geometry = planar([16, 12], [14, 14], [3, 3], { padding: [1, 1], stride: [1, 1] });
  const [x, weight] = [noise(16 * 14 * 14, 1), noise(12 * 16 * 9, 2)];
  const [one, other] = [products, all].map((kernels) => {
    const out = kernels.allocate(12 * 14 * 14);
    kernels.conv(geometry, x, weight, undefined, out);
    return out;
  });
  expect(one).toEqual(other);
  // What one machine allocated lies in the memory of the other too.
  expect(machine!.machine.heap).toBe(made()!.machine.heap);
});
