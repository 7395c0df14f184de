/** The bundler that vitest brings, by way of vite: a tool of our own would be one more version to keep in step. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const path = ["vitest", "vite"].reduce(
  (require, name) => createRequire(require.resolve(`${name}/package.json`)), createRequire(import.meta.url),
).resolve("rolldown");

export const { rolldown } = await import(pathToFileURL(path).href);
