/** Weights stored in few bits: relevance is what it is with their values as floats, and no such floats are kept. */
import { BatchNorm, chain, Conv, ConvTranspose, Dense, Flatten, relu, type Model } from "@relprop/layers";
import {
  alphaBeta, canonize, epsilonAlpha2Beta1Flat, epsilonGammaBox, epsilonPlusFlat, gamma, LRP, wSquare, zPlus,
  type Composite, type Rule,
} from "@relprop/lrp";
import { encoded as toEncoded, EncodedTensor, levels, Tensor, type Encoded, type Shape } from "@relprop/tensor";
import { expect, test } from "vitest";
import { substituteParameter } from "../src/rules/substitute.ts";
import { randomTensor } from "../../layers/test/random.ts";

/** Bytes with a scale per row. */
function bytes(shape: Shape, seed: number): Encoded {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return levels(Int8Array.from({ length: size }, (_, i) => ((i * 7919 + seed * 31) % 255) - 127), {
    scale: Float32Array.from({ length: shape[0]! }, (_, i) => 0.002 + (i % 5) / 1000), along: { shape, axis: 0 },
  });
}

function network(weight: (shape: Shape, seed: number) => Tensor): Model {
  return chain(
    new Conv(weight([18, 3, 3, 3], 1), { padding: 1, bias: randomTensor([18], 9), activation: relu }),
    new Conv(weight([20, 18, 3, 3], 2), { padding: 1 }),
    new BatchNorm({
      mean: randomTensor([20], 1), variance: randomTensor([20], 2, 0.01, 2), gamma: randomTensor([20], 3, 0.5, 2),
      beta: randomTensor([20], 4), activation: relu,
    }),
    new ConvTranspose(weight([20, 6, 2, 2], 3), { stride: 2, activation: relu }),
    new Flatten(),
    new Dense(weight([5, 600], 4)),
  );
}

const plain = network((shape, seed) => new Tensor(shape, new EncodedTensor(shape, bytes(shape, seed)).data));
const encoded = network((shape, seed) => new EncodedTensor(shape, bytes(shape, seed)));
const input = randomTensor([2, 3, 5, 5], 7);

const composites: readonly (readonly [string, Composite | Rule])[] = [
  ["epsilonPlusFlat", epsilonPlusFlat()],
  ["epsilonAlpha2Beta1Flat", epsilonAlpha2Beta1Flat()],
  ["epsilonGammaBox", epsilonGammaBox()],
  ["gamma", gamma()],
  ["zPlus", zPlus()],
  ["alphaBeta", alphaBeta()],
  ["wSquare", wSquare()],
];

test.each(composites)("%s gives the bits that floats give, planned, interpreted and canonised", (_, composite) => {
  for (const change of [(model: Model): Model => model, (model: Model): Model => canonize(model)]) {
    for (const unplanned of [false, true]) {
      const [wanted, got] = [plain, encoded].map((model) =>
        new LRP(change(model), composite, { unplanned }).analyze(input, { target: [1, 2] }).relevance.data);
      expect([...got!]).toEqual([...wanted!]);
      expect(got!.some((value) => value !== 0)).toBe(true);
    }
  }
});

test("canonised weights stay encoded, and so do those that rules put in their place", () => {
  const model = canonize(encoded);
  const weights = model.nodes.flatMap(({ layer }) => ("weight" in layer ? [layer.weight as Tensor] : []));
  expect(weights.map((weight) => weight.encoded !== undefined)).toEqual([true, true, true, true]);
  for (const { quotients } of [zPlus(), gamma(), wSquare()]) {
    const { weight: by } = quotients[0]!.terms[0]!;
    expect(substituteParameter(weights[1]!, by).encoded).toBeDefined();
  }
});

test.each(composites)("%s decodes at most 2^20 numbers at once", (_, rule) => {
  const met = new Set<Float32Array>();
  const weight = (shape: Shape): Tensor => {
    const { length, decode } = bytes(shape, 5);
    return new EncodedTensor(shape, toEncoded({
      length,
      decode(from, to, out, at) {
        met.add(out);
        decode(from, to, out, at);
      },
    }));
  };
  const identity = { mean: randomTensor([1030], 1), variance: randomTensor([1030], 2, 0.5, 2) };
  const model = canonize(chain(
    new Conv(weight([1030, 1040, 1, 1]), { activation: relu }),
    new Conv(weight([1030, 1030, 1, 1])),
    new BatchNorm(identity),
    new Flatten(),
    new Dense(weight([2, 4 * 1030])),
  ));
  new LRP(model, rule).analyze(randomTensor([1, 1040, 2, 2], 3));
  expect(met.size).toBeGreaterThan(0);
  for (const { length } of met) expect(length).toBeLessThanOrEqual(2 ** 20);
});
