/** A normalisation of the input is none of the network's layers, whatever else is done to the input first. */
import {
  AvgPool, chain, clip, Conv, MaxPool, Pad, relu, Scale, Slice, Upsample, type Activation, type Layer,
} from "@relprop/layers";
import { assign, epsilonPlusFlat } from "@relprop/lrp";
import { Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

const numbers = (shape: readonly number[], seed: number): Tensor => {
  const length = shape.reduce((a, b) => a * b);
  return new Tensor(shape, Float32Array.from({ length }, (_, i) => ((i * 7 + seed) % 11) / 5 - 1));
};
const perPlane = (...values: readonly number[]): Tensor => tensor(values).reshape([3, 1, 1]);
const scale = new Scale(perPlane(0.5, 0.25, -2), { bias: perPlane(1, -1, 0.5), axis: 1 });
const conv = new Conv(numbers([4, 3, 3, 3], 2), { bias: numbers([4], 5) });

test.each<readonly [string, readonly (Layer | Activation)[]]>([
  ["limits", [clip(0, 255)]], ["nearest sizes", [new Upsample({ scale: [2, 2] })]],
  ["other sizes", [new Upsample({ scale: [2, 2], mode: "linear" })]],
  ["means", [new AvgPool([2, 2])]], ["the largest", [new MaxPool([2, 2])]],
  ["a border", [new Pad([[1, 1], [1, 1]])]], ["parts", [new Slice({ axis: 3, start: 1, end: 7 })]],
  ["limits of parts", [new Slice({ axis: 3, start: 1, end: 7 }), clip(0, 1)]],
])("a scale behind %s of the input is its normalisation", (_, before) => {
  const model = chain(...before, scale, conv, relu);
  const rules = assign(model, epsilonPlusFlat()).map(({ rule }) => rule.name);
  expect(rules.slice(before.length)).toEqual(["pass", "flat", "pass"]);
});

test("a scale behind an activation is a layer like others", () => {
  const rules = assign(chain(relu, scale, conv), epsilonPlusFlat()).map(({ rule }) => rule.name);
  expect(rules[1]).not.toBe("pass");
});
