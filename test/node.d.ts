// The parts of Node that tests and the command use. The library's `types` are empty so that the compiler refuses
// host features in it; what runs on Node declares what it needs, here. Functions only, or interfaces: those merge
// with a package's own declarations.

interface ImportMeta {
  url: string;
}

declare class URL {
  constructor(url: string | URL, base?: string | URL);
  readonly href: string;
  readonly pathname: string;
}

declare var console: {
  log(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};

declare class AbortController {
  abort(reason?: unknown): void;
  readonly signal: {
    readonly aborted: boolean;
    readonly reason: unknown;
    addEventListener(type: "abort", listener: () => void): void;
    removeEventListener(type: "abort", listener: () => void): void;
  };
}

declare function setTimeout(callback: () => void, milliseconds: number): unknown;

declare var performance: { now(): number };

declare var process: {
  readonly argv: readonly string[];
  readonly env: Record<string, string | undefined>;
  readonly execPath: string;
  readonly platform: string;
  exitCode: number | undefined;
  memoryUsage(): { readonly heapUsed: number; readonly external: number };
  cpuUsage(): { readonly user: number; readonly system: number };
  cwd(): string;
};

declare module "node:crypto" {
  interface ExportedKey {
    export(options: object): string;
  }
  export function generateKeyPairSync(kind: "ed25519"): {
    readonly privateKey: ExportedKey;
    readonly publicKey: ExportedKey;
  };
}

declare module "node:fs" {
  interface Entry {
    readonly name: string;
    isDirectory(): boolean;
    isFile(): boolean;
    isSymbolicLink(): boolean;
  }
  interface RemoveOptions {
    readonly recursive?: boolean;
    readonly force?: boolean;
  }
  interface Status {
    readonly size: number;
    readonly mode: number;
    isDirectory(): boolean;
  }
  export function existsSync(path: string | URL): boolean;
  export function mkdirSync(path: string | URL, options?: { readonly recursive?: boolean }): string | undefined;
  export function mkdtempSync(prefix: string): string;
  export function readFileSync(path: string | URL): Uint8Array<ArrayBuffer>;
  export function readFileSync(path: string | URL, encoding: "utf8"): string;
  export function readdirSync(path: string | URL): string[];
  export function readdirSync(path: string | URL, options: { readonly withFileTypes: true }): Entry[];
  export function rmSync(path: string | URL, options?: RemoveOptions): void;
  export function statSync(path: string | URL): Status;
  export function lstatSync(path: string): Status & { isFile(): boolean; isSymbolicLink(): boolean };
  export function chmodSync(path: string, mode: number): void;
  export function utimesSync(path: string, accessed: number, changed: number): void;
  export function symlinkSync(target: string, path: string, type?: "dir" | "file" | "junction"): void;
  export function writeFileSync(path: string | URL, data: string | Uint8Array): void;
}

declare module "node:fs/promises" {
  export function mkdir(path: string | URL, options?: { readonly recursive?: boolean }): Promise<string | undefined>;
  export function readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>>;
  export function readFile(path: string | URL, encoding: "utf8"): Promise<string>;
  export function writeFile(path: string | URL, data: string | Uint8Array): Promise<void>;
}

declare module "node:path" {
  /** The rules of Windows, wherever this runs. */
  export const win32: {
    readonly sep: string;
    relative(from: string, to: string): string;
    isAbsolute(path: string): boolean;
  };
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function join(...parts: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...parts: string[]): string;
}

declare module "node:url" {
  export function fileURLToPath(url: string | URL): string;
  export function pathToFileURL(path: string): URL;
}

declare module "node:os" {
  export function tmpdir(): string;
}

declare module "node:zlib" {
  export function deflateSync(data: Uint8Array | string): Uint8Array<ArrayBuffer>;
  export function gzipSync(data: Uint8Array | string, options?: { readonly level?: number }): Uint8Array<ArrayBuffer>;
  export function inflateSync(data: Uint8Array): Uint8Array<ArrayBuffer>;
}

declare module "node:child_process" {
  interface SpawnOptions {
    readonly cwd?: string;
    readonly env?: Record<string, string | undefined>;
    readonly encoding: "utf8";
    readonly input?: string | Uint8Array;
    readonly timeout?: number;
    readonly killSignal?: string;
  }
  interface SpawnResult {
    readonly status: number | null;
    readonly signal: string | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly error?: Error;
  }
  export function execFileSync(file: string, args: readonly string[], options: SpawnOptions): string;
  export function spawnSync(file: string, args: readonly string[], options: SpawnOptions): SpawnResult;
}

declare module "node:timers/promises" {
  /** Waits for the next turn of the event loop. */
  export function setImmediate(): Promise<void>;
}

declare module "node:v8" {
  export function setFlagsFromString(flags: string): void;
}

declare module "node:net" {
  interface Socket {
    end(text: string): void;
    on(event: "data", listener: (part: Uint8Array) => void): void;
    on(event: string, listener: () => void): void;
  }
  export function createConnection(to: { readonly port: number; readonly host: string }, ready: () => void): Socket;
}

declare module "node:vm" {
  export function runInNewContext(code: string): unknown;
}

declare module "node:util" {
  export function inspect(value: unknown, options?: { readonly colors?: boolean }): string;
}

declare class Blob {
  constructor(parts: readonly ArrayBuffer[]);
  arrayBuffer(): Promise<ArrayBuffer>;
}

declare class Response {
  constructor(body: ArrayBuffer | string, options?: { readonly status?: number });
  arrayBuffer(): Promise<ArrayBuffer>;
}
