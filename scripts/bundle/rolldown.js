/** The bundler that vitest brings, by way of vite: a tool of our own would be one more version to keep in step. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const vite = ["vitest", "vite"].reduce(
  (require, name) => createRequire(require.resolve(`${name}/package.json`)), createRequire(import.meta.url),
);
const load = (name) => import(pathToFileURL(vite.resolve(name)).href);

export const { rolldown } = await load("rolldown");
export const { parseAst } = await load("rolldown/parseAst");
