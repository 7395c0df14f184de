/** A forward pass of which only outputs are asked for gives memory back as soon as nothing reads it any more. */
import {
  Add, chain, Concat, Constant, Conv, Dense, Flatten, Model, parallel, relu, Reshape, skip, type Layer, type Node,
} from "@relprop/layers";
import { Arena, empty, ones, type Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { randomTensor } from "./random.ts";

const node = (name: string, layer: Layer, ...inputs: string[]): Node => ({ name, layer, inputs, index: [0] });

const views = new Model({
  inputs: [{ name: "x" }],
  nodes: [
    node("a", new Dense(randomTensor([8, 4], 1)), "x"),
    node("flat", new Reshape([-1, 2, 4]), "a"),
    node("again", new Reshape([-1, 8]), "flat"),
    node("b", new Dense(randomTensor([8, 8], 2)), "a"),
    node("c", new Dense(randomTensor([8, 8], 3)), "b"),
    node("constant", new Constant(randomTensor([256, 8], 4))),
    node("sum", new Add(), "again", "constant"),
    node("unused", new Dense(randomTensor([8, 8], 5)), "c"),
    node("end", new Add(), "c", "sum"),
    node("after", new Dense(randomTensor([8, 8], 6)), "end"),
  ],
  outputs: ["after", "b", "flat"],
});

const network = chain(
  new Conv(randomTensor([6, 3, 3, 3], 7), { padding: 1 }), relu,
  skip(chain(new Conv(randomTensor([6, 6, 3, 3], 8), { padding: 1 }), relu)),
  parallel([new Conv(randomTensor([2, 6, 1, 1], 9)), new Conv(randomTensor([3, 6, 1, 1], 10))], new Concat()),
  new Flatten(), new Dense(randomTensor([4, 5 * 36], 11)),
);

test.each<readonly [string, Model, Tensor]>([
  ["views, constants and outputs in between", views, randomTensor([256, 4], 12)],
  ["residuals and branches", network, randomTensor([16, 3, 6, 6], 13)],
])("%s are what they are where nothing is given back", (_, model, input) => {
  const wanted = new Map([[model.inputs[0]!.name, input]]);
  for (const { name, layer, inputs } of model.nodes) {
    wanted.set(name, (layer as Layer).forward(...inputs.map((source) => wanted.get(source)!)));
  }
  const isWanted = (outputs: readonly Tensor[]): boolean => outputs.every(({ data }, i) => {
    const { data: there } = wanted.get(model.outputs[i]!)!;
    return data.every((value, at) => value === there[at]);
  });
  new Arena({ poison: true }).run(() => {
    expect(isWanted(model.forward(input))).toBe(true);
    // What is given is somebody else's, also where it lies in the same memory.
    const inside = empty(input.shape);
    inside.data.set(input.data);
    for (let time = 0; time < 2; time++) expect(isWanted(model.forward(inside))).toBe(true);
  });
});

test("a long chain needs no more memory than its widest places", () => {
  const layers = Array.from({ length: 20 }, () => new Dense(ones([256, 256])));
  const arena = new Arena({ capacity: 16 });
  arena.run(() => chain(...layers).predict(ones([64, 256])));
  expect(arena.peak).toBeLessThanOrEqual(3 * 64 * 256);
});
