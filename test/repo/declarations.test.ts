import { expect, test } from "vitest";
import { declarations } from "./declarations.ts";

const names = (source: string): string[] => declarations(source).map(({ kind, name }) => `${kind} ${name}`);

test("every form of export is found, and only exports", () => {
  const source = `
export function f(): void {}
export async function g(): Promise<void> {}
export function* h(): Generator<number> {}
export class A {}
export abstract class B {}
export interface C {}
export type D = string;
export const e = 1;
export declare const k: number;
export declare function l(): void;
function hidden(): void {}
const text = "export const no = 1";
// export const no = 1;
export { other } from "./other.ts";`;
  expect(names(source)).toEqual([
    "function f", "function g", "function h", "class A", "class B", "interface C", "type D", "const e", "const k",
    "function l",
  ]);
});

test.each([
  ["a docstring above", "/** It. */\nexport const a = 1;", true],
  ["a docstring over lines", "/**\n * It.\n */\nexport const a = 1;", true],
  ["a docstring with a path in it", "/** Reads a/*.ts. */\nexport const a = 1;", true],
  ["no comment", "export const a = 1;", false],
  ["a line comment", "// It.\nexport const a = 1;", false],
  ["a block comment that is no docstring", "/* It. */\nexport const a = 1;", false],
  ["an empty docstring", "/** */\nexport const a = 1;", false],
  ["what the file is for", "/** The file. */\n\nexport const a = 1;", false],
  ["the docstring of the one before", "/** It. */\nconst b = 2;\nexport const a = 1;", false],
])("documented or not: %s", (_, source, documented) => {
  expect(declarations(source)[0]!.documented).toBe(documented);
});

test("members are found one by one, without constructors and hidden ones", () => {
  const source = `export class A<T extends object = {}> extends B<T> implements C, D<{ x: 1 }> {
  /** Of this shape. */
  readonly shape: readonly number[];
  static readonly origin: A = new A({ a: 1 });
  #secret = { a: 1 };
  #block = 0;
  /** Called. */
  readonly call = (x: number): number => {
    return x;
  };
  constructor(options: { readonly a?: number } = {}) {
    this.inner = options;
  }
  /** Got. */
  get size(): number { return 1; }
  set size(value: number) {}
  method(x: { a: 1 }): { b: 2 } {
    const s = "}";
    return { b: 2 };
  }
  /** Overloaded. */
  over(a: string): string;
  over(a: number): number;
  over(a: unknown): unknown { return a; }
  protected inside(): void {}
  private also(): void {}
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {}
  abstract last(): void;
}`;
  const [declaration] = declarations(source);
  expect(declaration!.bases).toEqual(["B", "C", "D"]);
  expect(declaration!.members.map(({ name, documented }) => (documented ? name : `${name}!`))).toEqual([
    "shape", "origin!", "call", "size", "method!", "over", "[Symbol.asyncIterator]!", "last!",
  ]);
  expect(declaration!.members.find(({ name }) => name === "method")!.line).toBe(17);
});

test("members of an interface are found, whatever their types", () => {
  const source = `export interface A extends B, C {
  readonly name: string;
  at?: { x: number; y: number };
  call(a: { b: 1 }): { c: 2 };
  readonly f: (s: string) => void;
  (direct: number): string;
  [index: string]: unknown;
  last: 1;
}`;
  const [declaration] = declarations(source);
  expect(declaration!.bases).toEqual(["B", "C"]);
  expect(declaration!.members.map(({ name }) => name)).toEqual(["name", "at", "call", "f", "last"]);
});

test("a declaration's text ends where it ends", () => {
  const source = `export declare function f(a: { b: 1; }): { c: 2; };
export function g(): { a: 1 } { return { a: 1 }; }
export declare const h: { a: 1; } | undefined; // it
export interface A { a: 1; /* it */ }
export type B = { a: 1; } & { b: 2; };
export declare class C { #private; }
`;
  expect(declarations(source).map(({ text }) => text)).toEqual([
    "export declare function f(a: { b: 1; }): { c: 2; };",
    "export function g(): { a: 1 } { return { a: 1 }; }",
    "export declare const h: { a: 1; } | undefined;",
    "export interface A { a: 1;          }",
    "export type B = { a: 1; } & { b: 2; };",
    "export declare class C { #private; }",
  ]);
});
