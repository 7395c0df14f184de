/** Expectations of explanations from the command line: the Clever Hans fails, the honest network passes. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/digits/", import.meta.url);
const files: Record<string, Uint8Array> = {};
for (const name of ["digits.onnx", "clever-hans.onnx", "images/hans-3-marked.png", "images/3-a.png"]) {
  files[`ci/${name}`] = await readFile(new URL(name, folder));
}
const bytesOf = (value: unknown): Uint8Array =>
  Uint8Array.from(Array.from(JSON.stringify(value), (letter) => letter.charCodeAt(0)));

const plan = (model: string, more: object = {}): Uint8Array => bytesOf({
  model,
  composite: "epsilon-plus-flat",
  tests: [
    { name: "the square does not decide", input: "images/hans-3-marked.png", target: 3, expect: [
      { share: [0, 0, 6, 6], atMost: 0.4 },
    ] },
    { input: "images/3-a.png", expect: [{ conserved: true, atLeast: 0.5 }, { share: [6, 2, 20, 28], atLeast: 0.8 }] },
  ],
  ...more,
});

test("the honest network passes", async () => {
  const { code, out, err } = await run(
    { ...files, "ci/relprop.test.json": plan("digits.onnx") }, "test", "ci/relprop.test.json",
  );
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe("ok  the square does not decide\nok  images/3-a.png\n2 of 2 passed\n");
});

test("the Clever Hans fails, with what was found, a page of what moved, and results for other programs", async () => {
  const given = { ...files, "ci/relprop.test.json": plan("clever-hans.onnx") };
  const args = ["test", "ci/relprop.test.json", "--junit", "out.xml", "--output", "moved.html"];
  const { code, out, err, written } = await run(given, ...args);
  expect(code).toBe(1);
  expect(err).toMatch(/relprop test: \d of 2 tests failed/);
  expect(out).toMatch(
    /FAILED {2}the square does not decide\n {8}share on 36 of 1024 positions is 0\.[4-9]\d*, expected at most 0\.4\n/,
  );
  const xml = written.get("out.xml") as string;
  expect(xml).toMatch(/<testsuite name="relprop" tests="2" failures="\d">/);
  expect(xml).toContain('<failure message="share on 36 of 1024');
  expect(written.get("moved.html")).toMatch(/<h2>the square does not decide<\/h2>/);
  const { out: json } = await run(given, "test", "ci/relprop.test.json", "--json");
  expect((JSON.parse(json) as { verdicts: { holds: boolean }[] }[])[0]!.verdicts[0]!.holds).toBe(false);
});

test("stored heatmaps are written by --update and compared with afterwards", async () => {
  const tests = [{ input: "images/3-a.png", expect: [{ similarity: "stored.npy", atLeast: 0.99 }] }];
  const first = await run({ ...files, "ci/t.json": plan("digits.onnx", { tests }) }, "test", "ci/t.json", "--update");
  expect(first.code).toBe(0);
  const stored = first.written.get("ci/stored.npy") as Uint8Array;
  const same = await run(
    { ...files, "ci/t.json": plan("digits.onnx", { tests }), "ci/stored.npy": stored }, "test", "ci/t.json",
  );
  expect(same.code).toBe(0);
  const other = plan("digits.onnx", { tests, composite: "lrp-0" });
  const moved = await run(
    { ...files, "ci/t.json": other, "ci/stored.npy": stored }, "test", "ci/t.json", "--output", "m.html",
  );
  expect(moved.out).toMatch(/similarity is 0\.\d+, expected at least 0\.99/);
  expect(moved.written.get("m.html")).toContain("what moved");
});

test("what a plan lacks is said with its place", async () => {
  const err = async (value: unknown): Promise<string> =>
    (await run({ "t.json": bytesOf(value) }, "test", "t.json")).err;
  expect(await err({})).toMatch(/t\.json: takes a list "tests", got none/);
  const deep = `${"[".repeat(40_000)}${"]".repeat(40_000)}`;
  for (const plan of [deep, `{"tests": [${deep}]}`, `{"tests": [{"ids": ${deep}}]}`]) {
    const { err: said } = await run({ "t.json": new TextEncoder().encode(plan) }, "test", "t.json");
    expect(said).toBe("relprop test: t.json: takes lists and objects at most 16 deep\n");
  }
  expect(await err({ tests: [{ input: "a" }] })).toMatch(/test 1: takes a list "expect", got none/);
  expect(
    await err({ tests: [{ input: "a", expect: [{ share: "m.png", atLeast: 1 }] }] }),
  ).toMatch(/takes "model" as text, got none/);
  expect(await err({ tests: [{ model: "m", input: "a", expect: [{ shar: "m.png", atLeast: 1 }] }] })).toMatch(
    /expectation 1: takes one of share/,
  );
  expect(await err({ tests: [{ model: "m", input: "a", expect: [{ share: "m.png" }] }] })).toMatch(
    /takes atLeast or atMost, got none/,
  );
  expect(await err({ tests: [{ model: "m", input: "a", colour: "x", expect: [] }] })).toMatch(/got "colour"/);
});

test("a test that cannot be made is an error, and the others are made", async () => {
  const tests = [{
    input: "none.png", expect: [{ conserved: true, atLeast: 0 }],
  }, { input: "images/3-a.png", expect: [{ conserved: true, atLeast: 0 }] }];
  const { code, out } = await run({ ...files, "ci/t.json": plan("digits.onnx", { tests }) }, "test", "ci/t.json");
  expect(code).toBe(1);
  expect(out).toMatch(/FAILED {2}none\.png\n {8}cannot read ci\/none\.png.*\nok {2}images\/3-a\.png\n1 of 2 passed/);
});
