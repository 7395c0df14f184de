import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simdBytes, useSimd } from "@relprop/tensor/simd";
import { expect, test } from "vitest";
import { root } from "./files.ts";

declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };

const path = join(root, "packages/tensor/dist/kernels.wasm");

test("kernels.wasm is what the assembler emits, byte for byte", () => {
  expect(existsSync(path), "run `npm run build` first").toBe(true);
  expect(new Uint8Array(readFileSync(path))).toEqual(simdBytes());
});

test("the published package holds the same kernels, for shared memory and for memory that is not", async () => {
  const { simdBytes: publishedBytes } = (await import(
    join(root, "packages/tensor/dist/simd/index.js")
  )) as { simdBytes: typeof simdBytes };
  expect(publishedBytes()).toEqual(simdBytes());
  const unshared = { maximum: 65536, shared: false };
  expect(publishedBytes(unshared)).toEqual(simdBytes(unshared));
});

test("a module made of kernels.wasm is taken for the SIMD kernels", () => {
  expect(useSimd(new WebAssembly.Module(readFileSync(path)))).toBe(true);
});
