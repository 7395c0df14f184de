/** An input is repeated where a scale is told so; what has a number per channel refuses other channels. */
import { BatchNorm, GroupNorm, InstanceNorm, PRelu, Scale, type Layer } from "@relprop/layers";
import { ones, ShapeError, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

const weight = ones([16]);

test.each<readonly [string, Layer]>([
  ["BatchNorm", new BatchNorm({ mean: weight, variance: weight })],
  ["GroupNorm", new GroupNorm(1, { weight })],
  ["InstanceNorm", new InstanceNorm({ weight })],
  ["PRelu", new PRelu(weight, { axis: 1 })],
  ["Scale", new Scale(weight, { axis: 1 })],
])("%s of 16 channels does not take a picture of one", (_, layer) => {
  expect(() => layer.outputShape([2, 1, 4, 4])).toThrow(ShapeError);
  expect(() => layer.forward(ones([2, 1, 4, 4]))).toThrow(ShapeError);
  expect(layer.outputShape([2, 16, 4, 4])).toEqual([2, 16, 4, 4]);
});

test("a scale that repeats does so with other parameters too, and adds up what its copies get", () => {
  const scale = new Scale(tensor([2, 3, 4]), { axis: 1, repeats: true });
  const x = tensor([[[5, 6]]]);
  for (const layer of [scale, scale.withParameters(scale.weight, undefined)]) {
    expect([...layer.forward(x).data]).toEqual([10, 12, 15, 18, 20, 24]);
    expect(layer.pullback(x).back(tensor([[[1, 10], [1, 10], [1, 10]]]))[0]).toEqual(tensor([[[9, 90]]]));
  }
});
