import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { scalar, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { beforeAll, describe, expect, test } from "vitest";
import { runningOn } from "./command.ts";
import { findCases } from "./find-cases.ts";
import { line } from "./report.ts";
import { runCase } from "./verdict.ts";

/** The cases in this repository. */
const own = fileURLToPath(new URL("cases", import.meta.url));

/** All there are, where they have been put beside the repository. */
const all = fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));

/** How far single precision, added up in another order, may be away where denominators nearly vanish. */
const SINGLE = 1e-4;

function name(path: string, folder: string): string {
  return relative(folder, path).replace(/\.safetensors$/, "");
}

beforeAll(() => void useKernels(scalar));

describe("relevance as Zennit computes it", () => {
  test.each(findCases([own]).map((path) => [name(path, own), path]))("%s", (_, path) => {
    const verdict = runCase(path)!;
    expect(verdict.passed, line(verdict)).toBe(true);
  });
});

test.skipIf(!existsSync(all))("every reference case holds; skipped where there is no ../shared/fixtures", () => {
  const verdicts = findCases([all]).flatMap((path) => runCase(path) ?? []);
  expect(verdicts.length).toBeGreaterThan(0);
  expect(verdicts.filter(({ passed }) => !passed).map(line)).toEqual([]);
}, 120_000);

test("SIMD kernels come as near as single precision allows", ({ skip }) => {
  const kernels = simd();
  if (kernels === undefined) return skip("this host has no WebAssembly SIMD");
  const checks = runningOn(kernels, () =>
    findCases([own]).flatMap((path) => runCase(path)!.checks.map((check) => ({ case: name(path, own), ...check }))),
  );
  expect(checks.length).toBeGreaterThan(0);
  expect(checks.filter(({ error }) => !(error <= SINGLE))).toEqual([]);
});
