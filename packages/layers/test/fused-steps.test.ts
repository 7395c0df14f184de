import {
  ActivationLayer, clip, Conv, Dense, hardtanh, Model, relu, relu6, silu, type Layer, type Node,
} from "@relprop/layers";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { values } from "./closeness.ts";
import { randomTensor } from "./random.ts";

const x = randomTensor([2, 4, 6, 6], 1, -9, 9);

function model(nodes: readonly (readonly [string, Layer, string])[], outputs: readonly string[]): Model {
  return new Model({
    inputs: [{ name: "x" }], outputs,
    nodes: nodes.map(([name, layer, input], i): Node => ({ name, layer, inputs: [input], index: [i] })),
  });
}

const activations = [relu, relu6, clip(-0.5, 0.7), hardtanh(-0.3, 0.4), silu];

test.each(activations)("a product and $name behind it give what both do", (activation) => {
  for (const product of [new Conv(randomTensor([5, 4, 3, 3], 2)), new Conv(randomTensor([5, 4, 1, 1], 2))]) {
    const act = new ActivationLayer(activation);
    const both = model([["product", product, "x"], ["act", act, "product"]], ["act"]);
    expect(values(both.predict(x))).toEqual(values(act.forward(product.forward(x))));
    const own = new Conv(product.weight, { activation });
    expect(values(own.forward(x))).toEqual(values(both.predict(x)));
  }
  const [weight, row] = [randomTensor([3, 5], 3, -9, 9), randomTensor([2, 5], 4)];
  const dense = model([["d", new Dense(weight), "x"], ["a", new ActivationLayer(activation), "d"]], ["a"]);
  expect(values(new Dense(weight, { activation }).forward(row))).toEqual(values(dense.predict(row)));
});

test("a product that others read, or that is asked for, stays what it is", () => {
  const [double, act] = [new Dense(tensor([[2]])), new ActivationLayer(relu)];
  const nodes = [["d", double, "x"], ["a", act, "d"], ["e", double, "d"]] as const;
  const minus = tensor([[-3]]);
  expect(model(nodes, ["a", "e"]).forward(minus).map((y) => y.data[0])).toEqual([0, -12]);
  expect(model(nodes.slice(0, 2), ["d", "a"]).forward(minus).map((y) => y.data[0])).toEqual([-6, 0]);
});

test("an activation of the product's own comes first", () => {
  const rectified = new Dense(tensor([[1]]), { activation: relu });
  const both = model([["d", rectified, "x"], ["a", new ActivationLayer(clip(-9, -1)), "d"]], ["a"]);
  expect(both.predict(tensor([[-5]])).data[0]).toBe(-1);
});
