/** Which composite a network gets that nothing else was said of. */
import { readFile } from "node:fs/promises";
import {
  chain, Conv, Dense, Flatten, MatMul, Model, Recurrent, RNNCell, Softmax, type Layer, type Node,
} from "@relprop/layers";
import { loadOnnx } from "@relprop/models";
import { tensor, zeros } from "@relprop/tensor";
import { expect, test } from "vitest";
import { compositeNamed, defaultComposite } from "relprop";

const example = async (path: string): Promise<string> =>
  defaultComposite(loadOnnx(await readFile(new URL(`../../../examples/${path}`, import.meta.url))));

const node = (name: string, layer: Layer, ...inputs: string[]): Node => ({ name, layer, inputs, index: [0] });

function attending(shape: readonly (number | undefined)[]): Model {
  const nodes = [
    node("scores", new MatMul(), "x", "x"), node("shares", new Softmax(), "scores"),
    node("context", new MatMul({ gating: { factor: 0, as: "attention" } }), "shares", "x"),
  ];
  return new Model({ inputs: [{ name: "x", shape }], nodes, outputs: ["context"] });
}

test("convolutions get z-plus and the flat rule at the input", async () => {
  expect(await example("digits/digits.onnx")).toBe("epsilon-plus-flat");
});

test("a text classifier with attention gets AttnLRP, one of pictures that for vision", async () => {
  expect(await example("reviews/reviews.onnx")).toBe("attn-lrp");
  expect(defaultComposite(attending([undefined, 3, 8, 8]))).toBe("attn-lrp-vision");
  expect(defaultComposite(attending([undefined, 5, 8]))).toBe("attn-lrp");
});

test("rows of features do not get the flat rule, under which all are alike", () => {
  const dense = node("fc", new Dense(tensor([[1, 2]])), "x");
  const of = (nodes: readonly Node[]): string =>
    defaultComposite(new Model({ inputs: [{ name: "x" }], nodes, outputs: [nodes.at(-1)!.name] }));
  expect(of([dense])).toBe("epsilon-plus");
  const conv = node("conv", new Conv(zeros([1, 1, 1, 1])), "x");
  expect(of([conv, node("flat", new Flatten(), "conv"), { ...dense, inputs: ["flat"] }])).toBe("epsilon-plus-flat");
});

test("recurrent networks get the rules for gates and states", () => {
  const cell = new RNNCell({ weight: tensor([[2]]), recurrent: tensor([[0.5]]) });
  expect(defaultComposite(chain(new Recurrent([cell]), new Dense(tensor([[1]]))))).toBe("recurrent");
});

test("a box of another form is refused, not ignored", () => {
  const boxed = (box: unknown) => () => compositeNamed("epsilon-gamma-box", { box: box as [number, number] });
  const others = [[0], [NaN, 1], ["0", "1"], [0, 1, 2], [0, [1, NaN]]];
  for (const broken of [5, "01", { low: "0", high: "1" }, { low: 0 }, ...others]) {
    expect(boxed(broken)).toThrow(/^box: takes \[low, high\] of finite numbers or lists of them, got /);
  }
  expect(boxed([-1, 1])()).toEqual(boxed([[-1], [1]])().map(() => expect.anything()));
});
