/** The module of all kernels: made and compiled on first use. */
import { host, type CompiledModule } from "../host.ts";
import { emit } from "./code/emit.ts";
import type { HeapKind } from "./heap.ts";

/** The largest shared memory, which a module for unknown hosts asks for. */
export const largest: HeapKind = { maximum: 65536, shared: true };

/** The kernels as a binary module, for builds that write it to a file since their runtime only takes static modules. */
export function simdBytes(kind: HeapKind = largest): Uint8Array<ArrayBuffer> {
  return emit(kind);
}

/**
 * The kernels compiled, or `undefined` where the host has no vectors or forbids compiling. Throws what the host says
 * when it would take a module, but not this one.
 */
export function compileSimd(kind: HeapKind = largest): CompiledModule | undefined {
  return compiled(simdBytes(kind), kind);
}

/** A binary module compiled, as `compileSimd` says. */
export function compiled(bytes: Uint8Array, { shared }: HeapKind): CompiledModule | undefined {
  try {
    return new host.WebAssembly!.Module(bytes);
  } catch (error) {
    if (takesModules(shared)) throw error;
    return undefined;
  }
}

/** Whether the host compiles the least module that has vectors and a memory of this kind. */
function takesModules(shared: boolean): boolean {
  const memory = [3, 101, 110, 118, 1, 109, 2, shared ? 3 : 1, 0, 1];
  const probe = [
    0, 97, 115, 109, 1, 0, 0, 0,
    1, 4, 1, 0x60, 0, 0,
    2, memory.length + 1, 1, ...memory,
    3, 2, 1, 0,
    10, 9, 1, 7, 0, 0x41, 0, 0xfd, 17, 0x1a, 0x0b,
  ];
  try {
    return host.WebAssembly !== undefined && Boolean(new host.WebAssembly.Module(Uint8Array.from(probe)));
  } catch {
    return false;
  }
}
