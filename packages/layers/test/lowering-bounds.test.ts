/** What a layer may say that it makes, wherever its sizes come from. */
import { full, type Shape } from "@relprop/tensor";
import { expect, test } from "vitest";
import { Model, type Layer } from "../src/index.ts";

const making = (shape: Shape): Model => {
  const layer: Layer = {
    kind: "Odd", role: "other", outputShape: () => shape,
    forward: () => full([1], 1), pullback: () => ({ output: full([1], 1), back: () => [full([1], 1)] }),
  };
  return new Model({
    inputs: [{ name: "x" }], nodes: [{ name: "odd", layer, inputs: ["x"], index: [0] }], outputs: ["odd"],
  });
};

test.each<readonly [string, Shape]>([
  ["below zero", [1, -3]], ["below zero twice", [-2, -3]], ["that are no numbers", [1, NaN]],
  ["that are not whole", [1, 1.5]],
  ["beyond all memory", [2 ** 16, 2 ** 16]], ["beyond all memory beside an empty one", [2 ** 40, 0]],
  ["of more axes than any value has", new Array<number>(65).fill(1)],
])("extents %s are refused, naming the node", (_, shape) => {
  expect(() => making(shape).shapes([1])).toThrow(
    /^node "odd": makes at most 64 axes of 2147483648 elements, got \[.*\]$/,
  );
});

test("inputs allow work by their elements, those that are only spoken of by few", () => {
  const layer = making([2 ** 23]).nodes[0]!.layer;
  const model = new Model({
    inputs: [{ name: "x" }], nodes: [{ name: "odd", layer, inputs: ["x"], index: [0] }], outputs: ["odd"],
    limits: { elements: 0 },
  });
  expect(() => model.shapes([2 ** 24])).toThrow(`takes work on at most ${32 * 2 ** 17} elements`);
  expect(model.lower(full([2 ** 19], 0)).steps).toHaveLength(1);
});

test("a value is no larger than what is written down and what is given justify", () => {
  const make = (shape: Shape, others = {}): Model => {
    const { nodes } = making(shape);
    return new Model({ inputs: [{ name: "x" }], nodes, outputs: ["odd"], limits: { elements: 2 ** 20, ...others } });
  };
  const most = 16 * 2 ** 20 + 2 * 4096;
  expect(make([4096, most / 4096]).lower(full([2], 0)).steps).toHaveLength(1);
  expect(() => make([4096, most / 4096 + 1]).lower(full([2], 0))).toThrow(
    `node "odd": makes at most 64 axes of ${most} elements (the option limits allows more), got [4096, 4099]`);
  expect(make([4096, 8192], { largest: Infinity }).lower(full([2], 0)).steps).toHaveLength(1);
});

test("what fits is what it is", () => expect(making([1, 3]).shapes([1]).get("odd")).toEqual([1, 3]));
