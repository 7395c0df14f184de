/** The studio's page, which lies in the package beside the command. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TOKENIZERS } from "../tokenizer-of.ts";
import type { Shelf } from "./view-answer.ts";

/** All that the page consists of, by its paths; `manifest` is the package's, users install in `folder`. */
export async function pageFiles(manifest: URL | undefined, folder: string): Promise<Shelf> {
  const dist = fileURLToPath(new URL("./dist/", manifest?.href ?? import.meta.url));
  const names = (await readdir(`${dist}studio`)).filter((name) => /\.(html|css|js)$/.test(name));
  const paths = [...names.map((name) => `studio/${name}`), "single.js"];
  const own = paths.map((path) => [path, () => readFile(`${dist}${path}`)] as const);
  const library = await moduleOf(TOKENIZERS, resolve(folder)) ?? await moduleOf(TOKENIZERS, resolve(dist));
  if (library === undefined) return new Map(own);
  return new Map([...own, ["studio/tokenizers.js", () => readFile(library)]]);
}

/** The file that browsers import for a package which is installed in a folder or above it. */
async function moduleOf(name: string, folder: string): Promise<string | undefined> {
  const place = join(folder, "node_modules", name);
  const manifest = await readFile(pathToFileURL(join(place, "package.json")), "utf8").catch(() => undefined);
  if (manifest === undefined) return dirname(folder) === folder ? undefined : moduleOf(name, dirname(folder));
  const { module } = JSON.parse(manifest) as { readonly module?: unknown };
  return typeof module === "string" ? join(place, module) : undefined;
}
