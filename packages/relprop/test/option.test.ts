import { expect, test } from "vitest";
import { group, helpPage, wrapWords, type OptionGroup } from "../src/command/option.ts";

const groups: readonly OptionGroup[] = [
  group([
    { name: "node", value: "NAME", repeats: true, help: "the node whose channels are the concepts" },
    { name: "json", help: "print JSON instead of text, and nothing else, so that another program can read it" },
  ]),
  group([{ name: "a-rather-long-option-name", value: "NAME", help: "what it does" }], "Of texts"),
];
const about = "Does this and that, at such a length that it has to be broken somewhere in the middle.\n\n  relprop x y";

test.each([40, 60, 80, 100])("a page of help fits %d columns", (columns) => {
  const lines = helpPage("relprop x MODEL [options]", about, groups, columns).split("\n");
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  expect(lines[0]).toBe("relprop x MODEL [options]");
  expect(lines).toContain("  relprop x y");
  expect(lines).toContain("Of texts:");
});

test("what an option does stands beside it, or under it where there is no room", () => {
  const lines = helpPage("relprop x", about, groups, 80).split("\n");
  expect(lines).toContain("  --node NAME               the node whose channels are the concepts (may be");
  expect(lines).toContain("                            repeated)");
  expect(lines.join("\n")).toContain("  --a-rather-long-option-name NAME\n                            what it does");
  expect(helpPage("relprop x", about, groups, 60)).toContain("  --node NAME\n      the node whose channels");
});

test("an example that is too long goes on in the next line", () => {
  const page = helpPage("relprop x", "  relprop x model.onnx --labels labels.txt --output out.png", groups, 48);
  expect(page).toContain("  relprop x model.onnx --labels labels.txt \\\n      --output out.png\n");
});

test("a word that is longer than a line has one of its own", () => {
  expect(wrapWords("an unbreakablylong word", 8)).toEqual(["an", "unbreakablylong", "word"]);
});
