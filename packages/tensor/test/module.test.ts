import { afterEach, expect, test } from "vitest";
import { host } from "../src/host.ts";
import { compiled, compileSimd, largest, simdBytes } from "../src/simd/module.ts";

const real = host.WebAssembly!;
const pretend = host as { WebAssembly?: unknown };

afterEach(() => {
  pretend.WebAssembly = real;
});

/** Lets the host refuse modules longer than this. */
function takesAtMost(bytes: number): void {
  class Module {
    constructor(module: Uint8Array) {
      if (module.length > bytes) throw new Error("refused");
    }
  }
  pretend.WebAssembly = { ...real, Module };
}

test.each([true, false])("the kernels compile for memory that is shared: %s", (shared) => {
  expect(compileSimd({ maximum: 4096, shared })).toBeDefined();
});

test.each([true, false])("broken kernels are an error, not a host without vectors; memory shared: %s", (shared) => {
  const bytes = simdBytes({ ...largest, shared });
  bytes[bytes.length - 1] = 0;
  expect(() => compiled(bytes, { ...largest, shared })).toThrow(/WebAssembly\.Module\(\)/);
});

test("a host that takes no module with vectors has no kernels", () => {
  takesAtMost(0);
  expect(compileSimd()).toBeUndefined();
  delete pretend.WebAssembly;
  expect(compileSimd()).toBeUndefined();
});

test("a host that takes such a module, but not the kernels, says why", () => {
  takesAtMost(100);
  expect(() => compileSimd()).toThrow("refused");
});
