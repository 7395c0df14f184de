/** The studio's page, which lies in the package beside the command. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Shelf } from "./view-answer.ts";

/** All that the page consists of, by its paths; `manifest` is the package's. */
export async function pageFiles(manifest: URL | undefined): Promise<Shelf> {
  const dist = fileURLToPath(new URL("./dist/", manifest?.href ?? import.meta.url));
  const names = (await readdir(`${dist}studio`)).filter((name) => /\.(html|css|js)$/.test(name));
  const paths = [...names.map((name) => `studio/${name}`), "single.js"];
  return new Map(paths.map((path) => [path, () => readFile(`${dist}${path}`)]));
}
