/** The few host features kernels use, which the language's own library does not declare. */

/** A compiled module: what `new WebAssembly.Module(bytes)` makes, and what runtimes make of a static `.wasm` import. */
export type CompiledModule = object;

/** Linear memory; `buffer` is a SharedArrayBuffer when it is shared. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface MemoryLimits {
  readonly initial: number;
  readonly maximum: number;
  readonly shared?: boolean;
}

interface Host {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => CompiledModule;
    readonly Memory: new (limits: MemoryLimits) => LinearMemory;
    readonly Instance: new (
      module: CompiledModule, imports: Record<string, Record<string, unknown>>,
    ) => { readonly exports: Record<string, unknown> };
  };
}

/** The global object, as far as kernels look at it; everything on it may be missing. */
export const host: Host = globalThis as unknown as Host;
