/** Relevance on SIMD is that of plain loops, where inputs and weights are mostly zero too. */
import { join } from "node:path";
import { scalar, useKernels, type Kernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { afterAll, expect, test } from "vitest";
import { root } from "../repo/files.ts";

interface Comparing {
  compare(seed: number, fast: Kernels): { readonly error: number; readonly allowance: number } | undefined;
}

const { compare } = (await import(join(root, "scripts/differential/case.js"))) as Comparing;

afterAll(() => useKernels(scalar));

test("SIMD differs from plain loops by no more than a perturbation of the last place does", () => {
  const results = Array.from({ length: 200 }, (_, seed) => ({ seed, ...compare(seed, simd()!) }));
  expect(results.filter(({ error, allowance }) => !(error! <= allowance!))).toEqual([]);
}, 60_000);
