/** Files of hostile structure end in a model or in a sentence, soon and in the memory that SECURITY.md promises. */
import { join } from "node:path";
import { scalar, useKernels } from "@relprop/tensor";
import { afterAll, expect, test } from "vitest";
import { root } from "../repo/files.ts";

interface Result {
  readonly end: string;
  readonly escape: string | undefined;
  readonly milliseconds: number;
  readonly held: number;
  readonly most: number;
}

const { tried } = (await import(join(root, "scripts/structure/case.js"))) as { tried(seed: number): Result };

afterAll(() => useKernels(scalar));

test.each([0, 500, 1000, 1500])("500 files from seed %i on", (first) => {
  const before = tried(first).held;
  const results = Array.from({ length: 500 }, (_, i) => ({ seed: first + i, ...tried(first + i) }));
  expect(results.filter(({ escape }) => escape !== undefined)).toEqual([]);
  expect(results.filter(({ milliseconds }) => milliseconds > 2000)).toEqual([]);
  expect(results.filter(({ held, most }) => held - before > most)).toEqual([]);
  // Files that hang together are among them, or nothing of this would mean much.
  expect(results.filter(({ end }) => end === "explained").length).toBeGreaterThan(100);
}, 300_000);
