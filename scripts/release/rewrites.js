// The files that say which version this is, as they will be.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withRelease } from "./changelog.js";
import { isAfter, isNext } from "./version.js";

/** The version all packages carry. */
export function currentVersion(root) {
  return JSON.parse(readFileSync(join(root, "packages/relprop/package.json"), "utf8")).version;
}

/** The new text of each file that a release of `version` on `date` changes, by path. */
export function rewrites(root, version, date) {
  const now = currentVersion(root);
  if (!isAfter(version, now)) throw new RangeError(`a release comes behind ${now}, got ${version}`);
  if (!isNext(version, now)) throw new RangeError(`${version} leaves versions behind ${now} out`);
  const texts = new Map();
  const change = (path, turn) => {
    const before = readFileSync(join(root, path), "utf8");
    const after = turn(before);
    if (after === before) throw new Error(`${path}: does not say which version this is`);
    texts.set(path, after);
  };
  for (const name of readdirSync(join(root, "packages")).sort()) {
    for (const file of ["package.json", "jsr.json"]) {
      change(`packages/${name}/${file}`, (text) => text.replace(`"version": "${now}"`, `"version": "${version}"`));
    }
  }
  change("CITATION.cff", (text) =>
    text.replace(/^version: .*$/m, `version: ${version}`).replace(/^date-released: .*$/m, `date-released: "${date}"`));
  change("CHANGELOG.md", (text) => withRelease(text, version, date));
  return texts;
}
