// Publishing the sources to JSR, and a dry run of it, which looks for types that would have to be inferred.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install } from "../runtimes/install.js";
import { root } from "../runtimes/pack.js";
import { versions } from "../runtimes/versions.js";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** A complaint for each thing that keeps the sources from being published as they are. */
export function sourceComplaints(folder) {
  const complaints = gatherSources(folder).flatMap(manifestComplaints);
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } };
  const words = ["publish", "--dry-run", "--allow-dirty"];
  const { status, stdout, stderr } = spawnSync(install("deno", versions.deno), words, options);
  const said = `${stdout}${stderr}`;
  // The command loads a decoder of JPEG from the user's folder, which nobody can foresee.
  const serious = /^(error|warning)\[(?!unanalyzable-dynamic-import\])/m;
  if (status !== 0 || serious.test(said)) complaints.push(said.slice(-1500));
  return complaints;
}

/** Publishes gathered sources; throws where that fails. */
export function publishSources(folder) {
  const words = ["publish", "--allow-dirty"];
  const { status } = spawnSync(install("deno", versions.deno), words, { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error(`deno publish ended with exit code ${status}`);
}

/** Copies what is published of each package to `folder` and returns the packages' names. */
export function gatherSources(folder) {
  const names = readdirSync(join(root, "packages"));
  for (const name of names) {
    const place = join(folder, "packages", name);
    mkdirSync(place, { recursive: true });
    for (const part of ["src", "jsr.json", "README.md"]) {
      const from = join(root, "packages", name, part);
      if (existsSync(from)) cpSync(from, join(place, part), { recursive: true });
    }
    cpSync(join(root, "LICENSE"), join(place, "LICENSE"));
  }
  writeFileSync(join(folder, "deno.json"), JSON.stringify({ workspace: names.map((name) => `packages/${name}`) }));
  return names;
}

/** `jsr.json` says what `package.json` says. */
function manifestComplaints(name) {
  const [own, theirs] = ["package.json", "jsr.json"].map((file) => read(join(root, "packages", name, file)));
  const sources = Object.entries(own.exports).filter(([, to]) => typeof to !== "string");
  const isFirst = ([, { "@relprop/source": source }], i) =>
    sources.findIndex(([, to]) => to["@relprop/source"] === source) === i; // one source in one file is no other source
  const wanted = Object.fromEntries(sources.filter(isFirst).map(([path, to]) => [path, to["@relprop/source"]]));
  const offered = typeof theirs.exports === "string" ? { ".": theirs.exports } : theirs.exports;
  const complaints = [];
  if (theirs.version !== own.version) complaints.push(`${name}: jsr.json says ${theirs.version}, not ${own.version}`);
  if (JSON.stringify(offered) !== JSON.stringify(wanted)) complaints.push(`${name}: jsr.json exports something else`);
  return complaints;
}
