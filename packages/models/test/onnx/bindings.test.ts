/** Inputs that are made constants when a file is read. */
import { integers, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadOnnx, type Binding } from "../../src/index.ts";
import { int64, node, onnx } from "./write-onnx.ts";

const branch = (op: string, output: string) => ({ nodes: [node(op, ["x"], output)], outputs: [output] });
const settings = onnx({
  nodes: [
    node("Equal", ["sr", "rate"], "fast"),
    node("If", ["fast"], "y", { then_branch: branch("Relu", "t"), else_branch: branch("Neg", "e") }),
  ],
  constants: { rate: { shape: [], values: [16000], type: "int64" }, unused: int64(1) },
  inputs: { x: ["N", 2], sr: [] },
  integers: ["sr"],
  outputs: ["y"],
});

describe("an input that is bound", () => {
  test("is no input of the model, and decides what it decides", () => {
    const fast = loadOnnx(settings, { bind: { sr: 16000 } });
    expect(fast.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect([...fast.predict(tensor([[1, -2]])).data]).toEqual([1, 0]);
    const slow = loadOnnx(settings, { bind: { sr: integers([8000], []) } });
    expect([...slow.predict(tensor([[1, -2]])).data]).toEqual([-1, 2]);
  });

  test("may as well be given with every input", () => {
    const model = loadOnnx(settings);
    expect([...model.predict(tensor([[1, -2]]), integers([16000], [])).data]).toEqual([1, 0]);
    expect([...model.predict(tensor([[1, -2]]), integers([8000], [])).data]).toEqual([-1, 2]);
  });

  test.each<[string, Readonly<Record<string, Binding>>, string]>([
    ["its name", { rs: 1 }, 'takes bindings of inputs "x", "sr", got one of "rs"'],
    ["whole numbers", { sr: 0.5 }, 'takes I64 [] to bind "sr" to, got [0.5]'],
    ["its shape", { sr: [1, 2] }, 'takes I64 [] to bind "sr" to, got [1, 2]'],
  ])("must have %s", (_, bind, message) => {
    expect(() => loadOnnx(settings, { bind })).toThrow(message);
  });
});
