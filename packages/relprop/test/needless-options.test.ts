/** Options that would say nothing where they stand, values that are missing, JSON of all that prints tables. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { columnsOf } from "../src/command/node-terminal.ts";
import { run, runIn, type Run } from "./memory-terminal.ts";

const digits = new URL("../../../examples/digits/", import.meta.url);
const files = {
  "digits.onnx": await readFile(new URL("digits.onnx", digits)),
  "4.png": await readFile(new URL("images/4-a.png", digits)),
  "7.png": await readFile(new URL("images/7-a.png", digits)),
  "4.npy": writeNpy(new Tensor([1, 32, 32], new Float32Array(1024).fill(0.25))),
  "notes.txt": new TextEncoder().encode("a shopping list\n"),
};
const relprop = (...words: readonly string[]): Promise<Run> => run(files, ...words);

describe("what would say nothing is refused", () => {
  test.each<readonly [words: string, sentence: string]>([
    ["--legend", "--legend takes --output beside it, got none"],
    ["--overlay", "--overlay takes --output beside it, got none"],
    ["--waterfall", "--waterfall takes --output beside it, got none"],
    ["--scale 4", "--scale takes --output beside it, got none"],
    ["--node features.4", "--node takes --concepts beside it, got none"],
    ["--method gradient --composite lrp-0", "--method gradient takes no --composite beside it, which is of LRP"],
    ["--method gradient --conservation", "--method gradient takes no --conservation beside it, which is of LRP"],
    ["--box 0,1", "--box is for --composite epsilon-gamma-box, got epsilon-plus-flat"],
    ["--sums convolution --composite lrp-0", "--sums is for presets that have a rule for convolutions, got lrp-0"],
    ["--sums on", '--sums takes lrp-0 or convolution, got "on"'],
    ["--target 4 --against 4", "--against takes another output than --target, got 4 for both"],
    ["--json --output - --format npy", "--json takes an --output that is a file, got -: both are standard output"],
  ])("explain %s", async (words, sentence) => {
    const { code, err, out } = await relprop("explain", "digits.onnx", "4.png", ...words.split(" "));
    expect([code, out, err]).toEqual([2, "", `relprop explain: ${sentence}\n`]);
  });

  test.each(["--features a,b", "--waterfall --output 4.svg"])("%s of a picture", async (words) => {
    const { code, err } = await relprop("explain", "digits.onnx", "4.png", ...words.split(" "));
    expect([code, err]).toEqual([1, `relprop explain: 4.png: ${words.split(" ")[0]} is of rows, got a picture\n`]);
  });

  test.each(["rules", "inspect", "check", "bench"])("%s of two models", async (word) => {
    const { code, err } = await relprop(word, "digits.onnx", "other.onnx");
    expect([code, err]).toEqual([2, `relprop ${word}: takes one MODEL, got "other.onnx" as well\n`]);
  });

  test.each([["--preprocess", "imagenet"], ["--mean", "0.5"], ["--std", "0.5"], ["--size", "32"]])(
    "%s %s for an array, which is taken as it is",
    async (option, value) => {
      const because = "arrays and tables go into the model as they are";
      const sentence = `4.npy: takes no --preprocess, --size, --mean or --std: ${because}\n`;
      const { code, err } = await relprop("explain", "digits.onnx", "4.npy", option, value);
      expect([code, err]).toEqual([1, `relprop explain: ${sentence}`]);
      expect((await relprop("audit", "digits.onnx", "4.npy", option, value)).err).toContain(sentence);
      expect((await relprop("explain", "digits.onnx", "4.npy", "--max-pixels", "9")).code).toBe(0);
    },
  );
});

test.each([
  ["--target", "--target takes N|NAME|max behind it, got none; what begins with a dash stands as in --target=-1"],
  ["--box -1,1", "--box takes LOW,HIGH behind it, got none; what begins with a dash stands as in --box=-1"],
  ["--json=yes", "--json takes no value behind it, got one"],
])("%s is told what the option takes, not all options there are", async (words, sentence) => {
  const { code, err } = await relprop("explain", "digits.onnx", "4.png", ...words.split(" "));
  expect([code, err]).toEqual([2, `relprop explain: ${sentence}\n`]);
});

test("sums as convolutions are what the presets' option makes", async () => {
  const rules = async (...words: readonly string[]): Promise<string> =>
    (await relprop("rules", "digits.onnx", "--composite", "epsilon-plus", ...words)).out;
  expect(await rules()).toMatch(/AvgPool +zero/);
  expect(await rules("--sums", "convolution")).toMatch(/AvgPool +zPlus/);
  expect(await rules("--sums", "lrp-0")).toBe(await rules());
});

describe("--json is JSON and nothing else", () => {
  const parsed = async <T>(...words: readonly string[]): Promise<T> => {
    const { code, out } = await relprop(...words, "--json"); // progress may stand on standard error
    expect(code).toBe(0);
    return JSON.parse(out) as T;
  };

  test("of composites compared on an input", async () => {
    const words = ["explain", "digits.onnx", "4.png", "--compare", "epsilon-plus,lrp-0"];
    type Compared = { input: string; composites: { composite: string; relevance: { data: number[] } }[] };
    const { input, composites } = await parsed<Compared>(...words);
    expect([input, composites.map(({ composite }) => composite)]).toEqual(["4.png", ["epsilon-plus", "lrp-0"]]);
    const [single] = [await parsed<Compared["composites"][0]>(...words.slice(0, 3), "--composite", "lrp-0")];
    expect(composites[1]!.relevance).toEqual(single.relevance);
    const { out } = await relprop(...words, "--json", "--output", "x.png");
    expect(Object.keys(JSON.parse(out) as object)).toEqual(["input", "composites"]);
  });

  test("of tuning", async () => {
    const words = ["tune", "digits.onnx", "4.png", "7.png", "--steps", "2", "--output", "best.json"];
    const found = await parsed<{ best: string; composite: unknown; chosenBy: object; onTheRest: object }>(...words);
    expect(Object.keys(found)).toEqual(["best", "composite", "chosenBy", "onTheRest"]);
    const { written } = await relprop(...words);
    expect(JSON.parse(written.get("best.json") as string)).toEqual(found.composite);
  });

  test("of verifying", async () => {
    const words = ["explain", "digits.onnx", "4.png", "--manifest", "4.json", "--sums", "convolution"];
    const { written } = await relprop(...words);
    const manifest = new TextEncoder().encode(written.get("4.json") as string);
    const { out, code } = await run({ ...files, "4.json": manifest }, "verify", "4.json", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ manifest: "4.json", same: true, differences: [], distance: 0 });
    const moved = { ...files, "4.json": manifest, "4.png": files["7.png"] };
    const other = await run(moved, "verify", "4.json", "--json");
    expect([other.code, (JSON.parse(other.out) as { same: boolean }).same]).toEqual([1, false]);
    expect((await relprop("verify", "notes.txt")).err).toContain("takes a manifest, as relprop explain --manifest");
  });
});

describe("what is there is not written over", () => {
  const notes = files["notes.txt"];
  const there = { ...files, "there.json": notes, "there.html": notes, "there.xml": notes };
  const plan = { model: "digits.onnx", tests: [{ input: "4.png", expect: [{ conserved: true, atLeast: 2 }] }] };
  const tested = { ...there, "relprop.test.json": new TextEncoder().encode(JSON.stringify(plan)) };

  test.each([
    "explain digits.onnx 4.png --manifest there.json",
    "explain digits.onnx --ids 1,2 --output there.html", "explain digits.onnx --ids 1,2 --manifest there.json",
    "explain digits.onnx 4.png --output there.json",
    "explain digits.onnx 4.png --compare lrp-0,epsilon-plus --output there.png",
    "tune digits.onnx 4.png 7.png --output there.json", "compare digits.onnx 4.png --output there.json",
    "concepts digits.onnx 4.png --node features.4 --graph there.svg", "merge there.json --output there.json",
    "test --junit there.xml", "test --output there.html",
  ])("%s", async (words) => {
    const all = { ...tested, "there.png": files["4.png"], "there.svg": files["notes.txt"] };
    const { code, err, written } = await run(all, ...words.split(" "));
    expect([code, written.size]).toEqual([1, 0]);
    expect(err).toMatch(/: there\.\w+ is there already; --force writes over it, another name leaves it\n$/);
  });

  test("a run of tests writes anew what an earlier one wrote", async () => {
    const words = ["test", "--junit", "results.xml", "--output", "moved.html"];
    const { written } = await run(tested, ...words);
    expect([...written.keys()].sort()).toEqual(["moved.html", "results.xml"]);
    const before = Object.fromEntries(
      [...written].map(([name, content]) => [name, new TextEncoder().encode(content as string)]),
    );
    expect((await run({ ...tested, ...before }, ...words)).written.size).toBe(2);
    expect((await run(tested, "test", "--junit", "there.xml", "--force")).written.size).toBe(1);
  });

  test.each(["x.json", "./x.json", "a/../x.json"])("two results have files of their own: %s", async (other) => {
    const words = ["explain", "digits.onnx", "4.png", "--output", other, "--manifest", "x.json"];
    const { code, err } = await relprop(...words);
    expect([code, err]).toEqual(
      [2, "relprop explain: --output and --manifest take files of their own, got x.json twice\n"],
    );
  });
});

describe("lines are as long as the terminal says", () => {
  test.each([[{ COLUMNS: "60" }, 120, 60], [{}, 120, 120], [{}, 0, 80], [{ COLUMNS: "" }, undefined, 80],
    [{ COLUMNS: "wide" }, 100, 100]])("%j of %s", (env, own, columns) => {
    expect(columnsOf(env, own)).toBe(columns);
  });

  test.each([40, 60, 80])("of %i: what there is to do", async (columns) => {
    const { out } = await runIn(columns, async () => undefined, files, "help");
    expect(out.split("\n").filter((line) => line.length > columns)).toEqual([]);
    expect(out).toMatch(/^ {2}explain +heatmaps: /m);
  });

  test.each<readonly [string]>([
    ["inspect digits.onnx"], ["rules digits.onnx"], ["check digits.onnx"], ["check digits.onnx --unprepared"],
    ["bench digits.onnx --runs 1"], ["explain digits.onnx 4.png --conservation --layer features.4"],
    ["explain digits.onnx 4.png --compare epsilon-plus,epsilon-alpha2-beta1-flat"],
    ["explain digits.onnx 4.png --concepts 3 --node features.4"], ["concepts digits.onnx 4.png --node features.4"],
    ["compare digits.onnx 4.png 7.png --steps 2 --methods gradient,input-x-gradient"],
    ["tune digits.onnx 4.png 7.png --steps 2"],
  ])("of 60: %s", async (words) => {
    const { out, code } = await runIn(60, async () => undefined, files, ...words.split(" "));
    expect(code === 0 || words.includes("--unprepared")).toBe(true);
    expect(out.split("\n").filter((line) => line.length > 60)).toEqual([]);
  });
});
