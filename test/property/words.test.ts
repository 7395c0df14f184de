/** Words, counts and places that no option takes are refused where they are given, also where no compiler reads. */
import {
  attributionGraph, channelRelevance, CRP, cropped, referenceCrop, topN,
} from "@relprop/crp";
import { flipping } from "@relprop/evaluate";
import { decodeImage, encodePng, featureBars } from "@relprop/heatmap";
import {
  chain, Conv, Dense, Flatten, GridSample, LpNormalization, relu, Resize, Softmax, Upsample, ValidSteps,
  type Interpolation,
} from "@relprop/layers";
import {
  alphaBeta, epsilon, epsilonPlus, flat, inputGradient, integratedGradients, layerNorm, LRP, product, zPlus,
} from "@relprop/lrp";
import { argmax, full, integers, tensor, withDeadline, zeros, type Shape, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";

/** What a program that no compiler read may give. */
const given = (value: unknown): never => value as never;

const dense = chain(new Dense(tensor([[1, -1], [2, 1]])), relu);
const x = tensor([[1, 2]]);
const convolutional = chain({
  c: new Conv(full([2, 1, 3, 3], 0.1)), f: new Flatten(), d: new Dense(full([2, 8], 0.1)),
});
const picture = full([1, 1, 4, 4], 0.5);
const lrp = new LRP(convolutional, epsilonPlus());
const how: Interpolation = {
  mode: "linear", coordinates: "half_pixel", rounding: "floor", cubic: -0.75, excludeOutside: false, antialias: false,
};

const biases = '"absorbed" or "ignored" or "redistributed" as bias, got "all"';

test.each<readonly [string, () => unknown, string]>([
  ["epsilon", () => epsilon(0.1, { bias: given("all") }), `epsilon: takes ${biases}`],
  ["zPlus", () => zPlus({ bias: given("all") }), `zPlus: takes ${biases}`],
  ["flat", () => flat({ bias: given("all") }), `flat: takes ${biases}`],
  ["layerNorm", () => layerNorm({ bias: given("all") }), `takes ${biases}`],
  ["presets", () => new LRP(dense, epsilonPlus({ bias: given("all") })), `takes ${biases}`],
  ["product", () => product({ attention: given("all") }), 'product: takes "half" or "value" as attention, got "all"'],
  ["product", () => product({ gates: given("all") }), 'product: takes "half" or "signal" as gates, got "all"'],
  ["start", () => lrp.analyze(picture, { start: given("two") }), 'analyze: takes "one" or "value" as start, got "two"'],
  ["integratedGradients", () => integratedGradients(dense, { quadrature: given("all") }),
    'integratedGradients: takes "right" or "midpoint" or "left" as quadrature, got "all"'],
  ["channelRelevance", () => channelRelevance(picture, given("mean")),
    'channelRelevance: takes "sum" or "absSum" or "max" as measure, got "mean"'],
  ["channelRelevance", () => channelRelevance(picture, "sum", given("last")),
    'channelRelevance: takes "channelsFirst" or "channelsLast" as layout, got "last"'],
  ["topN", () => topN(1, { by: given("mean") }), 'topN: takes "sum" or "absSum" or "max" as by, got "mean"'],
  ["referenceCrop", () => referenceCrop(lrp, picture, "c", 0, { sample: 0, value: 1, position: 0 }, {
    from: given("input"),
  }), 'referenceCrop: takes "output" or "neuron" as from, got "input"'],
  ["Softmax", () => new Softmax(-1, { masked: given("one") }), 'Softmax: takes "nan" or "zeros" as masked, got "one"'],
  ["Upsample", () => new Upsample({ scale: 2, mode: given("cubic") }),
    'Upsample: takes "nearest" or "linear" as mode, got "cubic"'],
  ["Upsample", () => new Upsample({ scale: 2, rounding: given("up") }), 'as rounding, got "up"'],
  ["GridSample", () => new GridSample({ mode: given("area") }),
    'GridSample: takes "nearest" or "linear" or "cubic" as mode, got "area"'],
  ["GridSample", () => new GridSample({ padding: given("wrap") }), 'as padding, got "wrap"'],
  ["Resize", () => new Resize({ ...how, mode: given("area") }, { scales: [1, 1, 2, 2] }), 'as mode, got "area"'],
  ["integers", () => integers([1], [1], given("int4")), 'integers: takes "bool" or "int8"'],
])("%s takes the words that it knows: %#", (_, act, message) => {
  expect(act).toThrow(RangeError);
  expect(act).toThrow(message);
});

describe("numbers", () => {
  test.each([NaN, -1, 0, 1.5])("of followed concepts: %d", (top) => {
    const graph = (): unknown => attributionGraph(lrp, picture, ["c"], { top });
    expect(graph).toThrow(`attributionGraph: takes top >= 1, got ${top}`);
  });

  test.each([NaN, -1, 1.5, Infinity, 2 ** 53])("of random orders: %d", (randomOrders) => {
    const flipped = (): unknown => flipping(dense, [{ id: 0, input: x }], inputGradient(dense), { randomOrders });
    expect(flipped).toThrow(`flipping: takes from 0 to 10000 random orders, got ${randomOrders}`);
  });

  test.each<readonly (readonly [number, number])[]>([
    [[-1, 2], [0, 2]], [[0, 5], [0, 2]], [[0, 1.5], [0, 2]], [[2, 1], [0, 2]], [[0, 2]], [[0, Infinity], [0, 2]],
  ])("of a crop: %j", (...region) => {
    expect(() => cropped(picture, region)).toThrow("cropped: takes a stretch of each axis of [4, 4], got ");
  });

  test("of pixels, steps, norms and bars", async () => {
    const bytes = await encodePng({ width: 1, height: 1, data: new Uint8ClampedArray(4) });
    await expect(decodeImage(bytes, { maxPixels: NaN })).rejects.toThrow("takes from 1 to NaN pixels, got 1 × 1");
    await expect(decodeImage(bytes, { maxPixels: given("many") })).rejects.toThrow("takes from 1 to many pixels");
    expect(() => new ValidSteps([1, -1])).toThrow("ValidSteps: takes lengths of whole numbers >= 0, got -1");
    expect(() => new ValidSteps([0.5])).toThrow("got 0.5");
    expect(() => new LpNormalization(given(3))).toThrow("LpNormalization: takes p of 1 or 2, got 3");
    const bars = (): unknown => featureBars([{ name: "a", relevance: 1 }], { most: NaN });
    expect(bars).toThrow("featureBars: takes one bar or more as most, got NaN");
    expect(() => withDeadline(given("soon"), () => 1)).toThrow("withDeadline: takes a time in milliseconds, got soon");
    expect(() => withDeadline(NaN, () => 1)).toThrow("got NaN");
    expect(argmax([1, 3, 2], 0, Infinity)).toBe(1);
  });

  test.each<readonly [Shape, string]>([
    [[-1, 2], "[-1, 2]"], [[Infinity, 2], "[Infinity, 2]"], [[1.5, 2], "[1.5, 2]"], [[NaN], "[NaN]"],
  ])("of a shape, before there is memory for it: %j", (shape, got) => {
    const made: readonly ((shape: Shape) => Tensor)[] = [zeros, (extents) => full(extents, 1)];
    for (const make of made) {
      expect(() => make(shape)).toThrow(`Tensor: takes extents that are whole numbers >= 0, got ${got}`);
    }
  });

  test("in lists, not texts", () => {
    expect(() => tensor(given("12"))).toThrow("tensor: takes numbers in lists, got 12");
    expect(() => tensor(given(["1"]))).toThrow("tensor: takes numbers in lists, got 1");
  });
});

test("what they take goes on working", () => {
  expect(new CRP(lrp, "c", topN(1, { by: "max" })).concepts(picture).concepts).toHaveLength(1);
  expect(alphaBeta(2, 1, { bias: "redistributed" }).bias).toBe("redistributed");
  expect(cropped(picture, [[1, 3], [0, 4]]).shape).toEqual([1, 1, 2, 4]);
});
