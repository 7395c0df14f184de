/** The planned propagation against the interpreter, which is its executable specification. */
import { chain, Conv, Dense, relu, type Model } from "@relprop/layers";
import { Arena, relativeError, tensor, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, epsilon, flat, gamma, generalizedGamma, LRP, pass, planOf, wSquare, zBox, zero, zPlus, type Rule,
} from "@relprop/lrp";

let state = 1;
/** Numbers in (−1, 1), the same in every run. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
}

function filled(shape: readonly number[], f: () => number = random): Tensor {
  return new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, f));
}

function network(activation = relu): Model {
  return chain(
    new Conv(filled([4, 2, 3, 3]), { bias: filled([4]), padding: 1 }),
    activation,
    new Conv(filled([6, 2, 3, 3]), { bias: filled([6]), stride: 2, groups: 2, activation }),
    new Conv(filled([3, 6, 2, 2]), { bias: filled([3]) }),
    activation,
  );
}

const rules: readonly Rule[] = [
  zero(), epsilon(0.1), epsilon(0.1, { bias: "ignored" }), gamma(), generalizedGamma(),
  generalizedGamma(2, { bias: "ignored" }),
  zPlus(), zPlus({ bias: "redistributed" }), alphaBeta(), alphaBeta(1, 0), wSquare(), wSquare({ squaredBias: true }),
  flat(),
  zBox(-3, 3), zBox(-1, 2, { stabilizer: 0.01 }),
];

describe.each(rules.map((rule) => [`${rule.name} ${JSON.stringify(rule.options)}`, rule] as const))("%s", (_, rule) => {
  test.each(
    [["both signs", random], ["no sign below 0", () => Math.abs(random())]],
  )("planned is as interpreted for inputs of %s", (__, f) => {
    const model = network();
    const input = filled([2, 2, 9, 9], f);
    const shape = model.predict(input).shape;
    const target = filled(shape);
    const interpreted = new LRP(model, rule, { unplanned: true }).analyze(input, { target });
    const planned = new LRP(model, rule).analyze(input, { target });
    expect(relativeError(planned.relevance.data, interpreted.relevance.data)).toBeLessThan(2e-6);
    planned.conservation.rows.forEach((row, i) => {
      const twin = interpreted.conservation.rows[i]!;
      const scale = Math.abs(twin.in) + Math.abs(twin.bias) + Math.abs(twin.dead) + Math.abs(twin.stabilizer) + 1;
      for (const key of ["out", "bias", "stabilizer", "dead"] as const) {
        expect(Math.abs(row[key] - twin[key]) / scale).toBeLessThan(1e-5);
      }
    });
  });
});

test("outputs that no quotient covers pass nothing on, whatever lay in the memory before", () => {
  const model = chain(new Dense(filled([3, 4])), new Dense(filled([2, 3])));
  const lrp = new LRP(model, generalizedGamma(), { arena: new Arena({ poison: true }) });
  const target = filled([2, 2]);
  expect(lrp.analyze(filled([2, 4]), { target }).relevance.data.every((r) => r !== 0)).toBe(true);
  // Without biases all sums are 0, neither positive nor negative.
  expect([...lrp.analyze(filled([2, 4], () => 0), { target }).relevance.data]).toEqual(new Array(8).fill(0));
});

test("several targets share one pass and get what each gets alone", () => {
  const model = chain(new Dense(filled([6, 5]), { bias: filled([6]) }), relu, new Dense(filled([4, 6])));
  const lrp = new LRP(model, zPlus());
  const input = tensor([[1, 2, -1, 0.5, 3], [0.1, -2, 1, 1, 1]]);
  const together = lrp.analyzeAll(input, { targets: [0, 1, 2, 3] });
  together.forEach((explanation, i) => {
    expect([...explanation.relevance.data]).toEqual([...lrp.analyze(input, { target: i }).relevance.data]);
  });
});

test("the plan counts products: z⁺ behind a rectifier needs one each way, ε only the way back", () => {
  const model = chain(new Dense(filled([6, 5])), relu, new Dense(filled([4, 6])), relu, new Dense(filled([2, 4])));
  const lrp = new LRP(model, [flat(), zero(), zPlus(), zero(), epsilon()].map((rule, i) => (i % 2 ? pass() : rule)));
  const rows = planOf(lrp, [1, 5]).rows.filter(({ rule }) => rule !== "pass");
  expect(rows.map(({ products, reused, constants, transposed }) => [products, reused, constants, transposed])).toEqual([
    [0, 0, 1, 1],
    [1, 0, 0, 1],
    [0, 1, 0, 1],
  ]);
});

test("what is computed once per shape is not taken for another shape", () => {
  const model = chain(new Conv(filled([3, 2, 3, 3]), { padding: 1 }));
  for (const rule of [flat(), wSquare(), zBox([-1, -2], 2)]) {
    const kept = new LRP(model, rule);
    for (const shape of [[1, 2, 4, 4], [2, 2, 3, 6], [1, 2, 4, 4]]) {
      const input = filled(shape);
      const target = filled([shape[0]!, 3, ...shape.slice(2)]);
      const fresh = new LRP(model, rule).analyze(input, { target }).relevance;
      expect([...kept.analyze(input, { target }).relevance.data]).toEqual([...fresh.data]);
    }
  }
});
