import { expect, test } from "vitest";
import { files, text } from "./files.ts";
import { formatComplaints } from "./format.ts";

const written = files([".ts", ".js", ".json", ".md"]);

test("source, manifests and prose are formatted", () => {
  expect(written.flatMap((path) => formatComplaints(path, text(path)))).toEqual([]);
});

test.each([
  ["a.ts", "a;\r\n", "lines end in LF"],
  ["a.md", "a", "a file ends in one newline"],
  ["a.ts", "a;\n\n", "a file ends in one newline"],
  ["a.md", "a \nb\n", "no space at the end of a line"],
  ["a.ts", "{\n\ta;\n}\n", "no tabs"],
  ["a.json", "{\n\t\"a\": 1\n}\n", "no tabs"],
  ["a.ts", "{\n   a;\n}\n", "indent by two, got 3"],
  ["a.ts", `a(${"b".repeat(120)});\n`, "at most 120 columns, got 124"],
  ["a.ts", "const a = 'b';\n", "double quotes"],
])("%s with %j is told: %s", (path, source, says) => {
  expect(formatComplaints(path, source).map((complaint) => complaint.replace(/^.*?:\d+: /, ""))).toEqual([says]);
});

test.each([
  ["a.ts", "/**\n * Odd indents in comments.\n */\nconst a = 1;\n"],
  ["a.ts", "const a = 'say \"b\"';\n"],
  ["a.ts", 'const a = "it\'s"; // it\'s b\'s\n'],
  ["a.ts", "const a = `\n   b\n`;\n"],
  ["a.md", `${"b ".repeat(100)}c\n   - d\n`],
])("%s with %j is fine", (path, source) => {
  expect(formatComplaints(path, source)).toEqual([]);
});
