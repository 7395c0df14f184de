export { compileSimd, simdBytes } from "./module.ts";
export { simd, useSimd } from "./simd.ts";
export { useThreads } from "./threads.ts";
