import { expect, test } from "vitest";
import { cycles, imports } from "./imports.ts";

test.each([
  ['import { a, type B, c as d } from "./x.ts";', "import", "./x.ts", ["a", "B", "c"], false],
  ['import type { A } from "@relprop/tensor";', "import", "@relprop/tensor", ["A"], true],
  ['import { type A, type B } from "./x.ts";', "import", "./x.ts", ["A", "B"], true],
  ['import x from "benny";', "import", "benny", ["default"], false],
  ['import * as n from "./x.ts";', "import", "./x.ts", ["*"], false],
  ['import {\n  a,\n  b,\n} from "./x.ts";', "import", "./x.ts", ["a", "b"], false],
  ['import "./x.ts";', "import", "./x.ts", [], false],
  ['const x = await import("./x.ts");', "dynamic", "./x.ts", ["*"], false],
  ['let x: import("./x.ts").X;', "dynamic", "./x.ts", ["*"], false],
  ['export { a } from "./x.ts";', "export", "./x.ts", ["a"], false],
  ['export type { A, B } from "./x.ts";', "export", "./x.ts", ["A", "B"], true],
  ['export * from "./x.ts";', "export", "./x.ts", ["*"], false],
  ["import { a } from './x.ts';", "import", "./x.ts", ["a"], false],
])("imports reads %s", (source, form, specifier, names, typeOnly) => {
  expect(imports(`/** import "no" */\n${source}`)).toMatchObject([{ form, specifier, names, typeOnly, line: 2 }]);
});

test("imports knows what a name is called here", () => {
  expect([...imports('import x, { a as b } from "./x.ts";')[0]!.own]).toEqual([["b", "a"], ["x", "default"]]);
});

test.each([
  '// import "x"',
  'const s = "import { a } from \\"x\\"";',
  "const s = `import { a } from 'x'`;",
  "export const from = 1;",
  'export const a = { from: "x" };',
  "const here = import.meta.url;",
])("imports finds nothing in %s", (source) => {
  expect(imports(source)).toEqual([]);
});

test("cycles names each circle and nothing else", () => {
  const graph = { a: ["b"], b: ["c", "d"], c: ["a"], d: [], e: ["e"], f: ["d"] };
  expect(cycles(new Map(Object.entries(graph)))).toEqual(["a → b → c → a", "e → e"]);
});
