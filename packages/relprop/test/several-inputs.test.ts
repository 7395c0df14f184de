/** The command with models of several inputs, and of several outputs. */
import { encodePng } from "@relprop/heatmap";
import { writeNpy } from "@relprop/models";
import { tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { int64, node, onnx } from "../../models/test/onnx/write-onnx.ts";
import { run } from "./memory-terminal.ts";

const files = {
  "two.onnx": onnx({
    nodes: [
      node("MatMul", ["a", "w"], "left"), node("MatMul", ["b", "v"], "right"), node("Add", ["left", "right"], "y"),
      node("MatMul", ["a", "v"], "other"),
    ],
    inputs: { a: ["N", 2], b: ["N", 2] }, outputs: ["y", "other"],
    constants: { w: { shape: [2, 1], values: [1, 2] }, v: { shape: [2, 1], values: [3, 5] } },
  }),
  "a.npy": writeNpy(tensor([[10, 20]])),
  "b.npy": writeNpy(tensor([[1, 1]])),
};
const explain = async (...args: readonly string[]) =>
  run(files, "explain", "two.onnx", ...args, "--composite", "lrp-0");
const json = async (...args: readonly string[]): Promise<unknown> => {
  const { code, out, err } = await explain(...args, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
};

describe("of a model with several inputs", () => {
  test("others are given by name, and have relevance of their own", async () => {
    const { code, out } = await explain("a.npy", "--input", "b=b.npy");
    expect(code).toBe(0);
    expect(out).toContain("output 0: score 58.000");
    expect(out).toMatch(/b: relevance \[1, 2\], sum 0\.1379/);
    const said = await json("a.npy", "--input", "b=b.npy");
    expect(said).toMatchObject({ relevance: { data: [expect.closeTo(10 / 58, 5), expect.closeTo(40 / 58, 5)] } });
    expect(said).toMatchObject({ inputs: { b: { data: [expect.closeTo(3 / 58, 5), expect.closeTo(5 / 58, 5)] } } });
  });

  test("INPUT is the one that is not named", async () => {
    const said = await json("b.npy", "--input", "a=a.npy");
    expect(said).toMatchObject({ relevance: { data: [expect.closeTo(3 / 58, 5), expect.closeTo(5 / 58, 5)] } });
  });

  test("each file is read as what its own input takes", async () => {
    const picture = onnx({
      nodes: [
        node("ReduceSum", ["image", "axes"], "all", { keepdims: 0 }), node("Reshape", ["all", "column"], "sum"),
        node("MatMul", ["b", "v"], "right"), node("Add", ["sum", "right"], "y"),
      ],
      inputs: { b: ["N", 2], image: ["N", 3, 2, 2] }, outputs: ["y"],
      constants: { axes: int64(1, 2, 3), column: int64(-1, 1), v: { shape: [2, 1], values: [3, 5] } },
    });
    const white = await encodePng({ width: 2, height: 2, data: new Uint8ClampedArray(16).fill(255) });
    const given = { "m.onnx": picture, "white.png": white, "b.npy": files["b.npy"] };
    for (const args of [["white.png", "--input", "b=b.npy"], ["b.npy", "--input", "image=white.png"]]) {
      const { out, err } = await run(given, "explain", "m.onnx", ...args, "--composite", "lrp-0");
      expect(err).toBe("");
      expect(out).toContain("output 0: score 20.000");
    }
  });

  test.each([
    [["a.npy"], "the model has 2 inputs, give --input b=FILE"],
    [["a.npy", "--input", "a=a.npy", "--input", "b=b.npy"], "give an input that is left for INPUT"],
    [["a.npy", "--input", "c=b.npy"], '--input takes one of a, b, = and a file, got "c=b.npy"'],
    [["a.npy", "--input", "b=b.npy", "--manifest", "m.json"], "--manifest takes models of one input"],
  ])("%j is answered with what to do", async (args, message) => {
    const { code, err } = await explain(...args);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});

describe("of a model with several outputs", () => {
  test("--head chooses the one that is explained", async () => {
    expect((await explain("a.npy", "--head", "other", "--bind", "b=1,1")).out).toContain("score 130.000");
    expect((await explain("a.npy", "--head", "left", "--bind", "b=1,1")).out).toContain("score 50.000");
  });
});
