/** What tables become in terminals of 60 columns. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fittedLines, narrowTable } from "../src/command/narrow-table.ts";
import { run, runIn } from "./memory-terminal.ts";

const digits = new URL("../../../examples/digits/", import.meta.url);
const files = {
  "digits.onnx": await readFile(new URL("digits.onnx", digits)),
  "3.png": await readFile(new URL("images/3-a.png", digits)),
  "4.png": await readFile(new URL("images/4-a.png", digits)),
};

test("a row is a block: its first cell, then the others by name, as many a line as fit", () => {
  const rows = [["a", "1", "", "22"], ["long name", "333", "4", "5"]];
  expect(narrowTable(["node", "in", "out", "bias"], rows, 14).split("\n")).toEqual([
    "a", "  in 1", "  bias 22", "long name", "  in 333", "  out 4", "  bias 5",
  ]);
  expect(narrowTable(["node", "in", "out", "bias"], rows, 16).split("\n")[1]).toBe("  in 1  bias 22");
  expect(narrowTable(undefined, [["0", "flat", "first"]], 60)).toBe("0\n  flat  first");
});

test("a line is broken at blanks, what goes on four columns further in", () => {
  expect(fittedLines("short\n  a line of five words", 14)).toBe("short\n  a line\n      of five\n      words");
  expect(fittedLines("a line of five words", 80)).toBe("a line of five words");
});

test.each([
  ["rules", "digits.onnx"], ["inspect", "digits.onnx"], ["check", "digits.onnx"],
  ["explain", "digits.onnx", "3.png", "--conservation"],
  ["compare", "digits.onnx", "3.png", "4.png", "--units", "patches:8", "--steps", "2"],
])("relprop %s … fits 60 columns, and says all that it says in 80", async (...words) => {
  const narrow = await runIn(60, async () => undefined, files, ...words);
  const wide = await run(files, ...words);
  expect([narrow.code, wide.code]).toEqual([0, 0]);
  // A sentence may be longer: terminals break it between its words.
  const lines = narrow.out.split("\n").filter((line) => !/^relevance |^ {2}\S+: /.test(line));
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
  const pieces = (text: string): readonly string[] =>
    [...new Set(text.match(/features\.\d+|epsilon-plus\S*|flat|zPlus/g))].sort();
  expect(pieces(narrow.out)).toEqual(pieces(wide.out));
  expect(pieces(narrow.out).length).toBeGreaterThan(1);
});
