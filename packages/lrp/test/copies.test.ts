/** Several copies of what a pass saw, along an axis before all others. */
import {
  Add, Affine, chain, Conv, Dense, Flatten, identity, Model, relu, Scale, type Layer,
} from "@relprop/layers";
import {
  alphaBeta,
  betaSmooth,
  copyAt,
  deconvolution,
  epsilon,
  epsilonPlusFlat,
  flat,
  gamma,
  gradient,
  guided,
  inputXGradient,
  integratedGradients,
  LRP,
  norm,
  occlusion,
  onlyCopy,
  perCopy,
  product,
  smoothGrad,
  wSquare,
  zPlus,
  type Rule,
} from "@relprop/lrp";
import { addStacks, addSharedProduct } from "../src/run/copies.ts";
import { empty, ones, relativeError, ShapeError, Tensor, tensor, type Shape } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { filled, reshuffled } from "./reshuffled.ts";

const stack = tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]); // two copies of a batch of two

test("a stack holds its copies along the first axis, whatever their shape", () => {
  expect(copyAt(stack, 1)).toEqual(tensor([[5, 6], [7, 8]]));
  expect(copyAt(tensor([3, 4]), 1)).toEqual(tensor(4));
  expect(onlyCopy(tensor(4)).shape).toEqual([1]);
  expect(onlyCopy(tensor([], [0, 2])).shape).toEqual([1, 0, 2]);
});

test("a single copy counts for each of more, whichever comes first", () => {
  const once = tensor([[[10, 20], [30, 40]]]);
  const wanted = [11, 22, 33, 44, 15, 26, 37, 48];
  expect([...addStacks(stack, once).data]).toEqual(wanted);
  expect([...addStacks(once, stack).data]).toEqual(wanted);
  expect(addStacks(once, stack).shape).toEqual([2, 2, 2]);
  expect(() => addStacks(stack, ones([3, 2, 2]))).toThrow("addStacks: takes copies [3, 2, 2], got [2, 2, 2]");
});

test("a shared factor meets every copy", () => {
  const out = ones([2, 2, 2]);
  addSharedProduct(2, tensor([[1, 0], [0, 1]]), stack, out);
  expect([...out.data]).toEqual([3, 1, 1, 9, 11, 1, 1, 17]);
});

test("what is done per copy is stacked again, one tensor per result", () => {
  const [first, second] = perCopy(stack, (copy, k) => [copy, tensor([[k], [k]])]);
  expect(first).toEqual(stack);
  expect([...second!.data]).toEqual([0, 0, 1, 1]);
  expect(second!.shape).toEqual([2, 2, 1]);
});

const rules: readonly Rule[] = [
  epsilon(), zPlus(), flat(), wSquare(), gamma(), alphaBeta(2, 1),
  epsilon(1e-6, { bias: "redistributed" }),
  epsilon({ epsilon: 1e-6, relativeTo: [-1] }),
];

describe.each([false, true])("a network that moves its first axis about, unplanned %s", (unplanned) => {
  test.each(rules.map((rule) => [rule.name, rule] as const))("gives every target what it gets alone, %s", (_, rule) => {
    const input = filled(2, 5, 4);
    const composite = reshuffled.nodes.map(({ layer }) =>
      layer.role === "product" ? product() : rule.refusal(layer) === undefined ? rule : gradient());
    const lrp = new LRP(reshuffled, composite, { unplanned });
    const targets = [0, 3, [1, 2], "max"] as const;
    const layers = ["dense", "act", "product"];
    const all = lrp.analyzeAll(input, { targets, layers });
    targets.forEach((target, k) => {
      const alone = lrp.analyze(input, { target, layers });
      expect(all[k]!.relevance).toEqual(alone.relevance);
      expect(all[k]!.layers).toEqual(alone.layers);
      const { totals, started, arrived } = all[k]!.conservation;
      const lost = totals.bias + totals.stabilizer + totals.dead + totals.other;
      expect(arrived + lost).toBeCloseTo(started, 5);
    });
    const single = lrp.analyze(input.rows(1, 2), { target: 3 });
    expect(relativeError(single.relevance.data, all[1]!.relevance.rows(1, 2).data)).toBe(0);
  });
});

test("planned and unplanned agree where a constant input meets a weight along the first axis", () => {
  const model = chain(new Scale(filled(3, 1), { bias: filled(3, 1) }), new Dense(filled(2, 4)));
  const input = filled(3, 4);
  for (const rule of [flat(), wSquare()]) {
    const [planned, plain] = [false, true].map((unplanned) =>
      new LRP(model, rule, { unplanned }).analyzeAll(input, { targets: [0, 1] }));
    planned!.forEach(({ relevance }, k) => {
      expect(relativeError(relevance.data, plain![k]!.relevance.data)).toBeLessThan(1e-6);
    });
  }
});

describe("an output without axes", () => {
  const input = filled(1, 4);
  const scalar = new Model({
    inputs: [{ name: "input" }],
    nodes: [
      { name: "dense", layer: new Dense(filled(3, 4)), inputs: ["input"], index: [0] },
      { name: "total", layer: total(), inputs: ["dense"], index: [1] },
      { name: "twice", layer: new Scale(tensor(2)), inputs: ["total"], index: [2] },
      { name: "ends", layer: new Add(), inputs: ["twice", "twice"], index: [3] },
    ],
    outputs: ["ends"],
  });

  test("is explained, for each of several targets", () => {
    const lrp = new LRP(scalar);
    const { relevance, output, target, conservation } = lrp.analyze(input, { start: "value" });
    expect(output.shape).toEqual([]);
    expect(target).toEqual([0]);
    expect(relativeError([relevance.data.reduce((a, b) => a + b)], [...output.data])).toBeLessThan(1e-6);
    expect(conservation.totals.other).toBeCloseTo(0, 6);
    const all = lrp.analyzeAll(input, { targets: ["max", tensor(3)], layers: ["total"] });
    expect(all[1]!.layers.get("total")).toEqual(tensor(3));
  });

  test("has gradients, and is explained by their methods", () => {
    for (const method of [inputXGradient, smoothGrad, occlusion]) {
      expect(method(scalar).analyze(input).relevance.data.every(Number.isFinite)).toBe(true);
    }
    const { delta, relevance } = integratedGradients(scalar).analyze(input);
    expect(delta[0]).toBeCloseTo(0, 5);
    expect(relevance.shape).toEqual([1, 4]);
  });
});

test("gates of rectifiers meet every copy", () => {
  const model = chain(new Conv(filled(3, 2, 3), { activation: relu }), relu, new Flatten(), new Dense(filled(2, 9)));
  const input = filled(2, 2, 5);
  for (const rule of [guided(), deconvolution(), betaSmooth()]) {
    const lrp = new LRP(model, [rule, rule, gradient(), norm()]);
    lrp.analyzeAll(input, { targets: [1, 0] }).forEach(({ relevance }, k) => {
      expect(relevance).toEqual(lrp.analyze(input, { target: 1 - k }).relevance);
    });
  }
});

test("whoever hands over what is no stack of copies is told so", () => {
  const lrp = new LRP(chain(new Dense(filled(3, 4))), [epsilon()]);
  const tape = lrp.forward(filled(2, 4));
  expect(() => lrp.backward(tape, new Map([["0", ones([2, 3])]])))
    .toThrow(new ShapeError('relevance of "0": takes copies [K, 2, 3], got [2, 3]'));
  const forgetful: Rule = {
    name: "forgetful",
    options: {},
    refusal: () => undefined,
    propagation: () => (seen) => [ones(seen.inputs[0]!.shape)],
  };
  expect(() => new LRP(lrp.model, [forgetful]).analyze(filled(2, 4)))
    .toThrow(new ShapeError('relevance from "0" (Dense): takes copies [1, 2, 4], got [2, 4]'));
  const silent: Rule = { ...forgetful, propagation: () => () => [] };
  expect(() => new LRP(lrp.model, [silent]).analyze(filled(2, 4)))
    .toThrow(new RangeError('rule at "0" (Dense): takes 1 results, got 0'));
  expect(() => new LRP(chain(new Old(ones([4]), undefined, identity)), epsilonPlusFlat()).analyze(filled(2, 4)))
    .toThrow(new ShapeError("Old.transpose: takes copies [1, 2, 4], got [2, 4]"));
});

/** A layer whose transpose gives back the shape of one input. */
class Old extends Affine {
  readonly kind = "Old";
  outputShape(input: Shape): Shape {
    return input;
  }
  withParameters(weight: Tensor): Old {
    return new Old(weight, undefined, identity);
  }
  preactivation(x: Tensor): Tensor {
    return x;
  }
  transpose(s: Tensor, input: Shape): Tensor {
    return s.reshape(input);
  }
  protected alignedBias(bias: Tensor): Tensor {
    return bias;
  }
}

/** The sum of everything, without axes. */
function total(): Layer {
  return {
    kind: "Total",
    role: "sum",
    outputShape: () => [],
    forward: (x) => tensor(x.data.reduce((a, b) => a + b, 0)),
    pullback: (x) => ({
      output: tensor(x.data.reduce((a, b) => a + b, 0)),
      back: (s) => {
        const out = empty(x.shape);
        out.data.fill(s.data[0]!);
        return [out];
      },
    }),
  };
}
