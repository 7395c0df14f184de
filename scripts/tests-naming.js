// The tests that import what a source file exports: most changes to it are noticed there, and soonest.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

// Names that so many tests speak of say nothing about where one belongs.
const most = 8;

/** Paths of test files in `root`, those named like the source file first. */
export function testsNaming(root, file) {
  const source = readFileSync(`${root}/${file}`, "utf8");
  const name = basename(file, ".ts");
  const tests = testFiles(root);
  const found = new Set(tests.filter((path) => basename(path).startsWith(`${name}.`)));
  for (const [, exported] of source.matchAll(/^export (?:abstract )?(?:async )?(?:function|class|const) (\w+)/gm)) {
    const word = new RegExp(`\\b${exported}\\b`);
    const naming = tests.filter((path) => word.test(importsOf(`${root}/${path}`)));
    if (naming.length <= most) for (const path of naming) found.add(path);
  }
  return [...found].slice(0, most);
}

const imports = new Map();

/** What a test imports, as it is written there. */
function importsOf(path) {
  if (!imports.has(path)) {
    const text = readFileSync(path, "utf8");
    imports.set(path, text.slice(0, text.lastIndexOf('from "')));
  }
  return imports.get(path);
}

/** Paths of all test files in `root`, guards of the repository left out. */
export function testFiles(root) {
  const folders = ["test", ...readdirSync(`${root}/packages`).map((name) => `packages/${name}/test`)];
  return folders.flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true })
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".test.ts") && !path.startsWith("test/repo/")));
}
