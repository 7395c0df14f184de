import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nameComplaints, styleComplaints } from "./code-style.ts";
import { files, json, packages, root, text } from "./files.ts";

interface Configuration {
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

interface Mutation {
  readonly file: string;
  readonly old: string;
}

const library = files([".ts"], "packages").filter((path) => /^packages\/[^/]+\/(src|test)\//.test(path));
const around = [...files([".ts"], "test"), ...files([".ts", ".js"], "bench"), ...files([".js"], "scripts")];

test("no file is too long, hides names or silences the compiler", () => {
  expect([...library, ...around].flatMap((path) => styleComplaints(path, text(path)))).toEqual([]);
});

test("file names say what is in the file", () => {
  expect([...library, ...around].flatMap(nameComplaints)).toEqual([]);
});

test("the compiler refuses what guards leave to it", () => {
  const { compilerOptions } = json<Configuration>("tsconfig.base.json");
  expect(compilerOptions).toMatchObject({ lib: ["es2023"], types: [], noEmitOnError: true });
  const flags = [
    "strict", "exactOptionalPropertyTypes", "noUncheckedIndexedAccess", "noImplicitOverride", "noImplicitReturns",
    "noFallthroughCasesInSwitch", "noUnusedLocals", "noUnusedParameters", "noPropertyAccessFromIndexSignature",
    "noUncheckedSideEffectImports", "verbatimModuleSyntax", "erasableSyntaxOnly", "isolatedDeclarations",
  ];
  expect(flags.filter((flag) => compilerOptions[flag] !== true)).toEqual([]);
});

test.each(packages)("%s keeps the compiler's flags", (folder) => {
  const { compilerOptions = {} } = json<Partial<Configuration>>(`packages/${folder}/tsconfig.json`);
  // Kernels are loops over arrays whose bounds are checked at the border.
  expect(compilerOptions).toEqual(folder === "tensor" ? { noUncheckedIndexedAccess: false } : {});
});

test.each([
  ['export * from "./b.ts";', "export * hides"],
  ['export * as b from "./b.ts";', "export * hides"],
  ["export default 1;", "default exports"],
  ["export { a as default };", "default exports"],
  ["let a: any;", "any switches"],
  ["let a: any[];", "any switches"],
  ["const a = b as any;", "any switches"],
  ["f<any>();", "any switches"],
  ["type A = string | any;", "any switches"],
  ["// @ts-ignore\na();", "the compiler is not"],
  ["class A {\n  private b = 1;\n}", "private is erased"],
  ["class A {\n  private readonly b = 1;\n}", "private is erased"],
  ["register(relu);", "importing does nothing"],
  ["const a = eval(b);", "text is never run"],
  ['const a = new Function("return b");', "text is never run"],
  ["Object.freeze(a);", "importing does nothing"],
  ["declare const console: unknown;", "what the host offers"],
  ["const a = globalThis.b;", "what the host offers"],
  ["const a = new SharedArrayBuffer(1);", "shared memory"],
  ["export const a = await f();", "a top-level await"],
  ["const a = Math.max(0, ...b);", "too much for arguments"],
  ["const a = Math.min(...b.map((c) => c.d(e)));", "too much for arguments"],
  ["export const a = (): void => {\n  b.push(...c);\n};", "too much for arguments"],
  ["const a = String.fromCharCode(...b);", "too much for arguments"],
  ["if (a) {\n  await f();\n}", "a top-level await"],
  ["for (const a of b) await f(a);", "a top-level await"],
])("%s is refused", (source, says) => {
  const found = styleComplaints("packages/lrp/src/a.ts", source);
  expect(found.filter((complaint) => complaint.includes(says))).toHaveLength(1);
});

test.each([
  'const a = "export * from"; // any',
  "const any = list.some(f);",
  "return any(list);",
  "const a = f(any, any.length);",
  "export async function f() {\n  if (a) { await b; }\n}",
  "export const f = async (a) => await a;",
  "class A {\n  async f(a = {}): Promise<{ b: 1 }> {\n    for (const b of c) await b;\n  }\n}",
  'const a = "// @ts-ignore";',
  "export const f = (a) => { g(); };",
  "  g(\n    a);",
  "class A {\n  #private = 1;\n}",
  "import { a } from './a.ts';",
  "let declared = 1;",
])("%s is fine", (source) => {
  expect(styleComplaints("packages/lrp/src/a.ts", source)).toEqual([]);
});

test("host features are declared in host.ts, shared memory stays with the threads", () => {
  expect(styleComplaints("packages/heatmap/src/files/host.ts", "declare const a: number;\nglobalThis;")).toEqual([]);
  expect(styleComplaints("packages/tensor/src/simd/team.ts", "new SharedArrayBuffer(1);\nAtomics;")).toEqual([]);
});

test("complaints name the line", () => {
  expect(styleComplaints("packages/a/src/b.ts", "\n\nlet a: any;\n")[0]).toMatch(/^packages\/a\/src\/b\.ts:3: /);
  const long = styleComplaints("packages/a/src/b.ts", "\n".repeat(301));
  expect(long).toEqual(["packages/a/src/b.ts: has 301 lines, at most 300 are allowed"]);
});

test.each([
  ["src/utils.ts", 1],
  ["src/helper.ts", 1],
  ["src/types.ts", 1],
  ["test/common.test.ts", 1],
  ["src/maxPool.ts", 1],
  ["src/max-pool.ts", 0],
  ["src/max-pool.test.ts", 0],
  ["node.d.ts", 0],
  ["vitest.config.ts", 0],
])("the name %s gives %i complaints", (path, count) => {
  expect(nameComplaints(path)).toHaveLength(count);
});

test("places to break stand in the code as the lists of mutations say", async () => {
  const list = join(root, "scripts/mutations.js");
  const { mutations } = (await import(list)) as { readonly mutations: readonly Mutation[] };
  const misplaced = mutations.filter(({ file, old }) =>
    !existsSync(join(root, file)) || text(file).split(old).length !== 2);
  expect(misplaced.map(({ file, old }) => `${file}: ${old}`)).toEqual([]);
});
