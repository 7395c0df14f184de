/** What the command needs of its host, and nothing more; the packages below need none of it. */

declare module "node:fs/promises" {
  export function readFile(path: string): Promise<Uint8Array>;
  export function readFile(path: string, encoding: "utf8"): Promise<string>;
  export function writeFile(path: string, content: Uint8Array | string): Promise<void>;
  export function readdir(path: string): Promise<readonly string[]>;
  export function access(path: string): Promise<void>;
  export function rename(from: string, to: string): Promise<void>;
  export function rm(path: string, options: { readonly force: boolean }): Promise<void>;
}

declare module "node:fs" {
  export function existsSync(path: string): boolean;
  export function readFileSync(path: string): Uint8Array;
  export function realpathSync(path: string): string;
}

declare module "node:module" {
  export function createRequire(from: URL): { resolve(name: string): string };
}

declare module "node:path" {
  export const sep: string;
  export function dirname(path: string): string;
  export function join(...parts: string[]): string;
}

declare module "node:url" {
  export function pathToFileURL(path: string): URL;
}

interface URL {
  readonly href: string;
}

declare module "node:crypto" {
  interface Hash {
    update(content: Uint8Array | string): Hash;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hash;
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
    write(text: string): boolean;
    on(event: "error", listener: (error: Error & { readonly code?: string }) => void): void;
  }
  const process: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stdout: Stream;
    readonly stderr: Stream;
    exitCode: number | undefined;
    cwd(): string;
    /** `maxRSS` in kilobytes. */
    resourceUsage(): { readonly maxRSS: number };
  };
  export default process;
}
