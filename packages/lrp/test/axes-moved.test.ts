/** Scales per channel whose channels stand elsewhere than where the layer before them put them. */
import { BatchNorm, chain, Conv, Dense, Reshape, Scale, Transpose, type Layer } from "@relprop/layers";
import { relativeError, type Shape } from "@relprop/tensor";
import { expect, test } from "vitest";
import { canonize, epsilonPlus, LRP } from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const conv = new Conv(randomTensor([3, 2, 3, 3], 1), { bias: randomTensor([3], 2) });
const last = new Conv(randomTensor([4, 3, 2, 2], 3));
const [scale, shift] = [randomTensor([3], 4, 0.5, 2), randomTensor([3], 5)];
const norm = new BatchNorm({ mean: shift, variance: scale, gamma: scale, beta: shift });
const scaled = (axis: number): Scale => new Scale(scale, { axis, bias: shift });
const order = (...axes: number[]): Transpose => new Transpose(axes);

test.each<[string, Layer[], Layer]>([
  ["at the last axis", [order(0, 2, 3, 1), scaled(-1), order(0, 3, 1, 2)], scaled(1)],
  ["by a norm, behind two orders", [order(0, 2, 3, 1), order(0, 3, 1, 2), norm], norm],
  [
    "at the third axis, behind two orders",
    [order(0, 2, 1, 3), order(0, 3, 2, 1), scaled(2), order(0, 3, 2, 1), order(0, 2, 1, 3)], scaled(1),
  ],
  ["at the first axis", [order(1, 0, 2, 3), scaled(0), order(1, 0, 2, 3)], scaled(1)],
])("are fused where they scale %s", (_, between, here) => {
  const model = chain(conv, ...between, last);
  const fused = canonize(model);
  const moves = between.flatMap(({ kind }) => (kind === "Transpose" ? [kind] : []));
  expect(fused.nodes.map(({ layer }) => layer.kind)).toEqual(["Conv", ...moves, "Conv"]);
  const x = randomTensor([2, 2, 7, 6], 6);
  expect(relativeError(fused.forward(x)[0]!.data, model.forward(x)[0]!.data)).toBeLessThan(1e-6);

  const plain = canonize(chain(conv, here, last));
  expect(plain.nodes).toHaveLength(2);
  const [one, other] = [fused, plain].map((each) =>
    new LRP(each, epsilonPlus()).analyze(x, { target: { at: [1, 2, 2] } }).relevance.data);
  expect(relativeError(one!, other!)).toBeLessThan(1e-6);
});

test.each<[string, Layer, Layer[], Shape]>([
  ["another axis than that of the channels", conv, [order(0, 2, 3, 1), scaled(1)], [1, 2, 5, 4]],
  ["what was laid out anew", conv, [new Reshape([-1, 3]), scaled(-1)], [1, 2, 5, 4]],
  ["the rows of a dense layer", new Dense(randomTensor([3, 2], 8)), [order(0, 2, 1), scaled(-1)], [1, 3, 2]],
])("stay where they scale %s", (_, layer, between, input) => {
  const model = chain(layer, ...between);
  const x = randomTensor(input, 7);
  expect(canonize(model).nodes).toHaveLength(3);
  expect(relativeError(canonize(model).forward(x)[0]!.data, model.forward(x)[0]!.data)).toBeLessThan(1e-6);
});
