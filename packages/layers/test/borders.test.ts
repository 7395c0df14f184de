/** What callers without types may make layers of: sentences that say who takes what, not the engine's. */
import { describe, expect, test } from "vitest";
import { ShapeError, Tensor, tensor } from "@relprop/tensor";
import * as layers from "../src/index.ts";

const weight = new Tensor([2, 3, 3, 3], new Float32Array(54).fill(1));
const matrix = new Tensor([2, 3], new Float32Array(6).fill(1));
const vector = tensor([1, 2]);
const statistics = { gamma: vector, beta: vector, mean: vector, variance: vector };

type Made = (wrong: never) => unknown;

const noTensor: Readonly<Record<string, Made>> = {
  "ConvTranspose weight": (wrong) => new layers.ConvTranspose(wrong),
  "Scale weight": (wrong) => new layers.Scale(wrong),
  "Scale bias": (wrong) => new layers.Scale(vector, { bias: wrong }),
  "PRelu slope": (wrong) => new layers.PRelu(wrong),
  "Constant": (wrong) => new layers.Constant(wrong),
  "BatchNorm mean": (wrong) => new layers.BatchNorm({ ...statistics, mean: wrong }),
  "BatchNorm variance": (wrong) => new layers.BatchNorm({ ...statistics, variance: wrong }),
  "BatchNorm gamma": (wrong) => new layers.BatchNorm({ ...statistics, gamma: wrong }),
  "LayerNorm weight": (wrong) => new layers.LayerNorm([2], { weight: wrong }),
  "RMSNorm weight": (wrong) => new layers.RMSNorm([2], { weight: wrong }),
  "GroupNorm weight and bias": (wrong) => new layers.GroupNorm(2, { weight: wrong }),
  "InstanceNorm weight and bias": (wrong) => new layers.InstanceNorm({ bias: wrong }),
};
const optional = /bias|gamma|LayerNorm|RMSNorm|GroupNorm/;

describe.each(Object.entries(noTensor))("%s", (who, make) => {
  test.each<readonly [unknown, string]>([
    [null, "null"], [NaN, "NaN"], ["x", "x"], [{}, "an object"], [[1, 2], "a list"],
    ...(optional.test(who) ? [] : [[undefined, "undefined"] as const]),
  ])("takes a tensor, not %j", (wrong, got) => {
    expect(() => make(wrong as never)).toThrow(new TypeError(`${who}: takes a tensor, got ${got}`));
  });
});

const noShape: Readonly<Record<string, Made>> = {
  "Dense weight: takes 2 dimensions, got none": (wrong) => new layers.Dense(wrong),
  "Dense: takes a bias [2], got none": (wrong) => new layers.Dense(matrix, { bias: wrong }),
  "Conv weight: takes 1 to 3 spatial dimensions, got 0": (wrong) => new layers.Conv(wrong),
  "Conv: takes a bias [2], got none": (wrong) => new layers.Conv(weight, { bias: wrong }),
  "ConvTranspose: takes a bias [3], got none": (wrong) => new layers.ConvTranspose(weight, { bias: wrong }),
};

test.each(Object.entries(noShape))("%s", (message, make) => {
  for (const wrong of [null, NaN, "x", {}]) expect(() => make(wrong as never)).toThrow(new ShapeError(message));
});

const noList: Readonly<Record<string, Made>> = {
  Reshape: (wrong) => new layers.Reshape(wrong), Tile: (wrong) => new layers.Tile(wrong),
  Unsqueeze: (wrong) => new layers.Unsqueeze(wrong), Squeeze: (wrong) => new layers.Squeeze(wrong),
  Pad: (wrong) => new layers.Pad(wrong), Transpose: (wrong) => new layers.Transpose(wrong),
  Expand: (wrong) => new layers.Expand(wrong), Gather: (wrong) => new layers.Gather(wrong),
};

test.each(Object.entries(noList))("%s takes a list", (who, make) => {
  for (const [wrong, got] of [[null, "null"], ["x", "x"], [{}, "an object"]] as const) {
    expect(() => make(wrong as never)).toThrow(new TypeError(`${who}: takes a list of whole numbers, got ${got}`));
  }
});

const windows: Readonly<Record<string, Made>> = {
  "Conv stride": (wrong) => new layers.Conv(weight, { stride: wrong }),
  "Conv dilation": (wrong) => new layers.Conv(weight, { dilation: wrong }),
  "ConvTranspose stride": (wrong) => new layers.ConvTranspose(weight, { stride: wrong }),
  "ConvTranspose outputPadding": (wrong) => new layers.ConvTranspose(weight, { outputPadding: wrong }),
  "MaxPool kernel": (wrong) => new layers.MaxPool(wrong),
  "MaxPool stride": (wrong) => new layers.MaxPool(2, { stride: wrong }),
  "AvgPool dilation": (wrong) => new layers.AvgPool([2, 2], { dilation: wrong }),
};

test.each(Object.entries(windows))("%s takes whole numbers", (who, make) => {
  for (const wrong of ["x", NaN, null, {}, [NaN, 1], -1, 1.5]) {
    expect(() => make(wrong as never)).toThrow(new RegExp(`^${who}: takes \\d whole numbers >= \\d .*, got \\[.+\\]$`));
  }
});

test.each<readonly [string, Made]>([
  ["Conv", (wrong) => new layers.Conv(weight, { padding: wrong })],
  ["MaxPool", (wrong) => new layers.MaxPool([2, 2], { padding: wrong })],
])("%s padding takes numbers or pairs", (who, make) => {
  for (const wrong of ["x", NaN, null, {}, [NaN, 1]]) {
    expect(() => make(wrong as never)).toThrow(new RegExp(`^${who} padding: takes 2 paddings >= 0`));
  }
});

test.each<readonly [string, Made, RegExp]>([
  ["relu", (wrong) => new layers.ActivationLayer(wrong), /^activation: takes one such as relu, got/],
  ["x", (wrong) => new layers.LayerNorm(wrong), /^LayerNorm: takes the extents that are normalised, got x$/],
  ["x", (wrong) => new layers.Einsum(wrong), /^Einsum: takes an equation of two inputs/],
  ["x", (wrong) => new layers.Upsample(wrong), /^Upsample: takes either a scale or a size/],
])("%j is told", (wrong, make, message) => {
  expect(() => make(wrong as never)).toThrow(message);
  expect(() => make(null as never)).toThrow(/: takes /);
});
