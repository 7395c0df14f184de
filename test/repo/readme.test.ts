import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocks, commands, links, namedPaths, program } from "./blocks.ts";
import { files, json, packages, root, text } from "./files.ts";

const pages = files([".md"]).filter((path) => !path.startsWith("test/"));
const hasCode = (path: string): boolean => blocks(text(path)).some(({ info }) => /^ts\b/.test(info));
const readmes = pages.filter((path) => /(^docs\/|README\.md$)/.test(path) && hasCode(path));
// Runs modules one after another and names those that fail: starting a process for each would take most of the time.
const runner = `for (const name of process.argv.slice(2)) {
  try { await import("./" + name); }
  catch (error) { process.stderr.write(name + ": " + String(error.stack).slice(0, 500)); }
}`;
const helps = new Map<string, string>();
// What is imported from `relprop` is named as files are.
const { exports: offered } = json<{ exports: object }>("packages/relprop/package.json");
const entries = new Set(Object.keys(offered).map((path) => `relprop${path.slice(1)}`));
const { scripts } = json<{ scripts: Readonly<Record<string, string>> }>("package.json");

// The blocks run outside the repository, on what `npm run build` made, as they would where the packages are installed.
let folder = "";
let compiled = { status: null as number | null, stdout: "", stderr: "" };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "relprop-readme-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  if (existsSync(join(root, "examples"))) symlinkSync(join(root, "examples"), join(folder, "examples"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "runner.js"), runner);
  if (readmes.length === 0) return;
  for (const page of readmes) writeFileSync(join(folder, `${moduleName(page)}.ts`), program(text(page)));
  const inputs = [...readmes.map((page) => join(folder, `${moduleName(page)}.ts`)), join(root, "test/node.d.ts")];
  const target = ["--target", "es2022", "--lib", "es2023", "--module", "nodenext", "--outDir", folder];
  const args = ["--strict", "--skipLibCheck", "--ignoreConfig", "--types", "", ...target, ...inputs];
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  compiled = spawnSync(process.execPath, [compiler, ...args], { cwd: folder, encoding: "utf8" });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the packages are built, since READMEs speak to those who install them", () => {
  const missing = packages.filter((name) => !existsSync(join(root, `packages/${name}/dist/index.js`)));
  expect(missing, "run `npm run build` first").toEqual([]);
});

test.skipIf(readmes.length === 0)("the code in READMEs passes the compiler", () => {
  expect(`${compiled.stdout}${compiled.stderr}`.trim()).toBe("");
  expect(compiled.status).toBe(0);
});

test.each([
  ["READMEs", readmes.filter((path) => path.endsWith("README.md"))],
  ["docs", readmes.filter((path) => path.startsWith("docs/"))],
])("the code in %s runs", (_, some) => {
  const args = ["runner.js", ...some.map((page) => `${moduleName(page)}.js`)];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", timeout: 110_000 });
  expect(stderr).toBe("");
  expect(status).toBe(0);
}, 120_000);

test("a page whose code fails is named", () => {
  writeFileSync(join(folder, "failing.js"), "missing();\n");
  const args = ["runner.js", "failing.js"];
  const { stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", timeout: 60_000 });
  expect(stderr).toContain("failing.js: ReferenceError: missing is not defined");
});

test.each(pages)("the commands in %s exist", (page) => {
  expect(commands(text(page)).filter((line) => !exists(line))).toEqual([]);
}, 60_000);

test.each(pages)("the links in %s lead somewhere", (page) => {
  expect(links(text(page)).filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
});

test.each(pages)("the files that %s names exist", (page) => {
  const places = ["", "packages/"].map((above) => readdirSync(join(root, above)).map((name) => [name, above] as const));
  // What runs leave in `out` comes and goes.
  const above = new Map(places.flat().filter(([name]) => name !== "out"));
  const named = namedPaths(text(page)).filter((path) => above.has(path.split("/")[0]!));
  const missing = named.filter((path) => !existsSync(join(root, above.get(path.split("/")[0]!)!, path)));
  expect(missing.filter((path) => !entries.has(path))).toEqual([]);
});

test("a command that does not exist is found", () => {
  const wrong = ["npm run nothing", "node scripts/nothing.js", "npx vitest run packages/nothing", "relprop nothing"];
  const right = ["npm test", "npm run build", "node scripts/clean.js", "npm install relprop"];
  expect([...wrong, ...right].filter(exists)).toEqual(right);
});

/** Whether what a line of shell starts is there: an npm script, a file, a subcommand or option of `relprop`. */
function exists(line: string): boolean {
  const words = line.split(/\s+/).filter((word) => !/^\w+=/.test(word));
  const [tool = "", ...rest] = words[0] === "npx" || words[0] === "pnpm" ? words.slice(1) : words;
  if (words[0] === "npm" || words[0] === "pnpm") {
    if (rest[0] === "run" || rest[0] === "test") return (rest[0] === "test" ? "test" : rest[1]!) in scripts;
  }
  if (words[0] === "pnpm" && !["install", "pack", "add"].includes(tool)) return tool in scripts;
  if (tool === "relprop") return knows(rest);
  if (tool === "node" || tool === "vitest") {
    const paths = rest.filter((word) => /\//.test(word) && !word.startsWith("-"));
    return paths.every((path) => existsSync(join(root, path)));
  }
  return true;
}

/** Whether the command's own help tells of this subcommand and these options. */
function knows(words: readonly string[]): boolean {
  const bin = join(root, "packages/relprop/dist/bin.js");
  const subcommand = words.filter((word) => /^[a-z]+$/.test(word)).slice(0, 1);
  const [name = ""] = subcommand;
  const args = [bin, ...subcommand, "--help"];
  const help = helps.get(name) ?? spawnSync(process.execPath, args, { encoding: "utf8" }).stdout;
  helps.set(name, help);
  const options = words.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0]!);
  return help !== "" && options.every((option) => help.includes(option));
}

function moduleName(page: string): string {
  return page.replace(/\.md$/, "").replaceAll("/", "-").toLowerCase();
}
