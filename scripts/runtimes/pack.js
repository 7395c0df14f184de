// What a user gets: tarballs of all packages, and an empty project in which they are installed.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { structure } from "../structure/case.js";
import { npm } from "./install.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Packs every package into `folder` and returns the tarballs' paths. */
export function pack(folder) {
  mkdirSync(folder, { recursive: true });
  const pnpm = ["--yes", "pnpm@10.34.9", "--recursive", "--filter", "./packages/*"];
  const words = [...pnpm, "pack", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npx", words, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`pnpm pack: ${stderr || stdout}`);
  return readdirSync(folder).filter((name) => name.endsWith(".tgz")).map((name) => join(folder, name));
}

/** A project in `folder` with these tarballs installed from nowhere but themselves, and the suite beside them. */
export function project(folder, tarballs) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--offline", ...tarballs], folder);
  const suite = join(folder, "suite");
  cpSync(join(root, "test/runtimes/.build"), suite, { recursive: true });
  cpSync(join(root, "test/runtimes/entries"), suite, { recursive: true });
  writeMaterial(join(suite, "material.js"));
}

/** Writes the files checks look at as a module, which every runtime can import. */
export function writeMaterial(path) {
  const digits = join(root, "examples/digits");
  const files = {
    "digits.onnx": readFileSync(join(digits, "digits.onnx"), "base64"),
    "4-a.png": readFileSync(join(digits, "images/4-a.png"), "base64"),
    "structures.json": JSON.stringify(hostileStructures()),
  };
  writeFileSync(path, `export const files = ${JSON.stringify(files)};\n`);
}

/** Small files of hostile structure, in base64. */
function hostileStructures() {
  const cases = Array.from({ length: 300 }, (_, seed) => structure(seed));
  const small = cases.filter(({ bytes, size }) => bytes !== undefined && size < 3000);
  return small.map(({ bytes }) => Buffer.from(bytes).toString("base64"));
}
