/** The command, run on a terminal that only exists in memory. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { decodePng, encodePng } from "@relprop/heatmap";
import { readNpy, writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { run, type Run } from "./memory-terminal.ts";

const digits = new URL("../../../examples/digits/", import.meta.url);
const model = await readFile(new URL("digits.onnx", digits));
const four = await readFile(new URL("images/4-a.png", digits));
const blank = { width: 40, height: 32, data: new Uint8ClampedArray(40 * 32 * 4).fill(255) };

const text = (content: string): Uint8Array => Uint8Array.from(content, (character) => character.charCodeAt(0));

const files: Readonly<Record<string, Uint8Array>> = {
  "digits.onnx": model,
  "4.png": four,
  "truncated.onnx": model.subarray(0, 20_000),
  "notes.txt": text("a shopping list\n"),
  "wide.png": await encodePng(blank),
  "four.npy": writeNpy(new Tensor([1, 32, 32], new Float32Array(1024).fill(0.25))),
  "labels.txt": text("zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"),
  "shifted.txt": text("nothing\nzero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"),
  "broken.json": text("[{"),
  "rows.csv": text("age,income\n20,0.5\n30,-1\n"),
  "rows.onnx": onnx({
    nodes: [node("MatMul", ["x", "w"], "h"), node("Relu", ["h"], "r"), node("MatMul", ["r", "v"], "y")],
    inputs: { x: ["N", 2] }, outputs: ["y"],
    constants: {
      w: { shape: [2, 3], values: [0.1, 0.2, -0.1, 1, -1, 2] }, v: { shape: [3, 2], values: [1, 0, 0, 1, 1, 1] },
    },
  }),
};

const relprop = (...args: readonly string[]): Promise<Run> => run(files, ...args);

describe("relprop explain", () => {
  test("prints the prediction, a picture, and where the relevance went", async () => {
    const { code, out, err } = await relprop("explain", "digits.onnx", "4.png", "--labels", "labels.txt");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("> four: score");
    expect(out).toMatch(/relevance 1\.0000: 0\.\d{4} on the input/);
    expect(out.split("\n").length).toBeGreaterThan(12);
  });

  test("says so where labels are not as many as outputs", async () => {
    const words = ["explain", "digits.onnx", "4.png", "--labels", "shifted.txt"];
    const message = "there are 11 labels for 10 outputs: are they those of this model?";
    expect((await relprop(...words)).err).toBe(`warning: ${message}\n`);
    expect((JSON.parse((await relprop(...words, "--json")).out) as { warnings: string[] }).warnings).toEqual([message]);
  });

  test("writes the heatmap eight times as large as the input", async () => {
    const { written, out } = await relprop("explain", "digits.onnx", "4.png", "--output", "heat.png");
    const picture = await decodePng(written.get("heat.png") as Uint8Array);
    expect([picture.width, picture.height]).toEqual([256, 256]);
    expect(out).toContain("wrote heat.png");
  });

  test("writes the relevance itself, and JSON that says the same", async () => {
    const { written, out } = await relprop(
      "explain", "digits.onnx", "4.png", "--json", "--output", "heat.npy", "--target", "9",
    );
    const report = JSON.parse(out) as { target: number[]; relevance: { shape: number[]; data: number[] } };
    const relevance = readNpy(written.get("heat.npy") as Uint8Array).tensor();
    expect(report.target).toEqual([9]);
    expect(report.relevance.shape).toEqual([1, 1, 32, 32]);
    expect(report.relevance.data).toEqual([...relevance.data]);
  });

  test("takes several inputs, and a sample without its batch axis", async () => {
    const { code, written, err } = await relprop(
      "explain", "digits.onnx", "4.png", "four.npy", "--output", "out-*.png",
    );
    expect([code, err]).toEqual([0, ""]);
    expect([...written.keys()]).toEqual(["out-4.png", "out-four.png"]);
  });

  test("resizes and normalises pictures as a network was trained", async () => {
    const { code, out, err } = await relprop("explain", "digits.onnx", "wide.png", "--preprocess", "fit");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("> output");
    const plain = await relprop("explain", "digits.onnx", "4.png", "--json");
    const centered = await relprop("explain", "digits.onnx", "4.png", "--json", "--preprocess", "symmetric");
    expect(centered.code).toBe(0);
    expect(centered.out).not.toBe(plain.out);
  });

  test("writes a page with everything, and bars of rows as drawings", async () => {
    const page = (await relprop(
      "explain", "digits.onnx", "4.png", "--output", "a/4.html", "--labels", "labels.txt", "--target", "four",
    )).written.get("a/4.html") as string;
    expect(page).toContain("<h1>Why “four”?</h1><p>4.png · digits.onnx · epsilon-plus-flat</p>");
    expect(page.match(/<img /g)).toHaveLength(3);
    expect(page).toContain("Which rule each node had");
    const rows = ["explain", "rows.onnx", "rows.csv", "--output"];
    const { written, out, err } = await relprop(...rows, "rows.svg", "--waterfall");
    expect(err).toBe("");
    expect(out).toMatch(/sample 1 of 2\n> output \d: .*\n.*\nage +30 /);
    expect(written.get("rows.svg")).toContain(">income = 0.5</text>");
    const picture = await decodePng((await relprop(...rows, "rows.png")).written.get("rows.png") as Uint8Array);
    expect(picture.width).toBe(1280);
    const contrast = await relprop(...rows, "rows.html", "--target", "1", "--against", "0");
    expect(contrast.written.get("rows.html")).toContain("<h1>Why “output 1 rather than output 0”? and 1 more</h1>");
  });

  test("refuses pictures of more pixels than it was told", async () => {
    const { code, err } = await relprop("explain", "digits.onnx", "4.png", "--max-pixels", "1023");
    expect(code).toBe(1);
    expect(err).toMatch(/4\.png: .*takes from 1 to 1023 pixels, got 32 × 32/);
    expect((await relprop("explain", "digits.onnx", "4.png", "--max-pixels", "1024")).code).toBe(0);
    const { code: usage, err: says } = await relprop("explain", "digits.onnx", "4.png", "--max-pixels", "0");
    expect([usage, says]).toEqual([2, expect.stringContaining('--max-pixels takes a whole number >= 1, got "0"')]);
  });

  test("shows concepts of a node", async () => {
    const { out } = await relprop("explain", "digits.onnx", "4.png", "--concepts", "2", "--node", "features.4");
    expect(out.match(/features\.4 channel \d+: relevance/g)).toHaveLength(2);
  });
});

describe("other subcommands", () => {
  test("inspect lists nodes, shapes and what preparing changes", async () => {
    const { code, out } = await relprop("inspect", "digits.onnx");
    expect(code).toBe(0);
    expect(out).toMatch(/features\.0 +Conv +input +\[1, 8, 32, 32\]/);
    expect(out).toContain('features.1: fused into "features.0" before it');
  });

  test("rules says which assignment chose each rule", async () => {
    const { out } = await relprop("rules", "digits.onnx", "--composite", "epsilon-plus-flat");
    expect(out).toMatch(/features\.0 +Conv +flat +first, kind Conv/);
  });

  test("check finds the softmax of an unprepared model", async () => {
    expect((await relprop("check", "digits.onnx")).code).toBe(0);
    const { code, out } = await relprop("check", "digits.onnx", "--unprepared");
    expect(code).toBe(1);
    expect(out).toContain("call stripSoftmax(model) or prepare(model)");
  });

  test("says its version", async () => {
    for (const word of ["--version", "-v", "version"]) {
      expect(await relprop(word)).toMatchObject({ code: 0, out: "relprop 1.2.3\n" });
    }
  });

  const words = ["explain", "concepts", "collect", "merge", "inspect", "rules", "check"];
  test.each(words)("%s has a help page", async (name) => {
    const { code, out } = await relprop(name, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^relprop ${name} (MODEL|STATISTICS)`));
  });
});

describe("what cannot be used gets one sentence and no stack", () => {
  test.each([
    [
      "a truncated model",
      1,
      ["explain", "truncated.onnx", "4.png"],
      /^relprop explain: truncated\.onnx is no model that can be read: .* \(at byte \d+\)/,
    ],
    ["a text file as a model", 1, ["explain", "notes.txt", "4.png"], /^relprop explain: notes\.txt is no model that/],
    ["a text file as an input", 1, ["explain", "digits.onnx", "notes.txt"], /^relprop explain: notes\.txt: .*PNG/],
    [
      "an image of the wrong size",
      1,
      ["explain", "digits.onnx", "wide.png"],
      /wide\.png: takes an image of 32 × 32 pixels, got 40 × 32: --preprocess fit resizes and crops it/,
    ],
    ["a file that is not there", 1, ["explain", "digits.onnx", "no.png"], /cannot read no\.png: there is no such file/],
    [
      "an unknown composite",
      2,
      ["explain", "digits.onnx", "4.png", "--composite", "magic"],
      /--composite takes epsilon-plus, .*got "magic"/,
    ],
    [
      "a composite that is no JSON",
      1,
      ["explain", "digits.onnx", "4.png", "--composite", "broken.json"],
      /broken\.json: /,
    ],
    [
      "an unknown way to preprocess", 2,
      ["explain", "digits.onnx", "4.png", "--preprocess", "x"], /takes fit, imagenet, .*got "x"/,
    ],
    ["an unknown option", 2, ["explain", "digits.onnx", "4.png", "--nope"], /--nope/],
    ["an unknown subcommand", 2, ["explane"], /takes one of explain, .*got "explane"; did you mean "explain"\?/],
    ["a word like none", 2, ["frobnicate"], /got "frobnicate"$/m],
    ["a mistyped option", 2, ["explain", "m", "i", "--lables", "x"], /'--lables'; did you mean "--labels"\?\n$/],
    [
      "a mistyped composite", 2,
      ["explain", "digits.onnx", "4.png", "--composite", "epsilon-pluss"], /did you mean "epsilon-plus"\?/,
    ],
    ["no input", 2, ["explain", "digits.onnx"], /takes a MODEL and at least one INPUT/],
    [
      "a target that does not exist",
      1,
      ["explain", "digits.onnx", "4.png", "--target", "10"],
      /target: takes a position within \[10\], got \[10\]/,
    ],
    [
      "a node that does not exist",
      1,
      ["explain", "digits.onnx", "4.png", "--layer", "features.99"],
      /takes the name of a node, got "features\.99"/,
    ],
    [
      "an output of no known kind",
      2,
      ["explain", "digits.onnx", "4.png", "--output", "x.jpg"],
      /\.html, \.png, \.svg, \.npy or \.json file, got "x\.jpg"/,
    ],
  ])("%s", async (_, code, args, message) => {
    const run = await relprop(...args);
    expect(run.err).toMatch(message);
    expect(run.code).toBe(code);
    expect(run.err.trimEnd().split("\n")).toHaveLength(1);
    expect(run.err).not.toMatch(/\n\s+at /);
    expect(run.written.size).toBe(0);
  });
});
