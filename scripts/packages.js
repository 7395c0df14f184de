// npm run packages: are the packed packages what users can install? Looks into the tarballs, has two linters look at
// them, tries publishing the sources, and installs `relprop` with four package managers.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { check, conclude } from "./check.js";
import { contentComplaints } from "./packages/contents.js";
import { wordComplaints } from "./packages/explain-words.js";
import { installComplaints, managerNames } from "./packages/install-anywhere.js";
import { sourceComplaints } from "./packages/publish-sources.js";
import { typeComplaints } from "./packages/strict-types.js";
import { yamlComplaints } from "./packages/yaml.js";
import { openShelf } from "./packages/shelf.js";
import { removeFolder } from "./remove-folder.js";
import { cache, npm } from "./runtimes/install.js";
import { pack } from "./runtimes/pack.js";

const linters = { publint: "0.3.25", "@arethetypeswrong/cli": "0.18.5", yaml: "2.8.1" };
const folder = mkdtempSync(join(tmpdir(), "relprop-packages-"));

try {
  const tarballs = pack(join(folder, "tarballs"));
  const tools = linterFolder();
  const lint = (words) => {
    const { status, stdout, stderr } = spawnSync("npx", ["--no", ...words], { cwd: tools, encoding: "utf8" });
    return status === 0 ? [] : [`${stdout}${stderr}`.trim().slice(-1500)];
  };
  for (const tarball of tarballs) {
    const name = basename(tarball);
    await check(`${name} holds what it should`, () => contentComplaints(tarball));
    await check(`${name} passes publint`, () => lint(["publint", "run", "--strict", tarball]));
    const types = ["attw", tarball, "--profile", "esm-only", "--exclude-entrypoints", "./kernels.wasm"];
    await check(`${name} has types for every way to import it`, () => lint(types));
  }
  await check("workflows, templates and the citation are YAML", () => yamlComplaints(tools));
  await check("the sources could be published to JSR", () => sourceComplaints(join(folder, "sources")));
  await check("a text is explained with the tokenizer library", () => wordComplaints(tarballs, join(folder, "words")));
  await check("TypeScript 5.9 and 7 take what the packages return where pages want bytes and pixels", () =>
    typeComplaints(tarballs, join(folder, "types")));
  const shelf = await openShelf(tarballs);
  for (const manager of managerNames) {
    const tried = () => installComplaints(manager, shelf.address, join(folder, manager));
    await check(`relprop installed by ${manager} explains a digit`, tried);
  }
  shelf.close();
} finally {
  await removeFolder(folder);
}

conclude("packages");

function linterFolder() {
  const place = join(cache, "linters");
  const specifiers = Object.entries(linters).map(([name, version]) => `${name}@${version}`);
  if (Object.keys(linters).every((name) => existsSync(join(place, "node_modules", name)))) return place;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{ "private": true }\n');
  npm(["install", "--no-save", "--ignore-scripts", ...specifiers], place);
  return place;
}
