import { join } from "node:path";
import { expect, test } from "vitest";
import { json, root, text } from "./files.ts";
import type { Manifest } from "./layering.ts";

interface Subpaths {
  readonly parts: readonly string[];
  subpath(part: string): string;
}

const { parts, subpath } = (await import(join(root, "scripts/subpaths.js"))) as Subpaths;

// `npm run api` writes them anew.
test.each(parts)("relprop/%s offers all of its package", (part) => {
  expect(text(`packages/relprop/src/${part}.ts`)).toBe(subpath(part));
  expect(json<Manifest>("packages/relprop/package.json").exports).toHaveProperty([`./${part}`]);
});
