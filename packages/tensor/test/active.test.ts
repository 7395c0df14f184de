import { expect, test } from "vitest";
import { kernels, preferKernels, scalar, useKernels } from "../src/index.ts";
import { simd, useSimd } from "../src/simd/index.ts";

test("what is preferred is made at the first use and not before, and a choice overrules it", () => {
  let asked = 0;
  preferKernels(() => {
    asked++;
    return simd();
  });
  expect(asked).toBe(0);
  expect(kernels().name).toBe("simd");
  expect(kernels().name).toBe("simd");
  expect(asked).toBe(1);
  expect(useKernels(scalar).name).toBe("simd");
  expect(kernels()).toBe(scalar);
  expect(useSimd()).toBe(true);
  expect(kernels()).toBe(simd());
});
