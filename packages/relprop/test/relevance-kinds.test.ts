/** Expectations of explanations of rows and series, from the command line. */
import { writeNpy } from "@relprop/models";
import { Tensor, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { run, type Run } from "./memory-terminal.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const array = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  writeNpy(new Tensor(shape, Float32Array.from(values)));
const files = {
  // Two channels of four steps, each multiplied by a weight of its own and summed: relevance is what is multiplied.
  "series.onnx": onnx({
    nodes: [node("Conv", ["x", "w"], "sum"), node("Flatten", ["sum"], "y")], inputs: { x: ["N", 2, 4] }, outputs: ["y"],
    constants: { w: { shape: [1, 2, 4], values: [0, 1, 1, 0, 0, 1, 1, 0] } },
  }),
  "rows.onnx": onnx({
    nodes: [node("MatMul", ["x", "w"], "y"), node("MatMul", ["x", "v"], "z")], inputs: { x: ["N", 3] },
    outputs: ["y", "z"],
    constants: { w: { shape: [3, 2], values: [3, 0, 1, 0, -2, 1] }, v: { shape: [3, 1], values: [0, 1, 0] } },
  }),
  "one.csv": bytes("age,debt,rooms\n1,1,1\n"),
  "series.npy": array([2, 4], [1, 1, 1, 1, 1, 1, 3, 1]), "rows.npy": writeNpy(tensor([[1, 1, 1], [1, 1, 1]])),
  "steps.npy": array([4], [0, 0, 1, 0]), "both.npy": array([2, 4], [0, 0, 1, 0, 0, 0, 1, 0]),
  "one-channel.npy": array([2, 4], [0, 0, 1, 0, 0, 0, 0, 0]), "wrong.npy": array([3], [1, 1, 1]),
};

function relprop(expectation: object, more: object = {}): Promise<Run> {
  const tests = [{ model: "series.onnx", input: "series.npy", composite: "lrp-0", ...more, expect: [expectation] }];
  return run({ ...files, "t.json": bytes(JSON.stringify({ tests })) }, "test", "t.json", "--output", "m.html");
}

// Of the relevance 1 + 1 + 1 + 3, 4 lie on step 2.
const FOUND = /share on 1 of 4 positions is 0\.6667, expected at least 0\.9/;

describe("series", () => {
  test.each([["steps.npy"], ["both.npy"], [[2]]])("take %j as a mask of steps", async (share) => {
    expect((await relprop({ share, atLeast: 0.66 })).code).toBe(0);
    const { code, out, written } = await relprop({ share, atLeast: 0.9 });
    expect(code).toBe(1);
    expect(out).toMatch(FOUND);
    expect(String(written.get("m.html"))).toContain("<svg");
  });

  test.each<readonly [unknown, RegExp]>([
    ["one-channel.npy", /takes a mask of 4 positions, got one that differs between 2 channels/],
    ["wrong.npy", /takes a mask of 4 units, got 3/],
    [[4], /takes positions from 0 to 3 as a mask, got 4/],
    [[-1], /takes positions from 0 to 3 as a mask, got -1/],
    [[0.5], /takes positions from 0 to 3 as a mask, got 0\.5/],
  ])("do not take %j", async (share, message) => {
    const { code, out } = await relprop({ share, atLeast: 0 });
    expect(code).toBe(1);
    expect(out).toMatch(message);
  });
});

describe("rows", () => {
  const row = { model: "rows.onnx", input: "one.csv", target: 0 };

  test("take names of features, or their positions", async () => {
    for (const share of [["age"], [0]]) {
      expect((await relprop({ share, atLeast: 0.74, atMost: 0.76 }, row)).code).toBe(0);
    }
    expect((await relprop({ sign: ["rooms"], atMost: -0.3 }, row)).code).toBe(0);
    const { code, written } = await relprop({ share: ["debt"], atLeast: 0.9 }, row);
    expect(code).toBe(1);
    expect(String(written.get("m.html"))).toMatch(/<svg[^]*rooms/);
  });

  test("have no other features, and names only in tables", async () => {
    const zip = await relprop({ share: ["zip"], atLeast: 0 }, row);
    expect(zip.err).toMatch(/takes words of age debt rooms as a mask, got "zip"/);
    expect((await relprop({ share: ["age"], atLeast: 0 })).err).toMatch(/features of a table with names/);
    const two = await relprop({ share: [0], atLeast: 0 }, { ...row, input: "rows.npy" });
    expect(two.out).toMatch(/of one sample, got 2/);
  });

  test("of a head that a test names: the head is read, and is not that of another test", async () => {
    const tests = [["y", 0.74], ["z", 0]].map(([head, atLeast]) =>
      ({ ...row, composite: "lrp-0", head, expect: [{ share: ["age"], atLeast, atMost: 0.76 }] }));
    const second = { ...tests[1], expect: [{ share: ["debt"], atLeast: 1 }] };
    const plan = bytes(JSON.stringify({ tests: [tests[0], second] }));
    expect((await run({ ...files, "t.json": plan }, "test", "t.json")).out).toMatch(/2 of 2 passed/);
    expect((await relprop({ share: [0], atLeast: 0 }, { ...row, head: "nowhere" })).out).toMatch(/nowhere/);
  });
});

test.each(["shape", "bind", "position"])("%s is no option of a test, where it would be passed over", async (name) => {
  expect((await relprop({ share: [0], atLeast: 0 }, { [name]: "1" })).err).toMatch(new RegExp(`got "${name}"`));
});
