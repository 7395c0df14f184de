/** Names in files, shown on a terminal: none of them stirs it or writes a line of its own. */
import { describe, expect, test } from "vitest";
import { Dense, Model } from "@relprop/layers";
import { writeNpy } from "@relprop/models";
import { full } from "@relprop/tensor";
import { outputNames, stems } from "../src/command/output-names.ts";
import { quiet, visible, visiblyNamed } from "../src/command/visible.ts";
import { float, node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { run } from "./memory-terminal.ts";

const evil = "\u001b]0;pwned\u0007\u001b[2J\u001b[31m\u009b2J\u202e<b>\r\nFAKE LINE: all checks passed";

/** Text of ASCII alone, with what else there is as JSON escapes it. */
const ascii = (text: string): Uint8Array => Uint8Array.from(
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (character) => character.charCodeAt(0),
);

const linear = (name: string, op = "Gemm"): Uint8Array => onnx({
  inputs: { x: [1, 2] },
  outputs: ["y"],
  constants: { w: float([1, 2, 3, 4], [2, 2]) },
  nodes: [{ ...node(op, ["x", "w"], "h"), name }, { ...node("Relu", ["h"], "y"), name: `${name}2` }],
});

const files: Readonly<Record<string, Uint8Array>> = {
  "evil.onnx": linear(evil),
  "unknown.onnx": linear(evil, "Nonesuch"),
  "operator.onnx": linear("n", evil),
  [`${evil}.npy`]: writeNpy(full([1, 2], 1)),
  "x.npy": writeNpy(full([1, 2], 1)),
  "labels.txt": ascii("\u001b[2Jone\ntwo"),
  "labels.json": ascii(JSON.stringify([evil, evil])),
  "composite.json": ascii(JSON.stringify([{ select: { name: evil }, rule: { rule: "pass" } }])),
};

/** What would have an effect: all controls but the ends of lines. */
const effects = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

describe("nothing from a file reaches the terminal as a control character", () => {
  test.each([
    ["inspect", "evil.onnx"],
    ["inspect", "unknown.onnx"],
    ["inspect", "operator.onnx"],
    ["inspect", `${evil}.onnx`],
    ["rules", "evil.onnx"],
    ["rules", "evil.onnx", "--composite", "composite.json"],
    ["check", "evil.onnx"],
    ["explain", "evil.onnx", "x.npy", "--labels", "labels.txt", "--conservation"],
    ["explain", "evil.onnx", "x.npy", "--labels", "labels.json", "--layer", visible(evil)],
    ["explain", "evil.onnx", `${evil}.npy`, "--output", "*.npy"],
    ["explain", "evil.onnx", "x.npy", "--layer", evil],
    ["explain", "evil.onnx", "x.npy", "--concepts", "1"],
    [evil],
  ])("%s %j", async (...args) => {
    const { out, err } = await run(files, ...args);
    expect(out + err).not.toMatch(effects);
    expect(`${out}${err}`.split("\n").filter((line) => line.trimStart().startsWith("FAKE"))).toEqual([]);
    expect((out + err).length).toBeGreaterThan(20);
  });

  test("JSON says the names as they are, in its own escapes", async () => {
    const { out } = await run(files, "inspect", "evil.onnx", "--json");
    expect(out).not.toMatch(effects);
    const { nodes } = JSON.parse(out) as { nodes: { name: string }[] };
    expect(nodes[0]!.name).toBe(evil);
  });

  test("two names that look alike stay two", () => {
    const dense = new Dense(full([1, 1], 1));
    const named = (name: string, input: string) => ({ name, layer: dense, inputs: [input], index: [0] });
    const nodes = [named("\\u001b", "x"), named("\u001b", "\\u001b")];
    const shown = visiblyNamed(new Model({ inputs: [{ name: "x" }], nodes, outputs: ["\u001b"] }));
    expect(shown.nodes.map(({ name, inputs }) => [name, ...inputs])).toEqual([
      ["\\u001b", "x"], ["\\u001b'", "\\u001b"],
    ]);
    expect(shown.outputs).toEqual(["\\u001b'"]);
  });

  test("colours and ends of lines pass", () => {
    let said = "";
    const terminal = { print: (text: string) => void (said += text), complain: (text: string) => void (said += text) };
    const shown = quiet(terminal as unknown as Parameters<typeof quiet>[0]);
    shown.print("\u001b[38;2;1;2;3m▀\u001b[0m\n\r\u001b[2J");
    shown.complain("\rdone");
    expect(said).toBe("\u001b[38;2;1;2;3m▀\u001b[0m\n\\u000d\\u001b[2J\rdone");
  });
});

describe("files are named after what they are of", () => {
  test.each<readonly [paths: readonly string[], names: readonly string[]]>([
    [["s1/a.png", "s2/a.png", "s2/b.c.png"], ["s1/a", "s2/a", "b.c"]],
    [["/pictures/s1/a.png", "/pictures/s2/a.png"], ["s1/a", "s2/a"]],
    [["x/s/a.png", "y/s/a.png", "z/a.png", "./a.png"], ["x/s/a", "y/s/a", "z/a", "a"]],
    [["A.png", "t/a.png"], ["A", "t/a"]],
    [["a.png", "a.jpg", "s/a.png"], ["a.png", "a.jpg", "s/a"]],
    [["s/a.png", "s/a.jpg", "t/a.png"], ["s/a.png", "s/a.jpg", "t/a"]],
    [["a.png", "a.png", ".png"], ["a.png", "a.png", ".png"]],
  ])("inputs of one name are told apart by their folders, or their endings: %j", (paths, names) => {
    expect(stems(paths)).toEqual(names);
  });

  test("a folder in a name becomes a part of it", () => {
    expect(outputNames("o/*.png", stems(["s1/a.png", "../s2/a.png"]))).toEqual(["o/s1-a.png", "o/s2-a.png"]);
    expect(() => outputNames("*.png", ["a", "A"])).toThrow("a file for each, got A.png for both a and A");
  });

  test("a name leads to no other folder", () => {
    const names = ["/layer1/conv", "../../etc/$&", "a\\b:c", "..", evil];
    expect(outputNames("o/*.png", names)).toEqual([
      "o/layer1-conv.png", "o/..-etc-$&.png", "o/a-b-c.png", "o/...png",
      "o/]0;pwned-[2J-[31m-2J-b-FAKE LINE- all checks passed.png",
    ]);
  });

  test("two are never written to one file", async () => {
    const { code, err, written } = await run(files, "explain", "evil.onnx", "a/x.npy", "a/x.npy", "--output", "*.npy");
    expect([code, written.size]).toEqual([2, 0]);
    expect(err).toBe("relprop explain: --output takes a file for each, got a-x.npy.npy for both a/x.npy and a/x.npy\n");
  });
});
