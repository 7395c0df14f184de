import {
  Add, AvgPool, chain, Conv, Dense, Flatten, MaxPool, parallel, relu, Reshape, skip, tanh, type Model,
} from "@relprop/layers";
import { relativeError, sum, Tensor, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  betaSmoothGradient, deconvNet, excitationBackprop, guidedBackprop, inputGradient, inputXGradient,
  integratedGradients, LRP, occlusion, smoothGrad, startAt, type Analyzer, type Quadrature, type Target,
} from "@relprop/lrp";

let state = 11;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
}
function filled(...shape: number[]): Tensor {
  return new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random));
}

function network(biased: boolean): Model {
  const bias = (n: number): { bias?: Tensor } => (biased ? { bias: filled(n) } : {});
  return chain(
    new Conv(filled(4, 2, 3, 3), { ...bias(4), padding: 1, activation: relu }),
    skip(chain(new Conv(filled(4, 4, 3, 3), { ...bias(4), padding: 1 }), relu)),
    parallel([new MaxPool(2), new AvgPool(2)], new Add()),
    new Flatten(), new Dense(filled(3, 36), bias(3)), relu, new Dense(filled(3, 3), bias(3)),
  );
}

const input = filled(2, 2, 6, 6);

test("the gradient is what finite differences say", () => {
  const model = network(true);
  const { relevance } = inputGradient(model).analyze(input, { target: 1 });
  const at = (data: Float32Array): number => model.predict(new Tensor(input.shape, data)).data[1]!;
  for (const i of [0, 17, 40, 71]) {
    const [up, down] = [1, -1].map((sign) => at(input.data.map((v, j) => (i === j ? v + sign * 1e-3 : v))));
    expect(Math.abs((up! - down!) / 2e-3 - relevance.data[i]!)).toBeLessThan(5e-3 * (1 + Math.abs(relevance.data[i]!)));
  }
});

test("input × gradient is LRP-0 on a network of rectifiers without biases", () => {
  const model = network(false);
  const ours = new LRP(model).analyze(input, { target: 2, start: "value" }).relevance;
  const theirs = inputXGradient(model).analyze(input, { target: 2 }).relevance;
  expect(relativeError(ours.data, theirs.data)).toBeLessThan(1e-5);
});

test("integrated gradients add up to the change of the output, from any baseline", () => {
  const model = network(true);
  const one = input.rows(0, 1);
  for (const baseline of [0, 0.5, filled(1, 2, 6, 6)]) {
    const { relevance, output, target } = integratedGradients(model, { steps: 300, baseline }).analyze(one);
    const from = typeof baseline === "number" ? new Tensor(one.shape, one.data.map(() => baseline)) : baseline;
    const before = model.predict(from);
    const change = target!.reduce((total, t, n) => total + output.data[n * 3 + t]! - before.data[n * 3 + t]!, 0);
    expect(Math.abs(sum(relevance) - change)).toBeLessThan(0.02 * (1 + Math.abs(change)));
  }
});

test("integrated gradients say what their steps miss, the less the more there are", () => {
  const model = chain(new Dense(filled(6, 4), { bias: filled(6) }), tanh, new Dense(filled(3, 6)));
  const x = filled(2, 4);
  const target = { for: [0, 1], against: 2 } as const;
  const weights = startAt(model.predict(x), target).relevance;
  const misses = [4, 8].map((steps) => {
    const { relevance, delta, output } = integratedGradients(model, { steps, baseline: 0.5 }).analyze(x, { target });
    const before = model.predict(new Tensor(x.shape, x.data.map(() => 0.5)));
    [0, 1].forEach((n) => {
      const change = [0, 1, 2].reduce((total, k) => {
        const i = 3 * n + k;
        return total + weights.data[i]! * (output.data[i]! - before.data[i]!);
      }, 0);
      expect(Math.abs(sum(relevance.rows(n, n + 1)) - change - delta[n]!)).toBeLessThan(1e-6);
    });
    return delta.map(Math.abs);
  });
  // The midpoint rule is of second order: half the steps, a quarter of the error.
  misses[0]!.forEach((coarse, n) => expect(coarse / misses[1]![n]!).toBeCloseTo(4, 0));
});

describe("targets mean the same for every method", () => {
  const scores = chain(new Conv(filled(3, 2, 3, 3), { bias: filled(3) }), relu, new Conv(filled(2, 3, 2, 2)));
  const methods: readonly (readonly [string, (model: Model) => Analyzer])[] = [
    ["inputGradient", inputGradient],
    ["inputXGradient", inputXGradient],
    ["integratedGradients", (model) => integratedGradients(model, { steps: 3 })],
    ["smoothGrad", (model) => smoothGrad(model, { samples: 3 })],
    ["occlusion", (model) => occlusion(model, { window: 3 })],
    ["excitationBackprop", excitationBackprop],
    ["LRP", (model) => new LRP(model)],
  ];
  const targets: readonly Target[] = [
    "max", 1, [1, 0], { at: [1, 2] }, { for: 0, against: { at: [1, 2, 0] } }, { sum: [0, "max"] },
  ];

  test.each(methods)("%s", (_, method) => {
    const analyzer = method(scores);
    for (const target of targets) {
      const got = analyzer.analyze(input, { target });
      const spelled = analyzer.analyze(input, { target: startAt(scores.predict(input), target).relevance });
      expect(got.relevance.data).toEqual(spelled.relevance.data);
      expect(got.target).toEqual(startAt(scores.predict(input), target).chosen);
    }
  });

  test.each(methods)("%s explains a batch as it explains each sample", (_, method) => {
    const analyzer = method(scores);
    for (const target of ["max", 1] as const) {
      const together = analyzer.analyze(input, { target });
      [0, 1].forEach((n) => {
        const alone = analyzer.analyze(input.rows(n, n + 1), { target });
        expect(relativeError(together.relevance.rows(n, n + 1).data, alone.relevance.data)).toBeLessThan(1e-6);
        expect(together.target![n]).toBe(alone.target![0]);
      });
    }
  });
});

test("integrated gradients by hand: x² as (x)(x) needs no steps, the right end counts fully", () => {
  const model = chain(new Dense(tensor([[2, -1]])), relu);
  const analyze = (quadrature: Quadrature): number[] =>
    [...integratedGradients(model, { steps: 2, quadrature }).analyze(tensor([[3, 1]])).relevance.data];
  expect(analyze("right")).toEqual([6, -1]);
  expect(analyze("midpoint")).toEqual([6, -1]);
  // The gradient of relu at 0 is 0, so the first of two steps counts nothing.
  expect(analyze("left")).toEqual([3, -0.5]);
});

describe("smoothGrad", () => {
  test("without noise is the gradient, and a seed decides the noise", () => {
    const model = network(true);
    const gradient = inputGradient(model).analyze(input).relevance;
    const silent = smoothGrad(model, { noise: 0, samples: 3 }).analyze(input).relevance;
    expect(relativeError(silent.data, gradient.data)).toBeLessThan(1e-6);
    const run = (seed: number): number[] => [...smoothGrad(model, { seed, samples: 2 }).analyze(input).relevance.data];
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test("noise has the deviation that was asked for", () => {
    const cubic = {
      kind: "Cubic",
      role: "other",
      outputShape: (shape: readonly number[]) => shape,
      forward: (x: Tensor) => new Tensor(x.shape, x.data.map((v) => (v * v * v) / 3)),
      pullback(x: Tensor) {
        const back = (s: Tensor): Tensor[] => [new Tensor(x.shape, s.data.map((v, i) => v * x.data[i]! ** 2))];
        return { output: this.forward(x), back };
      },
    } as const;
    // E[(x + e)²] − x² is the variance: (0.2 · range)², with range 2.
    const x = tensor([[-1, 1]]);
    const smooth = smoothGrad(chain(cubic), { samples: 4000, noise: 0.2 });
    const { relevance } = smooth.analyze(x, { target: { sum: [0, 1] } });
    for (const value of relevance.data) expect(value - 1).toBeCloseTo(0.16, 1);
  });
});

test("smoothGrad gives every element noise of its own", () => {
  // On the edge of a rectifier of x₁ − x₂, half of the noises fall on either side; were they equal, all would cancel.
  const model = chain(new Dense(tensor([[1, -1, 0]])), relu);
  const { relevance } = smoothGrad(model, { samples: 400 }).analyze(tensor([[1, 1, 0]]));
  expect(Math.abs(relevance.data[0]! - 0.5)).toBeLessThan(0.1);
  expect(relevance.data[1]).toBe(-relevance.data[0]!);
});

test("deconvolution passes positive signals, guided backpropagation only through active rectifiers", () => {
  const model = chain(new Dense(tensor([[1, 0], [0, 1]])), relu, new Dense(tensor([[2, 3], [-1, 1]])));
  const run = (analyzer: Analyzer, target: number): number[] =>
    [...analyzer.analyze(tensor([[1, -1]]), { target }).relevance.data];
  expect(run(deconvNet(model), 0)).toEqual([2, 3]);
  expect(run(deconvNet(model), 1)).toEqual([0, 1]);
  expect(run(guidedBackprop(model), 0)).toEqual([2, 0]);
  expect(run(guidedBackprop(model), 1)).toEqual([0, 0]);
  expect(run(inputGradient(model), 1)).toEqual([-1, 0]);
  const smooth = run(betaSmoothGradient(model, { beta: 1 }), 0);
  expect(relativeError(smooth, [2 / (1 + Math.exp(-1)), 3 / (1 + Math.exp(1))])).toBeLessThan(1e-6);
});

test("excitation backpropagation conserves what starts where contributions are positive", () => {
  const positive = (...shape: number[]): Tensor => new Tensor(shape, filled(...shape).data.map(Math.abs));
  const model = chain(new Conv(positive(3, 1, 3, 3)), relu, new AvgPool(2), new Flatten(), new Dense(positive(2, 12)));
  const { relevance } = excitationBackprop(model).analyze(positive(1, 1, 6, 6), { target: 0 });
  expect(Math.abs(sum(relevance) - 1)).toBeLessThan(1e-5);
});

test("excitation backpropagation shares sums and means by what they add up", () => {
  // y = x + 3 x at x: the branches add 1 and 3 parts of 4, the mean 1 and 2 of 3.
  const tripled = parallel([chain(), new Dense(tensor([[3, 0], [0, 3]]))], new Add());
  const model = chain(tripled, new Reshape([1, 2]), new AvgPool(2), new Flatten());
  const { relevance, conservation } = excitationBackprop(model).analyze(tensor([[1, 2]]), { target: 0 });
  expect(relativeError(relevance.data, [1 / 3, 2 / 3])).toBeLessThan(1e-6);
  expect(conservation.rows.find(({ node }) => node === "0.1")!.in).toBeCloseTo(3 / 4, 5);
});

test("occlusion shares among the channels it covers together", () => {
  const model = chain(new Flatten(), new Dense(tensor([[1, 2, 3, 4, 5, 6, 7, 8]])));
  const x = new Tensor([1, 2, 2, 2], new Float32Array(8).fill(1));
  const { relevance } = occlusion(model, { window: 1 }).analyze(x, { target: 0 });
  expect([...relevance.data]).toEqual([3, 4, 5, 6, 3, 4, 5, 6]); // (1 + 5) / 2 and so on, in both
});

test("occlusion covers the features of a row one by one", () => {
  const model = chain(new Dense(tensor([[1, -2, 3, 0.5, 4]])));
  const { relevance } = occlusion(model).analyze(tensor([[1, 1, 2, 2, -1], [2, 0, 1, 4, 1]]));
  expect([...relevance.data]).toEqual([1, -2, 6, 1, -4, 2, 0, 3, 2, 4]);
});

test("occlusion is what the output loses, shared among the boxes over a pixel", () => {
  const model = chain(new Flatten(), new Dense(tensor([[1, 2, 3, 4, 5, 6, 7, 8, 9]])));
  const x = new Tensor([1, 1, 3, 3], new Float32Array(9).fill(1));
  const overlapping = occlusion(model, { window: 2, stride: 1 }).analyze(x, { target: 0 }).relevance;
  // Boxes from each pixel to the right and down lose 12, 16, 9; 24, 28, 15; 15, 17, 9; a pixel gets their mean.
  expect([...overlapping.data]).toEqual([12, 14, 12.5, 18, 20, 17, 19.5, 21, 17.25]);
  const apart = occlusion(model, { window: 2 }).analyze(x, { target: 0 }).relevance;
  expect([...apart.data]).toEqual([12, 12, 9, 12, 12, 9, 15, 15, 9]);
});

test("methods take models LRP would refuse, and refuse options that make no sense", () => {
  const model = network(true);
  expect(() => integratedGradients(model, { steps: 0 })).toThrow("takes a whole number of steps >= 1, got 0");
  const message = "occlusion: takes a window of 2 whole numbers >= 1, got [2]";
  expect(() => occlusion(model, { window: [2] }).analyze(input)).toThrow(message);
});

test("occlusion gives the same bits for any size of batch", () => {
  const model = chain(new Conv(filled(4, 1, 3, 3), { padding: 1 }), relu, new Flatten(), new Dense(filled(3, 144)));
  const input = filled(2, 1, 6, 6);
  const alone = occlusion(model, { window: 2, batch: 1 }).analyze(input).relevance;
  for (const batch of [2, 5, 64]) {
    expect(occlusion(model, { window: 2, batch }).analyze(input).relevance).toEqual(alone);
  }
  expect(occlusion(model, { window: 2 }).analyze(input).relevance).toEqual(alone);
  expect(() => occlusion(model, { batch: 0 }).analyze(input)).toThrow("occlusion: takes a batch >= 1, got 0");
});
