/**
 * `relprop` as one file without imports; the studio: its page as it stands in examples/studio, and its worker; and a
 * network with two pictures, which READMEs explain.
 */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emittedKernels } from "./kernels.js";
import { lines } from "./lines.js";
import { minify } from "./package.js";
import { pureValues } from "./pure-values.js";
import { rolldown } from "./rolldown.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = join(root, "packages/relprop/src");
const page = join(root, "examples/studio");

const digits = join(root, "examples/digits");

/** Files of examples/digits that whoever installs the package has too, by their names there. */
const samples = { "digits.onnx": "digits.onnx", "4.png": "images/4-a.png", "7.png": "images/7-a.png" };

/** What the page is made of, as it stands there. */
export const pageFiles = readdirSync(page).filter((name) => /\.(html|css|js)$/.test(name));

/** Writes `single.js` and the folder `studio`; the worker takes what it can from `single.js`. */
export async function bundleStudio() {
  const dist = join(root, "packages/relprop/dist");
  const bundle = await rolldown({
    input: {
      "single": join(sources, "index.ts"),
      "studio/studio-worker": join(sources, "studio/studio-worker.ts"),
      "studio/graph-layout": join(sources, "studio/graph-layout.ts"),
    },
    preserveEntrySignatures: "allow-extension",
    resolve: { conditionNames: ["@relprop/source", "import", "default"] },
    platform: "neutral",
    transform: { target: "es2022" },
    treeshake: { moduleSideEffects: false },
    plugins: [emittedKernels(), pureValues(), lines()],
  });
  await bundle.write({
    dir: dist,
    chunkFileNames: "studio/[name].js",
    comments: { legal: false, annotation: true, jsdoc: false },
    minify,
  });
  await bundle.close();
  mkdirSync(join(dist, "studio"), { recursive: true });
  for (const name of pageFiles) copyFileSync(join(page, name), join(dist, "studio", name));
  mkdirSync(join(dist, "samples"), { recursive: true });
  for (const [name, from] of Object.entries(samples)) copyFileSync(join(digits, from), join(dist, "samples", name));
}
