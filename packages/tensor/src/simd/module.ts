/** The module of all kernels: made and compiled on first use. */
import { host, type CompiledModule } from "../host.ts";
import { emit } from "./code/emit.ts";
import type { HeapKind } from "./heap.ts";

/** The largest shared memory, which a module for unknown hosts asks for. */
export const largest: HeapKind = { maximum: 65536, shared: true };

/** The kernels as a binary module, for builds that write it to a file since their runtime only takes static modules. */
export function simdBytes(kind: HeapKind = largest): Uint8Array {
  return emit(kind);
}

/** The kernels compiled, or `undefined` where that is missing or forbidden. */
export function compileSimd(kind: HeapKind = largest): CompiledModule | undefined {
  try {
    return new host.WebAssembly!.Module(simdBytes(kind));
  } catch {
    return undefined;
  }
}
