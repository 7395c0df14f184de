import { expect, test } from "vitest";
import { undocumented, type Module } from "./documented.ts";
import { files, text } from "./files.ts";

const sources: readonly Module[] = files([".ts"], "packages")
  .filter((path) => /^packages\/[^/]+\/src\//.test(path))
  .map((path) => ({ path, source: text(path) }));

test("every exported name and every public method of a class has a docstring", () => {
  expect(undocumented(sources)).toEqual([]);
});

test("a missing docstring is reported with its place", () => {
  const source = `/** The file. */
import type { B } from "./b.ts";

export const a = 1;
/** It. */
export class C {
  readonly f = 1;
  m(): void {}
}
`;
  const found = undocumented([{ path: "a.ts", source }]);
  expect(found).toEqual(["a.ts:4: a has no docstring", "a.ts:8: C.m has no docstring"]);
});

test("a member that a base declares, here or in another module, need not say it again", () => {
  const base = `/** Of all. */
export interface A {
  m(): void;
}
/** Of some. */
export abstract class B implements A {
  abstract m(): void;
}
`;
  const derived = `/** Of one. */
export class C extends B {
  m(): void {}
  n(): void {}
}
`;
  const found = undocumented([{ path: "c.ts", source: derived }, { path: "a.ts", source: base }]);
  expect(found).toEqual(["c.ts:4: C.n has no docstring"]);
});

test("one docstring is enough for all overloads of a function", () => {
  const source = `/** It. */
export function f(a: string): void;
export function f(a: number): void;
export function f(a: unknown): void {}
`;
  expect(undocumented([{ path: "a.ts", source }])).toEqual([]);
});
