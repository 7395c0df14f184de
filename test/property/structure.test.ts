/** Files of hostile structure end in a model or in a sentence, soon and in the memory that SECURITY.md promises. */
import { join } from "node:path";
import { scalar, useKernels } from "@relprop/tensor";
import { afterAll, expect, test } from "vitest";
import { root } from "../repo/files.ts";

interface Result {
  readonly end: string;
  readonly held: number;
  readonly isFault: boolean;
}

const { judge } = (await import(join(root, "scripts/structure/judge.js"))) as {
  judge(seed: number, before: number): Result;
};

afterAll(() => useKernels(scalar));

test.each([0, 500, 1000, 1500])("500 files from seed %i on", (first) => {
  const before = judge(first, 0).held;
  const results = Array.from({ length: 500 }, (_, i) => judge(first + i, before));
  // Other tests run in the same process and take time and memory of it: a fault is one that comes again and again.
  const stays = ({ isFault }: Result, i: number): boolean => isFault && judge(first + i, before).isFault;
  const again = results.filter((result, i) => stays(result, i) && stays(result, i) && stays(result, i));
  expect(again).toEqual([]);
  // Files that hang together are among them, or nothing of this would mean much.
  expect(results.filter(({ end }) => end === "explained").length).toBeGreaterThan(70);
}, 300_000);
