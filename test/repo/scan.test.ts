import { expect, test } from "vitest";
import { closing, codeOnly, lineAt, withoutComments } from "./scan.ts";

test.each([
  ["a line comment", "a // b\nc", "a     \nc"],
  ["a block comment over lines", "a /* b\nc */ d", "a     \n     d"],
  ["a string with an escaped quote", String.raw`f("a\"b") + 1`, 'f("    ") + 1'],
  ["a comment sign in a string", '"//" + a', '"  " + a'],
  ["a quote in a comment", 'a // "\n"b"', 'a     \n" "'],
  ["a template", "`a${b + `c${d}e`}f` + g", "` ${b + ` ${d} `} ` + g"],
  ["an object in a template", "`${{ a: 1 }.a}x`", "`${{ a: 1 }.a} `"],
  ["a regular expression", "x = /[/\"]\\/'/g;", "x = /       /g;"],
  ["a division", "a / b / c", "a / b / c"],
  ["a division behind a bracket", '(a) / "b"', '(a) / " "'],
  ["a division behind a string", '"a".length / 2 + "b"', '" ".length / 2 + " "'],
  ["a regular expression behind a comment", 'return /* c */ /"/.test(a)', "return         / /.test(a)"],
])("codeOnly blanks %s", (_, source, code) => {
  expect(codeOnly(source)).toBe(code);
});

test("withoutComments keeps strings and their comment signs", () => {
  expect(withoutComments('f("/* a */"); // b')).toBe('f("/* a */");     ');
});

test("views keep the length of sources that end early", () => {
  for (const source of ['"abc', "`a${b", "/* a", "/a", "// a"]) {
    expect(codeOnly(source)).toHaveLength(source.length);
    expect(withoutComments(source)).toHaveLength(source.length);
  }
});

test("lines count from 1", () => {
  expect(lineAt("a\nb\nc", 0)).toBe(1);
  expect(lineAt("a\nb\nc", 4)).toBe(3);
});

test("closing finds the partner of a bracket", () => {
  expect(closing("f(a[0], { b }) + c", 1)).toBe(14);
  expect(closing("f(a", 1)).toBe(3);
});
