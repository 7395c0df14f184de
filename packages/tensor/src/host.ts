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

/** A worker of either kind: those of `node:worker_threads` have `on`, those of the web take handlers. */
export interface HostWorker {
  postMessage(message: unknown): void;
  on?(event: string, listener: () => void): void;
  unref?(): void;
  terminate(): unknown;
  onmessage?: (() => void) | null;
  onerror?: (() => void) | null;
}

/** Makes a worker that runs the module at this address. */
export type WorkerConstructor = new (url: unknown, options?: { readonly type: "module" }) => HostWorker;

interface HostPort {
  postMessage(message: unknown): void;
  close(): void;
  onmessage?: (() => void) | null;
}

/** What is used of `node:worker_threads` and `node:os`. */
interface Builtin {
  readonly Worker?: WorkerConstructor;
  availableParallelism?(): number;
}

interface Host {
  readonly URL?: new (url: string) => unknown;
  readonly Worker?: WorkerConstructor;
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly MessageChannel?: new () => { readonly port1: HostPort; readonly port2: HostPort };
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimeout?: (timer: unknown) => void;
  readonly process?: {
    getBuiltinModule?(name: string): Builtin | undefined;
  };
  readonly structuredClone?: <T>(value: T) => T;
  readonly navigator?: { readonly hardwareConcurrency?: number };
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
