/** A package's sources as the files it publishes: one per entry, and one of what several entries share. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emittedKernels } from "./kernels.js";
import { lines } from "./lines.js";
import { pureValues } from "./pure-values.js";
import { rolldown } from "./rolldown.js";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** The folders of all packages. */
export const folders = readdirSync(packages).map((name) => join(packages, name));

/**
 * Spaces and long names of local variables are left out: they were a fifth of what is downloaded. Functions, classes
 * and methods keep their names for whoever reads a stack, and the source maps lead to the sources, published as well.
 */
export const minify = {
  compress: false,
  mangle: { toplevel: false, keepNames: { class: true, function: false } },
  codegen: { removeWhitespace: true },
};

/** Writes the files of a package's `dist`, declarations excepted. */
export async function bundlePackage(folder) {
  const bundle = await rolldown({
    input: entriesOf(folder),
    external: (id) => /^(node:|relprop$|@relprop\/)/.test(id),
    platform: "neutral",
    transform: { target: "es2022" },
    treeshake: { moduleSideEffects: (id) => id.endsWith("/bin.ts") },
    plugins: [emittedKernels(), pureValues(), lines()],
  });
  await bundle.write({
    dir: join(folder, "dist"),
    chunkFileNames: "shared.js",
    comments: { legal: false, annotation: true, jsdoc: false },
    minify,
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await bundle.close();
}

/** The sources of what a package's manifest names, by their place within `dist`, without the ending. */
function entriesOf(folder) {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  // What starts a command stands in the sources; it imports what is built.
  const commands = Object.keys(bin).length > 0 ? ["./dist/bin.js"] : [];
  const own = Object.entries(exports).filter(([entry]) => entry !== "./single").map(([, target]) => target);
  const targets = [...own.map((conditions) => conditions.default ?? ""), ...commands];
  const names = targets.filter((target) => target.endsWith(".js")).map((target) => target.slice("./dist/".length, -3));
  return Object.fromEntries(names.map((name) => [name, join(folder, "src", `${name}.ts`)]));
}
