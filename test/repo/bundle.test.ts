import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";

interface File {
  readonly text: string;
  readonly map: { readonly sources: readonly string[]; readonly mappings: string };
}

interface Bundling {
  bundle(
    entries: readonly string[], read: (path: string) => string, readMap: (path: string) => object,
  ): ReadonlyMap<string, File>;
}

const { bundle } = (await import(join(root, "scripts/bundle/bundle.js"))) as Bundling;

/** Every line of a module from the line of its source with the same number. */
const readMap = (path: string): object => ({
  sources: [`${"../".repeat(path.split("/").length)}src/${path.replace(".js", ".ts")}`],
  mappings: `AAAA${";AACA".repeat(20)}`,
});

function bundled(modules: Readonly<Record<string, string>>, ...entries: string[]): Readonly<Record<string, string>> {
  const files = [...bundle(entries, (path) => modules[path]!, readMap)];
  return Object.fromEntries(files.map(([path, { text }]) => [path, text.replace(/\/\/# sourceMapping.*\n/, "")]));
}

test("modules are joined in the order they run in, and what nobody mentions is left out", () => {
  const modules = {
    "index.js": 'export { a } from "./a.js";\n',
    "a.js": 'import { b } from "./b.js";\n/** A. */\nexport const a = {\n    b, // why\n};\nconst unused = b;\n',
    "b.js": "export function b() {\n    return `\n    ${1} // text`;\n}\nexport class C {}\n",
  };
  expect(bundled(modules, "index.js")).toEqual({
    "index.js": [
      "function b() {", "  return `", "    ${1} // text`;", "}", "const a = {", "  b,", "};", "export { a };", "",
    ].join("\n"),
  });
});

test("names that meet are told apart, wherever they stand", () => {
  const modules = {
    "index.js": 'import { x as y } from "./x.js";\nexport const x = ({ x, z = x }) => ({ x, y, z, a: { x: x.x } });\n',
    "x.js": 'import { z } from "other";\nexport const x = z;\n',
  };
  expect(bundled(modules, "index.js")["index.js"]).toBe([
    'import { z } from "other";',
    "const x = z;",
    "const x$1 = ({ x: x$1, z = x$1 }) => ({ x: x$1, y: x, z, a: { x: x$1.x } });",
    "export { x$1 as x };", "",
  ].join("\n"));
});

test("what is imported under another name is not hidden by a parameter of its first name", () => {
  const modules = {
    "index.js": 'import { x as y } from "./x.js";\nexport const f = (x) => x + y;\n',
    "x.js": "export const x = make(1);\nfunction make() {}\n",
  };
  expect(bundled(modules, "index.js")["index.js"]).toBe(
    "const x = /* @__PURE__ */ make(1);\nfunction make() {}\nconst f = (x$0) => x$0 + x;\nexport { f };\n",
  );
});

test("entries share what both need, which exists once", () => {
  const modules = {
    "index.js": 'export { a, used } from "./a.js";\nexport { z } from "other";\n',
    "in/index.js": '#!/usr/bin/env node\nimport { a } from "../a.js";\na();\n',
    "a.js": "export function a() {}\nexport const used = 1;\n",
  };
  expect(bundled(modules, "index.js", "in/index.js")).toEqual({
    "shared.js": "function a() {}\nconst used = 1;\nexport { a, used };\n",
    "index.js": 'export { a, used } from "./shared.js";\nexport { z } from "other";\n',
    "in/index.js": '#!/usr/bin/env node\nimport { a } from "../shared.js";\na();\n',
  });
});

test("lines come from where they came from", () => {
  const modules = { "in/a.js": '/** A. */\nimport { b } from "b";\nexport const a = b;\nexport const c = 3;\n' };
  const { text, map } = bundle(["in/a.js"], (path) => modules[path as "in/a.js"], readMap).get("in/a.js")!;
  expect(text.split("\n").slice(1, 3)).toEqual(["const a = b;", "const c = 3;"]);
  expect(map.sources).toEqual(["../../src/in/a.ts"]);
  // Nothing, line 2 (from 0), line 3.
  expect(map.mappings).toBe(";AAEA;AACA;;");
});
