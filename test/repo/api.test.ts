import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { json, packages, root, text } from "./files.ts";
import type { Manifest } from "./layering.ts";
import { surface } from "./surface.ts";

const entries = packages.flatMap((folder) => {
  const { exports } = json<Manifest>(`packages/${folder}/package.json`);
  return Object.entries(exports ?? {}).flatMap(([path, conditions]) => typeof conditions === "string" ? [] : [{
    name: `${folder}${path.slice(1)}`,
    index: join("packages", folder, conditions["types"] ?? ""),
  }]);
});

// `npm run api` writes the files anew; what changed in them is what changed for users.
test.each(entries)("$name offers what test/repo/api says", async ({ name, index }) => {
  expect(existsSync(join(root, index)), `${index} is missing: run \`npm run build\` first`).toBe(true);
  await expect(surface(index, text)).toMatchFileSnapshot(`api/${name.replaceAll("/", "-")}.d.ts.txt`);
});

const modules: Readonly<Record<string, string>> = {
  "index.d.ts": `export { b, type A, over } from "./a.ts";
export { c as renamed } from "./inner/c.js";
export type { Far } from "@relprop/tensor";
/** Here. */
export declare const here: 1;
//# source${""}MappingURL=index.d.ts.map
`,
  "a.d.ts": `/** Not offered. */
export declare const hidden: 1;
/** A. */
export declare class A {
    #private;
    /** Its size. */
    get size(): number;

    private inner;
}
export declare function over(a: string): void; // one
export declare function over(a: number): void;
export { b } from "./b.ts";
`,
  "b.d.ts": "export declare const b: {\n    a: 1;\n};\n",
  "inner/c.d.ts": "export interface c {\n}\n",
};

test("a surface is what the index exports, sorted, without comments and private parts", () => {
  expect(surface("index.d.ts", (path) => modules[path]!)).toBe(`export declare class A {
    get size(): number;
}

export { Far } from "@relprop/tensor";

export declare const b: {
    a: 1;
};

export declare const here: 1;

export declare function over(a: string): void;
export declare function over(a: number): void;

// as renamed
export interface c {
}
`);
});

test("a name that nothing declares is an error", () => {
  const read = (path: string): string => (path === "index.d.ts" ? 'export { a } from "./a.ts";' : "");
  expect(() => surface("index.d.ts", read)).toThrow("index.d.ts: exports a, which ./a.ts does not declare");
});
