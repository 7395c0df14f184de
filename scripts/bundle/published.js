/** The files a package publishes in place of its compiled modules. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.js";
import { kernelsModule, replaced } from "./kernels.js";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** The folders of all packages. */
export const folders = readdirSync(packages).map((name) => join(packages, name));

/** What the compiler remembers of a package: no longer there once its modules are joined. */
export const memoryOf = (folder) => join(folder, ".build/tsconfig.tsbuildinfo");

/** Every file by its path within `dist`, text and source map, whether the modules are joined already or not. */
export async function published(folder) {
  const dist = join(folder, "dist");
  const readFile = (path) => readFileSync(join(dist, path), "utf8");
  if (!existsSync(memoryOf(folder))) {
    const paths = readdirSync(dist, { recursive: true }).filter((path) => path.endsWith(".js"));
    return new Map(paths.map((path) => [path, { text: readFile(path), map: JSON.parse(readFile(`${path}.map`)) }]));
  }
  const made = new Map(existsSync(join(dist, replaced)) ? [[replaced, await kernelsModule(dist)]] : []);
  const read = (path) => made.get(path) ?? readFile(path);
  const readMap = (path) => (made.has(path) ? undefined : JSON.parse(readFile(`${path}.map`)));
  return bundle(entriesOf(folder), read, readMap);
}

/** The compiled files that a package's manifest names, within `dist`. */
function entriesOf(folder) {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const targets = [...Object.values(exports).map((conditions) => conditions.default ?? ""), ...Object.values(bin)];
  return targets.filter((target) => target.endsWith(".js")).map((target) => target.replace("./dist/", ""));
}
