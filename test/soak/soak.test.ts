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
  const shown = (bytes: number): string => (bytes / 1e6).toFixed(1);
  for (const part of ["arrays", "kernels"] as const) {
    const [half, whole] = [shown(middle[part]), shown(end[part])];
    console.log(`${extent.analyses} analyses, ${part}: ${half} MB in the middle, ${whole} MB at the end`);
  }
  expect(end.arrays).toBeLessThan(1.1 * middle.arrays);
  // Few analyses may end in either half with one growth more, by when the engine happens to finalise what is gone.
  expect(end.kernels).toBeLessThan((asked === undefined ? 1.5 : 1.1) * middle.kernels + 1);
}, 1_800_000);
