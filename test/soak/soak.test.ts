/** Memory does not grow with the number of analyses; `npm run soak` makes 2,000 of them. */
import { useKernels, scalar } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { afterAll, expect, test } from "vitest";
import { soak } from "./soak.ts";

const asked = process.env["SOAK"];
const extent = asked === undefined ? { analyses: 60, models: 6 } : { analyses: Number(asked), models: 20 };

afterAll(() => useKernels(scalar));

test.each(["plain loops", "SIMD"])("memory is flat to 10 % on %s", async (kind) => {
  if (kind === "SIMD") expect(useSimd()).toBe(true);
  else useKernels(scalar);
  const { middle, end } = await soak(extent);
  const [half, whole] = [middle, end].map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(`${extent.analyses} analyses: ${half} MB in the middle, ${whole} MB at the end`);
  expect(end).toBeLessThan(1.1 * middle);
}, 1_800_000);
