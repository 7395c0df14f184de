// Writes the entries of `relprop` that offer all of a package, `relprop/lrp` and its like, since no module may say
// `export *`: every name is there to be read. `npm run api` does so; a test compares.
import { readFileSync, writeFileSync } from "node:fs";

const packages = new URL("../packages/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("relprop/package.json", packages), "utf8"));

/** The folders of the packages that `relprop` consists of. */
export const parts = Object.keys(manifest.dependencies).map((name) => name.replace("@relprop/", ""));

/** The module that offers all that a package offers. */
export function subpath(part) {
  const index = readFileSync(new URL(`${part}/src/index.ts`, packages), "utf8");
  const names = namesOf(index);
  const lines = [""];
  for (const name of names) {
    const longer = lines.at(-1) === "" ? `  ${name},` : `${lines.at(-1)} ${name},`;
    if (longer.length <= 120) lines[lines.length - 1] = longer;
    else lines.push(`  ${name},`);
  }
  const opening = `/** All of \`@relprop/${part}\`. Written by scripts/subpaths.js. */`;
  return `${opening}\nexport {\n${lines.join("\n")}\n} from "@relprop/${part}";\n`;
}

/** The names that an index exports, values first, as they are written there. */
function namesOf(index) {
  const names = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type, list]) =>
    list.split(",").map((name) => name.trim()).filter((name) => name !== "").map((name) => {
      const exported = name.replace(/^(type )?\w+ as /, "$1");
      return type === undefined ? exported : `type ${exported}`;
    }));
  const isType = (name) => name.startsWith("type ");
  return [...new Set(names)].sort((a, b) => isType(a) - isType(b) || (a < b ? -1 : 1));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const part of parts) writeFileSync(new URL(`relprop/src/${part}.ts`, packages), subpath(part));
}
