import { expect, test } from "vitest";
import { files, json, packages, text } from "./files.ts";
import { cycles, imports, type Import } from "./imports.ts";
import {
  allowed,
  folderOf,
  importComplaints,
  manifestComplaints,
  published,
  tools,
  type Manifest,
} from "./layering.ts";

const sources = files([".ts"], "packages").filter((path) => /^packages\/[^/]+\/(src|test)\//.test(path));
const read = new Map<string, readonly Import[]>(sources.map((path) => [path, imports(text(path))]));
const inSource = (folder: string): string[] => sources.filter((path) => path.startsWith(`packages/${folder}/src/`));

test("the packages are those that have a place in the order", () => {
  expect(packages).toEqual(Object.keys(allowed).sort());
});

test("imports name files, go upwards and stay inside the project", () => {
  expect(sources.flatMap((path) => importComplaints(path, read.get(path)!))).toEqual([]);
});

test.each(packages)("the modules of %s import one another in no circle", (folder) => {
  const graph = new Map(inSource(folder).map((path) => [path, local(path)]));
  expect(cycles(graph)).toEqual([]);
});

test.each(packages)("the manifest of %s asks for no more than it may", (folder) => {
  const manifest = json<Manifest>(`packages/${folder}/package.json`);
  expect(manifestComplaints(folder, manifest, importedPackages(folder))).toEqual([]);
});

test("all packages have one version", () => {
  const versions = packages.map((folder) => json<Manifest>(`packages/${folder}/package.json`).version);
  expect(new Set(versions).size).toBe(1);
});

test.each(packages)("the compiler builds %s after what it imports", (folder) => {
  const { references = [] } = json<{ references?: { path: string }[] }>(`packages/${folder}/tsconfig.json`);
  const before = references.map(({ path }) => published(path.replace("../", "")));
  const dependencies = Object.keys(json<Manifest>(`packages/${folder}/package.json`).dependencies ?? {});
  expect([...importedPackages(folder)].filter((name) => !before.includes(name))).toEqual([]);
  expect(before.filter((name) => !dependencies.includes(name))).toEqual([]);
});

test("the workspace installs its packages, four tools and their types, nothing else", () => {
  const manifest = json<Manifest>("package.json");
  const { dependencies, devDependencies = {} } = manifest;
  const foreign = Object.keys(devDependencies).filter((name) => folderOf(name) === undefined);
  const withTypes = [...tools, ...tools.map((name) => `@types/${name}`)];
  expect(tools.filter((name) => !foreign.includes(name))).toEqual([]);
  expect(foreign.filter((name) => !withTypes.includes(name))).toEqual([]);
  expect(dependencies).toBeUndefined();
  const exact = /^(\d+\.\d+\.\d+|workspace:\*)$/;
  expect(Object.values(devDependencies).filter((range) => !exact.test(range))).toEqual([]);
});

test.each([
  ["packages/layers/src/a.ts", "@relprop/tensor", []],
  ["packages/layers/src/a.ts", "./b.ts", []],
  ["packages/layers/src/x/a.ts", "../b.ts", []],
  ["packages/relprop/src/bin.ts", "node:fs", []],
  ["packages/layers/test/a.test.ts", "../src/b.ts", []],
  ["packages/layers/test/a.test.ts", "@relprop/layers", []],
  ["packages/layers/test/a.test.ts", "fast-check", []],
  ["packages/layers/test/a.test.ts", "../../../test/support/b.ts", []],
  ["packages/lrp/test/a.test.ts", "../../layers/test/random.ts", []],
  ["packages/layers/test/a.test.ts", "../../lrp/test/random.ts", ["leaves packages/layers/src"]],
  ["packages/layers/src/a.ts", "@relprop/lrp", ["is not above layers"]],
  ["packages/layers/src/a.ts", "@relprop/layers", ["is this package"]],
  ["packages/layers/src/a.ts", "relprop", ["is not above layers"]],
  ["packages/heatmap/src/a.ts", "@relprop/layers", ["is not above heatmap"]],
  ["packages/layers/src/a.ts", "./b", ["does not name a file"]],
  ["packages/layers/src/a.ts", "../../tensor/src/b.ts", ["leaves packages/layers/src"]],
  ["packages/layers/src/a.ts", "../test/b.ts", ["leaves packages/layers/src"]],
  ["packages/layers/test/a.test.ts", "../../tensor/src/b.ts", ["leaves packages/layers/src"]],
  ["packages/layers/src/a.ts", "node:fs", ["is for the command alone"]],
  ["packages/layers/src/a.ts", "lodash", ["is not part of this project"]],
  ["packages/layers/test/a.test.ts", "lodash", ["is not a tool of the workspace"]],
  ["packages/layers/test/a.test.ts", "@relprop/lrp", ["is not above layers"]],
])("%s importing %s: %j", (path, specifier, complaints) => {
  const found = importComplaints(path, imports(`import { a } from "${specifier}";`));
  const says = found.map((complaint) => complaint.replace(`${path}:1: "${specifier}" `, "").split(":")[0]);
  expect(says).toEqual(complaints);
});

test("a manifest that asks for more is told so, point by point", () => {
  const good = json<Manifest>("packages/layers/package.json");
  const bad: Manifest = {
    ...good,
    license: "GPL",
    dependencies: { "@relprop/tensor": "^0.1.0", "@relprop/lrp": "workspace:*", left: "1.0.0" },
    devDependencies: { vitest: "1" },
    exports: { ".": { default: "./dist/index.js", types: "./dist/index.d.ts" } },
    sideEffects: ["./src/bin.ts"],
    scripts: { postinstall: "x" },
  };
  expect(manifestComplaints("layers", bad, new Set(["@relprop/heatmap"]))).toEqual([
    'takes "@relprop/tensor" as workspace:*, got ^0.1.0',
    '"@relprop/lrp" must not be a dependency',
    '"left" must not be a dependency',
    '"@relprop/heatmap" is imported, but no dependency',
    "has devDependencies; tools belong to the workspace",
    "takes the license MIT",
    "takes sideEffects false, or a command's files for relprop",
    'exports "." as @relprop/source, types, default in this order, got default, types',
    "has scripts",
  ].map((complaint) => `packages/layers/package.json: ${complaint}`));
});

/** The names of the project's packages that a package's source imports. */
function importedPackages(folder: string): ReadonlySet<string> {
  const found = inSource(folder).flatMap((path) => read.get(path)!.map(({ specifier }) => folderOf(specifier)));
  return new Set(found.filter((name) => name !== undefined).map(published));
}

/** The modules of its own package that a module imports. */
function local(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const resolve = (specifier: string): string => new URL(specifier, `file:///${folder}/`).pathname.slice(1);
  const specifiers = read.get(path)!.map(({ specifier }) => specifier);
  return specifiers.filter((specifier) => specifier.startsWith(".")).map(resolve);
}
