// Joins the sources of each package to a file per entry: a runtime opens, resolves and links modules one by one, which
// took longer than all they do in a first explanation. Writes the SIMD kernels beside them, for runtimes that only take
// a module from a file.
import { writeFileSync } from "node:fs";
import { bundlePackage, folders } from "./bundle/package.js";
import { bundleStudio } from "./bundle/studio.js";

await Promise.all([...folders.map(bundlePackage), bundleStudio()]);

const { simdBytes } = await import("../packages/tensor/dist/simd/index.js");
writeFileSync(new URL("../packages/tensor/dist/kernels.wasm", import.meta.url), simdBytes());
