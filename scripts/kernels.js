// Writes the SIMD kernels beside the compiled files, for runtimes that only take a module from a file.
import { writeFileSync } from "node:fs";
import { simdBytes } from "../packages/tensor/dist/simd/index.js";

writeFileSync(new URL("../packages/tensor/dist/kernels.wasm", import.meta.url), simdBytes());
