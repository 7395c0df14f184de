/**
 * Networks for pictures give a sample the same bits in any batch, beside any number of other targets, by any number of
 * threads: convolutions of every kind that kernels tell apart, over values that are dense, or mostly zero.
 */
import fc from "fast-check";
import { ActivationLayer, AvgPool, Conv, ConvTranspose, Dense, Flatten, MaxPool, Model, relu } from "@relprop/layers";
import type { Layer, Node } from "@relprop/layers";
import { alphaBeta, byKind, composite, epsilon, epsilonGammaBox, epsilonPlusFlat, LRP, pass } from "@relprop/lrp";
import type { Assigned } from "@relprop/lrp";
import { scalar, sizeOf, Tensor, useKernels } from "@relprop/tensor";
import { simd, useThreads } from "@relprop/tensor/simd";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { Draw, seeds } from "./draw.ts";

afterEach(() => useKernels(scalar));
afterAll(() => useThreads(1));

/** A network of some layers, and samples for it. */
function problem(seed: number, count: number): { readonly model: Model; readonly samples: readonly Tensor[] } {
  const draw = new Draw(seed);
  const layers: Layer[] = [];
  const start = [1, draw.among([2, 16, 18]), draw.integer(7, 18), draw.integer(7, 18)];
  let shape: readonly number[] = start;
  const bias = (channels: number): { readonly bias: Tensor } => ({ bias: draw.tensor([channels], -0.2, 0.2) });
  const weight = (outOf: number, into: number, side: number): Tensor => {
    const dense = draw.weight([outOf, into, side, side], into * side ** 2);
    return draw.chance(0.6) ? dense : new Tensor(dense.shape, dense.data.map((v) => (draw.chance(0.8) ? 0 : v)));
  };
  for (let i = draw.integer(1, 4); i > 0; i--) {
    const [, into, height, width] = shape as readonly [number, number, number, number];
    if (Math.min(height, width) < 4) break;
    const outOf = draw.among([3, 8, 16, 20]);
    const layer = draw.among([
      () => new Conv(weight(outOf, into, 3), { padding: draw.integer(0, 1), ...bias(outOf) }),
      () => new Conv(weight(outOf, into, 3), { padding: 1, stride: 2, ...bias(outOf) }),
      () => new Conv(weight(outOf, into, 1), bias(outOf)),
      () => new Conv(weight(into, 1, 3), { padding: 1, groups: into, stride: draw.integer(1, 2), ...bias(into) }),
      () => new Conv(weight(into, into / 2, 3), { padding: 1, groups: 2, ...bias(into) }),
      () => new ConvTranspose(draw.weight([into, outOf, 2, 2], into), { stride: 2, ...bias(outOf) }),
    ].filter((_, kind) => kind !== 4 || into % 2 === 0))();
    const pools = [() => new MaxPool(2), () => new AvgPool(2)];
    const more = [layer, new ActivationLayer(relu), ...(draw.chance(0.3) ? [draw.among(pools)()] : [])];
    shape = more.reduce<readonly number[]>((extents, next) => next.outputShape(extents), shape);
    layers.push(...more);
  }
  const features = sizeOf(shape);
  layers.push(new Flatten(), new Dense(draw.weight([300, features], features), bias(300)));
  layers.push(new ActivationLayer(relu), new Dense(draw.weight([5, 300], 300)));
  const nodes = layers.map((layer, i): Node =>
    ({ name: `n${i}`, layer, inputs: [i === 0 ? "x" : `n${i - 1}`], index: [i] }));
  const model = new Model({ inputs: [{ name: "x" }], nodes, outputs: [nodes.at(-1)!.name] });
  const samples = Array.from({ length: count }, () => {
    const zeros = draw.among([0, 0.5, 0.95]);
    const size = 10 ** draw.integer(-4, 3);
    const { data } = draw.tensor(start, draw.chance(0.5) ? 0 : -1, 1);
    return new Tensor(start, data.map((value) => (draw.chance(zeros) ? 0 : size * value)));
  });
  return { model, samples };
}

const signed = { Conv: alphaBeta(2, 1), ConvTranspose: alphaBeta(2, 1), Dense: epsilon(), activation: pass() };
const composites: readonly (readonly [string, Assigned])[] = [
  ["epsilonPlusFlat", epsilonPlusFlat()],
  ["epsilonGammaBox", epsilonGammaBox({ low: -1, high: 1 })],
  ["αβ", composite(byKind(signed))],
];
const targets = [4, 0, "max", 2] as const;

describe.each(["scalar", "simd"] as const)("on %s kernels", (kind) => {
  test.each(composites)("every sample of a batch of pictures gets what it gets alone, by %s", (_, rules) => {
    if (kind === "simd") useKernels(simd()!);
    fc.assert(fc.property(seeds, fc.integer({ min: 2, max: 6 }), (seed, count) => {
      const { model, samples } = problem(seed, count);
      const lrp = new LRP(model, rules, { skipChecks: true });
      const together = lrp.analyzeAll(joined(samples), { targets });
      const few = lrp.analyzeAll(joined(samples.slice(1)), { targets: targets.slice(2) });
      samples.forEach((sample, i) => {
        const alone = lrp.analyzeAll(sample, { targets });
        alone.forEach((one, k) => {
          expect(bits(together[k]!.output.rows(i, i + 1))).toEqual(bits(one.output));
          expect(bits(together[k]!.relevance.rows(i, i + 1))).toEqual(bits(one.relevance));
          if (i > 0 && k > 1) expect(bits(few[k - 2]!.relevance.rows(i - 1, i))).toEqual(bits(one.relevance));
        });
        expect(bits(lrp.analyze(sample, { target: 0 }).relevance)).toEqual(bits(alone[1]!.relevance));
      });
    }), { numRuns: 10 });
  }, 60_000);
});

test("any number of threads gives the same bits, whatever the batch", async () => {
  useKernels(simd()!);
  const drawn = fc.sample(seeds, 9).map((seed, i) => ({ ...problem(seed, 3), rules: composites[i % 3]![1] }));
  const all = (): readonly Uint32Array[] => drawn.flatMap(({ model, samples, rules }) =>
    [joined(samples), samples[1]!].flatMap((x) =>
      new LRP(model, rules, { skipChecks: true }).analyzeAll(x, { targets }).map(({ relevance }) => bits(relevance))));
  const one = all();
  for (const count of [2, 3]) {
    expect(await useThreads(count)).toBe(count);
    expect(all()).toEqual(one);
  }
}, 60_000);

/** Samples `[1, …]` as one batch. */
function joined(samples: readonly Tensor[]): Tensor {
  const [first] = samples as [Tensor, ...Tensor[]];
  const out = new Tensor([samples.length, ...first.shape.slice(1)], new Float32Array(samples.length * first.size));
  samples.forEach(({ data }, i) => out.data.set(data, i * first.size));
  return out;
}

function bits({ data }: Tensor): Uint32Array {
  // Any NaN is as good as another.
  return new Uint32Array(data.slice().map((value) => (Number.isNaN(value) ? NaN : value)).buffer);
}
