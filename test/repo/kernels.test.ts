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

test("a module made of kernels.wasm is taken for the SIMD kernels", () => {
  expect(useSimd(new WebAssembly.Module(readFileSync(path)))).toBe(true);
});
