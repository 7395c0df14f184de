/** What the command needs of its host, and nothing more; the packages below need none of it. */

declare module "node:fs/promises" {
  export interface Stats {
    readonly ino: number;
    readonly mode: number;
    readonly size: number;
    readonly mtimeMs: number;
    isFile(): boolean;
    isDirectory(): boolean;
    isFIFO(): boolean;
    isSymbolicLink(): boolean;
  }
  interface FileHandle {
    writeFile(content: Uint8Array | string): Promise<void>;
    close(): Promise<void>;
  }
  export function stat(path: string): Promise<Stats>;
  export function lstat(path: string): Promise<Stats>;
  export function readlink(path: string): Promise<string>;
  export function chmod(path: string, mode: number): Promise<void>;
  /** `"wx"`: writes to a file that is not there yet. */
  export function open(path: string, flags: "wx"): Promise<FileHandle>;
  export function readFile(path: string): Promise<Uint8Array>;
  export function readFile(path: URL, encoding: "utf8"): Promise<string>;
  export function writeFile(path: string, content: Uint8Array | string): Promise<void>;
  export function mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
  export function readdir(path: string): Promise<readonly string[]>;
  export function realpath(path: string): Promise<string>;
  export function rename(from: string, to: string): Promise<void>;
  export function rm(path: string, options: { readonly force: boolean }): Promise<void>;
}

declare module "node:fs" {
  export function existsSync(path: string): boolean;
  export function readFileSync(path: string): Uint8Array;
  export function closeSync(file: number): void;
  export function createReadStream(path: string): AsyncIterable<Uint8Array>;
  export function openSync(path: string, flags: "r" | "r+"): number;
  export function readSync(file: number, into: Uint8Array, at: number, length: number, position: number | null): number;
  export function statSync(path: string): {
    readonly size: number;
    isFile(): boolean;
    isDirectory(): boolean;
    isFIFO(): boolean;
  };
  export function realpathSync(path: string): string;
}

declare module "node:http" {
  interface Incoming {
    readonly method?: string;
    readonly url?: string;
    readonly headers: { readonly host?: string };
  }
  interface Outgoing {
    writeHead(status: number, headers: Readonly<Record<string, string>>): void;
    end(body: Uint8Array | string): void;
  }
  interface Server {
    listen(port: number, host: string, ready: () => void): void;
    address(): { readonly port: number; readonly address: string } | string | null;
    close(): void;
    on(event: "close", listener: () => void): void;
    on(event: "error", listener: (error: Error) => void): void;
  }
  export function createServer(answer: (request: Incoming, response: Outgoing) => void): Server;
}

declare module "node:module" {
  export function createRequire(from: URL): { resolve(name: string): string };
}

declare module "node:path" {
  export const sep: string;
  export function basename(path: string): string;
  export function normalize(path: string): string;
  export function extname(path: string): string;
  export function dirname(path: string): string;
  export function isAbsolute(path: string): boolean;
  export function relative(from: string, to: string): string;
  export function resolve(...parts: string[]): string;
  export function join(...parts: string[]): string;
}

declare module "node:url" {
  export function pathToFileURL(path: string): URL;
  export function fileURLToPath(url: URL): string;
}

declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

declare const TextEncoder: new () => { encode(text: string): Uint8Array };

declare function atob(text: string): string;

interface URL {
  readonly href: string;
}

declare var URL: new (url: string, base: string) => URL;

interface ImportMeta {
  url: string;
}

declare module "node:crypto" {
  interface Hash {
    update(content: Uint8Array | string): Hash;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hash;
  interface Key {
    readonly asymmetricKeyType?: string;
  }
  export function createPrivateKey(pem: string): Key;
  export function createPublicKey(pem: string): Key;
  export function sign(algorithm: null, content: Uint8Array, key: Key): { toString(encoding: "base64"): string };
  export function verify(algorithm: null, content: Uint8Array, key: Key, signature: Uint8Array): boolean;
  export function randomBytes(size: number): { toString(encoding: "hex"): string };
}

declare module "node:util" {
  interface ArgumentOption {
    readonly type: "string" | "boolean";
    readonly short?: string;
    readonly multiple?: boolean;
  }
  export function parseArgs(config: {
    readonly args: readonly string[];
    readonly options: Readonly<Record<string, ArgumentOption>>;
    readonly allowPositionals: true;
    readonly strict: true;
  }): {
    readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
    readonly positionals: readonly string[];
  };
}

declare module "node:perf_hooks" {
  export const performance: { now(): number };
}

declare module "node:process" {
  interface Stream {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(content: string | Uint8Array): boolean;
    on(event: "error", listener: (error: Error & { readonly code?: string }) => void): void;
  }
  const process: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stdout: Stream;
    readonly stderr: Stream;
    readonly stdin: AsyncIterable<Uint8Array>;
    exitCode: number | undefined;
    cwd(): string;
    /** `maxRSS` in kilobytes. */
    resourceUsage(): { readonly maxRSS: number };
  };
  export default process;
}
