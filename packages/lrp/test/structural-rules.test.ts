/** Rules that are no quotients: what passes, what is routed, what is shared, what is gated. */
import {
  ActivationLayer, Add, chain, Concat, Conv, Dense, Divide, Flatten, gelu, GroupNorm, InstanceNorm, LayerNorm, MatMul,
  MaxPool, Model, Multiply, relu, Reshape, RMSNorm, Scale, Softmax, type Layer, type NormalizationLayer,
} from "@relprop/layers";
import { ones, relativeError, sum, tensor, zeros, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  betaSmooth, deconvolution, gradient, guided, layerNorm, LRP, named, norm, pass, product, zero, type Explanation,
  type Rule,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

/** One layer with this rule, reading as many inputs as there are. */
function explain(layer: Layer, rule: Rule | undefined, inputs: readonly Tensor[], target: Tensor): Explanation {
  const names = inputs.map((_, i) => `x${i}`);
  const model = new Model({
    inputs: names.map((name) => ({ name })),
    nodes: [{ name: "layer", layer, inputs: names, index: [0] }],
    outputs: ["layer"],
  });
  return new LRP(model, rule === undefined ? [] : [rule], { skipChecks: true }).analyze(inputs, { target });
}

describe("pass", () => {
  test("gives the relevance the shape of the input", () => {
    const target = randomTensor([2, 12], 2);
    for (const layer of [new Flatten(), new Reshape([12])]) {
      const { relevance } = explain(layer, pass(), [randomTensor([2, 3, 4])], target);
      expect(relevance.shape).toEqual([2, 3, 4]);
      expect(relevance.data).toEqual(target.data);
    }
  });

  test("does not ask what a layer of one size does", () => {
    const target = tensor([[1, -2]]);
    for (const layer of [new Dense(randomTensor([2, 2])), new ActivationLayer(gelu), new Softmax()]) {
      expect(explain(layer, pass(), [tensor([[3, -4]])], target).relevance.data).toEqual(target.data);
    }
  });

  test("is refused where sizes differ, or several inputs would have to share", () => {
    const between = "pass: takes a layer whose input and output have one size, got";
    expect(() => explain(new Dense(randomTensor([2, 3])), pass(), [randomTensor([1, 3])], tensor([[1, 2]])))
      .toThrow(`${between} Dense from [1, 3] to [1, 2]`);
    const one = tensor([[1]]);
    const sizes = "Add from [1, 1] and [1, 1] to [1, 1]";
    expect(() => explain(new Add(), pass(), [one, one], one)).toThrow(`${between} ${sizes}`);
  });
});

describe("gradient", () => {
  test("routes to winners and to where elements came from", () => {
    const x = tensor([[[[1, 5], [2, 0]]]]);
    expect([...explain(new MaxPool(2), gradient(), [x], tensor([[[[7]]]])).relevance.data]).toEqual([0, 7, 0, 0]);
    const { inputs } = explain(new Concat(), gradient(), [tensor([[1, 2]]), tensor([[3]])], tensor([[4, 5, 6]]));
    expect([...inputs.values()].map(({ data }) => [...data])).toEqual([[4, 5], [6]]);
  });

  test("is what routes get by themselves, also where the winner is 0", () => {
    const x = tensor([[[[0, -5], [-2, -1]]]]);
    expect([...explain(new MaxPool(2), undefined, [x], tensor([[[[7]]]])).relevance.data]).toEqual([7, 0, 0, 0]);
    expect(explain(new MaxPool(2), zero(), [x], tensor([[[[7]]]])).relevance.data.every((r) => r === 0)).toBe(true);
  });

  test("is the Jacobian of a layer with a weight and its activation", () => {
    const dense = new Dense(tensor([[2, -1], [1, 1]]), { bias: tensor([-1, -9]), activation: relu });
    // z = [2·3 − 1 − 1, 3 + 1 − 9]: the second is off.
    const { relevance } = explain(dense, gradient(), [tensor([[3, 1]])], tensor([[5, 7]]));
    expect([...relevance.data]).toEqual([10, -5]);
  });
});

describe("layerNorm", () => {
  /**
   * `R_j = a_j (s_j − mean(s))`, `s = R′ / (a − mean(a))`, R′ by LRP-0 through the scale;
   * groups of `size`.
   */
  function published(layer: NormalizationLayer, a: Tensor, R: Tensor, size: number, centers: boolean): number[] {
    const inner = [...R.data];
    const weight = layer.scale?.weight;
    for (let from = 0; from < a.size && weight !== undefined; from += size) {
      const group = [...a.data.subarray(from, from + size)];
      const mean = centers ? group.reduce((x, y) => x + y) / size : 0;
      const { epsilon } = layer as LayerNorm;
      const sigma = Math.sqrt(group.reduce((x, y) => x + (y - mean) ** 2, 0) / size + epsilon);
      group.forEach((value, k) => {
        const perChannel = weight.shape.length === 1 && !["LayerNorm", "RMSNorm"].includes(layer.kind);
        const plane = a.shape.slice(2).reduce((x, y) => x * y, 1);
        const at = perChannel ? Math.floor((from + k) / plane) % a.shape[1]! : k % weight.size;
        const part = weight.data[at]! * ((value - mean) / sigma);
        inner[from + k]! *= part / (part + (layer.scale!.bias?.data[at] ?? 0));
      });
    }
    const out: number[] = [];
    for (let from = 0; from < a.size; from += size) {
      const group = [...a.data.subarray(from, from + size)];
      const mean = centers ? group.reduce((x, y) => x + y) / size : 0;
      const s = group.map((value, k) => inner[from + k]! / (value - mean));
      const average = centers ? s.reduce((x, y) => x + y) / size : 0;
      group.forEach((value, k) => out.push(value * (s[k]! - average)));
    }
    return out;
  }

  const w = randomTensor([4], 3, 0.5, 2);
  const b = randomTensor([4], 4, -0.1, 0.1);
  const affine = { weight: w, bias: b, epsilon: 0.1 };
  const all = { weight: randomTensor([4, 3], 3, 0.5, 2), bias: randomTensor([4, 3], 4, -0.1, 0.1) };

  test.each<[string, NormalizationLayer, number, boolean]>([
    ["LayerNorm of the last axis", new LayerNorm([4], affine), 4, true],
    ["LayerNorm of several axes", new LayerNorm([4, 3], all), 12, true],
    ["LayerNorm without a scale", new LayerNorm([3]), 3, true],
    ["RMSNorm", new RMSNorm(4, { weight: w, epsilon: 0.1 }), 4, false],
    ["GroupNorm", new GroupNorm(2, affine), 6, true],
    ["InstanceNorm", new InstanceNorm(affine), 3, true],
    ["InstanceNorm without a scale", new InstanceNorm(), 3, true],
  ])("is what was published at %s, and accounts for the rest", (_, layer, size, centers) => {
    const shape = layer.scale?.weight.shape[0] === 4 && ["LayerNorm", "RMSNorm"].includes(layer.kind) && size === 4
      ? [2, 3, 4] : [2, 4, 3];
    const [a, R] = [randomTensor(shape, 5), randomTensor(shape, 6)];
    for (const rule of [undefined, layerNorm()]) {
      const { relevance, conservation } = explain(layer, rule, [a], R);
      expect(relativeError(relevance.data, published(layer, a, R, size, centers))).toBeLessThan(1e-5);
      const { bias, stabilizer, dead, other } = conservation.totals;
      const moved = relevance.data.reduce((total, r) => total + Math.abs(r), 0);
      expect(Math.abs(other) / moved).toBeLessThan(1e-6);
      expect(Math.abs(sum(R) - sum(relevance) - bias - stabilizer - dead) / moved).toBeLessThan(1e-6);
      if (layer.scale?.bias === undefined) expect(bias).toBe(0);
      else expect(bias).not.toBe(0);
    }
  });

  test("leaves the bias of the scale its share, nothing, or only what it gives back", () => {
    // a − mean = [−1, 0, 1], normalised [−n, 0, n] with σ² = 2/3; w n + b is 1 − 2 n and 1 + 2 n at the ends.
    const n = Math.sqrt(1.5);
    const layer = new LayerNorm([3], { weight: tensor([2, 2, 2]), bias: tensor([1, 1, 1]), epsilon: 0 });
    const relevanceOf = (bias?: "absorbed" | "ignored" | "redistributed"): Explanation =>
      explain(layer, layerNorm(bias && { bias }), [tensor([[1, 2, 3]])], tensor([[6, 0, 3]]));
    // Inner relevance [r, 0, t] becomes s = [−r, 0, t], and a (s − (t − r) / 3).
    const through = (r: number, t: number): readonly number[] =>
      [-r - (t - r) / 3, (-2 * (t - r)) / 3, 3 * (t - (t - r) / 3)];
    const kept = through((6 * -2 * n) / (1 - 2 * n), (3 * 2 * n) / (1 + 2 * n));
    for (const mode of [undefined, "absorbed"] as const) {
      expect(relativeError(relevanceOf(mode).relevance.data, kept)).toBeLessThan(1e-6);
    }
    expect(relevanceOf().conservation.totals.bias).toBeCloseTo(6 / (1 - 2 * n) + 3 / (1 + 2 * n), 5);
    for (const mode of ["ignored", "redistributed"] as const) {
      const { relevance, conservation } = relevanceOf(mode);
      expect(relativeError(relevance.data, through(6, 3))).toBeLessThan(1e-6);
      expect(conservation.totals.bias).toBeCloseTo(0, 6);
    }
  });

  test("passes nothing on where all inputs are their mean, or differ as rounding makes them", () => {
    const [high, higher] = [0.37, 0.37 * (1 + 2 ** -23)];
    for (const x of [tensor([[0.37, 0.37, 0.37]]), tensor([[high, higher, high]]), zeros([1, 3])]) {
      for (const layer of [new LayerNorm([3]), new LayerNorm([3], { bias: tensor([1, 1, 1]) })]) {
        const { relevance, conservation } = explain(layer, layerNorm(), [x], tensor([[1, 2, 3]]));
        expect([...relevance.data].map(Math.abs)).toEqual([0, 0, 0]);
        const { bias, dead, other } = conservation.totals;
        expect(bias + dead).toBeCloseTo(6, 5);
        expect(Math.abs(other)).toBeLessThan(1e-5);
      }
    }
  });

  test("takes a stabiliser, and layers that normalise over groups only", () => {
    const x = tensor([[1, 1, 4]]); // 1 is further from the mean than 1e-9, by 1
    const { relevance, conservation } = explain(
      new LayerNorm([3]), layerNorm({ stabilizer: { epsilon: 2, clip: true } }), [x], tensor([[2, 4, 6]]),
    );
    // a − mean = [−1, −1, 2], clipped [−2, −2, 2]: s = [−1, −2, 3], mean 0.
    expect([...relevance.data]).toEqual([-1, -2, 12]);
    // 2 − 1, 4 − 2 and 6 − 6 stay with the stabiliser.
    expect(conservation.totals).toEqual({ bias: 0, stabilizer: 3, dead: 0, ended: 0, other: 0 });
    expect(() => explain(new Softmax(), layerNorm(), [x], x)).toThrow("layerNorm: does not apply to Softmax");
    expect(() => layerNorm({ stabilizer: -1 })).toThrow("layerNorm: takes a stabilizer >= 0, got -1");
  });
});

describe("product", () => {
  const [a, b, R] = [randomTensor([2, 3, 4], 1), randomTensor([2, 3, 4], 2, 0.5, 1), randomTensor([2, 3, 4], 3)];

  test.each<[string, Layer]>([["Multiply", new Multiply()], ["Divide", new Divide()]])(
    "shares by element at %s, whatever the factors are", (_, layer) => {
      const { inputs, conservation } = explain(layer, undefined, [a, b], R);
      for (const part of inputs.values()) expect(relativeError(part.data, R.data.map((r) => r / 2))).toBe(0);
      expect(conservation.totals.other).toBeCloseTo(0, 6);
    },
  );

  test("adds up what a factor gets that is repeated", () => {
    const gate = randomTensor([2, 1, 1], 4, 0.5, 1);
    const { inputs } = explain(new Multiply(), product(), [a, gate], R);
    const [first, second] = [R.rows(0, 1), R.rows(1, 2)].map((rows) => sum(rows) / 2);
    expect(relativeError(inputs.get("x1")!.data, [first!, second!])).toBeLessThan(1e-6);
  });

  test.each([[2, 2, 2], [2, 3, 4], [1, 5, 2]])("of %i × %i and %i columns shares what is summed", (m, k, n) => {
    const [A, B] = [randomTensor([2, m, k], 5), randomTensor([2, k, n], 6)];
    const target = randomTensor([2, m, n], 7);
    const [toA, toB] = [A.data.map(() => 0), B.data.map(() => 0)];
    for (let batch = 0; batch < 2; batch++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let y = 0;
          for (let l = 0; l < k; l++) y += A.data[(batch * m + i) * k + l]! * B.data[(batch * k + l) * n + j]!;
          for (let l = 0; l < k; l++) {
            const [p, q] = [(batch * m + i) * k + l, (batch * k + l) * n + j];
            const part = ((A.data[p]! * B.data[q]!) / y) * target.data[(batch * m + i) * n + j]!;
            toA[p]! += part / 2;
            toB[q]! += part / 2;
          }
        }
      }
    }
    const { inputs, conservation } = explain(new MatMul(), undefined, [A, B], target);
    expect(relativeError(inputs.get("x0")!.data, toA)).toBeLessThan(1e-5);
    expect(relativeError(inputs.get("x1")!.data, toB)).toBeLessThan(1e-5);
    expect(Math.abs(conservation.totals.other)).toBeLessThan(1e-5);
    const signal = explain(new MatMul(), product({ share: 1 }), [A, B], target).inputs;
    expect(relativeError(signal.get("x1")!.data, toB.map((r) => 2 * r))).toBeLessThan(1e-5);
    expect(signal.get("x0")!.data.every((r) => r === 0)).toBe(true);
  });

  test("refuses what is no product, and factors there are not", () => {
    expect(() => explain(new Add(), product(), [a, b], R)).toThrow("product: does not apply to Add, which does not");
    expect(() => explain(new Multiply(), product({ share: 2 }), [a, b], R)).toThrow(
      "product: takes a factor of Multiply from 0 to 1, got 2",
    );
    expect(() => product({ share: -1 })).toThrow('product: takes "equal" or the index of a factor, got -1');
  });
});

describe("gates of rectifiers", () => {
  const z = tensor([[2, -2, 1, -1]]);
  const R = tensor([[3, 5, -3, -5]]);
  const smooth = [2, -2, 1, -1].map((value, i) => R.data[i]! / (1 + Math.exp(-2 * value)));

  test.each<[string, Rule, readonly number[]]>([
    ["guided: what is positive, where the input is", guided(), [3, 0, 0, 0]],
    ["deconvolution: what is positive", deconvolution(), [3, 5, 0, 0]],
    ["betaSmooth: by the slope of a softplus", betaSmooth(2), smooth],
    ["gradient: where the input is positive", gradient(), [3, 0, -3, 0]],
  ])("%s, alone and fused into a layer", (_, rule, wanted) => {
    expect(relativeError(explain(new ActivationLayer(relu), rule, [z], R).relevance.data, wanted)).toBeLessThan(1e-7);
    // The identity with a bias of 1: inputs are 1 less, and the way back is the identity.
    const shifted = tensor([...z.data].map((value) => value - 1), [1, 4]);
    const identity = tensor([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]);
    const dense = new Dense(identity, { bias: tensor([1, 1, 1, 1]), activation: relu });
    expect(relativeError(explain(dense, rule, [shifted], R).relevance.data, wanted)).toBeLessThan(1e-7);
    const conv = new Conv(identity.reshape([4, 4, 1]), { bias: tensor([1, 1, 1, 1]), activation: relu });
    const { relevance } = explain(conv, rule, [shifted.reshape([1, 4, 1])], R.reshape([1, 4, 1]));
    expect(relativeError(relevance.data, wanted)).toBeLessThan(1e-7);
  });

  test("need an activation", () => {
    const message = "guided: does not apply to MaxPool, which has no activation";
    expect(() => explain(new MaxPool(1), guided(), [tensor([[[1]]])], tensor([[[1]]]))).toThrow(message);
    expect(() => betaSmooth(0)).toThrow("betaSmooth: takes β > 0, got 0");
  });
});

test.each([undefined, zero(), norm()])("what a softmax masks by −∞ gets no relevance, whatever the rule", (rule) => {
  const masks = new Scale(ones([4]), { bias: tensor([0, -Infinity, 0, -Infinity]), axis: 1 });
  const scores = tensor([[1, 5, 2, 3]]);
  const [network, bare] = [chain({ masks, softmax: new Softmax() }), chain({ softmax: new Softmax() })];
  const rules = rule === undefined ? [] : named("softmax", rule);
  const explain = (model: Model, x: Tensor, target: number): readonly number[] => {
    const { relevance, warnings } = new LRP(model, rules, { skipChecks: true }).analyze(x, { target });
    expect(warnings).toEqual([]);
    return [...relevance.data];
  };
  const [a, b] = explain(bare, tensor([[1, 2]]), 1);
  const relevance = explain(network, scores, 2);
  expect(relevance[0]).toBeCloseTo(a!, 5);
  expect(relevance[2]).toBeCloseTo(b!, 5);
  for (const masked of [1, 3]) expect(Math.abs(relevance[masked]!)).toBe(0);
});

test("a flow that masks by −∞ gets no relevance where it does", () => {
  const network = new Model({
    inputs: [{ name: "scores" }, { name: "mask" }],
    nodes: [
      { name: "sum", layer: new Add(), inputs: ["scores", "mask"], index: [0] },
      { name: "softmax", layer: new Softmax(), inputs: ["sum"], index: [1] },
    ],
    outputs: ["softmax"],
  });
  const given = [tensor([[1, 5, 2]]), tensor([[0, -Infinity, 0]])];
  const { inputs, conservation } = new LRP(network, [], { skipChecks: true }).analyze(given, { target: 0 });
  const [scores, mask] = [inputs.get("scores")!, inputs.get("mask")!];
  expect([...scores.data, ...mask.data].every(Number.isFinite)).toBe(true);
  expect([...mask.data, scores.data[1]].map((v) => Math.abs(v!))).toEqual([0, 0, 0, 0]);
  expect(conservation.rows.every(({ out }) => Number.isFinite(out))).toBe(true);
});
