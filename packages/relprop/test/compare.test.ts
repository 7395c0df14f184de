/** Composites compared and tuned from the command line. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { comparisonFromJson, type ComparisonJson } from "@relprop/evaluate";
import { compositeFromJson, type Json } from "@relprop/lrp";
import { run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/digits/", import.meta.url);
const names = ["0-a", "2-a", "4-a", "7-a"];
const files: Readonly<Record<string, Uint8Array>> = {
  "digits.onnx": await readFile(new URL("digits.onnx", folder)),
  ...Object.fromEntries(await Promise.all(names.map(async (name) =>
    [`data/${name}.png`, await readFile(new URL(`images/${name}.png`, folder))] as const))),
};
const quick = ["--steps", "4", "--units", "patches:8"];

test("relprop compare ranks composites and methods, and writes everything", async () => {
  const args = [
    "compare", "digits.onnx", "data", "--composites", "epsilon-plus-flat", "--methods", "gradient,random", ...quick,
  ];
  const { code, err, out } = await run(files, ...args);
  expect([code, err]).toEqual([0, ""]);
  const rows = out.trim().split("\n");
  expect(rows).toHaveLength(5);
  expect(rows[2]).toMatch(/^\| epsilon-plus-flat \| 0\.\d{3} \|/);
  const json = await run(files, ...args, "--json", "--output", "all.json");
  const comparison = comparisonFromJson(JSON.parse(json.out) as ComparisonJson);
  expect(`${comparison.markdown()}\n`).toBe(out);
  expect(`${json.written.get("all.json") as string}`).toBe(json.out);
  const svg = await run(files, ...args, "--output", "curves.svg");
  expect(svg.written.get("curves.svg")).toMatch(/^<svg .*>epsilon-plus-flat<.*<\/svg>\n$/s);
  expect(svg.out.endsWith("wrote curves.svg\n")).toBe(true);
});

test("relprop compare says what it does not know", async () => {
  expect((await run(files, "compare", "digits.onnx")).err).toMatch(/takes a MODEL and at least one INPUT/);
  expect(
    (await run(files, "compare", "digits.onnx", "data", "--methods", "gradien")).err,
  ).toMatch(/got "gradien"; did you mean/);
  expect((await run(files, "compare", "digits.onnx", "data", "--units", "words")).err).toMatch(
    /--units takes patches, .* got "words"/,
  );
  expect((await run(files, "compare", "digits.onnx", "data", "--imputer", "noise")).err).toMatch(
    /--imputer takes mean, .* got "noise"/,
  );
  expect((await run(files, "compare", "digits.onnx", "data", "--output", "a.txt")).code).toBe(2);
});

test("relprop tune chooses on one half, reports on the other, and writes a composite", async () => {
  const { code, out, written } = await run(
    files, "tune", "digits.onnx", "data/0-a.png", "data/4-a.png", ...quick, "--output", "best.json");
  expect(code).toBe(0);
  expect(out).toMatch(/^64 composites on 1 of 2 inputs, the best ten:\n/);
  expect(out).toMatch(/ on the rest:\n\n\| method /);
  const composite = JSON.parse(written.get("best.json") as string) as Json;
  expect(compositeFromJson(composite as never).length).toBeGreaterThan(0);
});

test("relprop tune reports on the inputs that it did not choose by", async () => {
  const table = (text: string): string =>
    text.split("\n").filter((line) => /^\| epsilon-plus-flat \|/.test(line)).at(-1)!.split("|")[2]!;
  const tuned = await run(files, "tune", "digits.onnx", "data/0-a.png", "data/4-a.png", ...quick);
  const alone = async (input: string): Promise<string> =>
    table((await run(files, "compare", "digits.onnx", input, "--composites", "epsilon-plus-flat", ...quick)).out);
  expect(table(tuned.out)).toBe(await alone("data/4-a.png"));
  expect(table(tuned.out)).not.toBe(await alone("data/0-a.png"));
});
