export type { CompiledModule } from "../host.ts";
export type { HeapKind } from "./heap.ts";
export { compileSimd, simdBytes } from "./module.ts";
export { simdProducts } from "./products.ts";
export { simd, useSimd } from "./simd.ts";
export { useThreads } from "./threads.ts";
