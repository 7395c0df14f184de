/** The books of a backward pass, and the sentences about what is not finite. */
import {
  Add, chain, Conv, Dense, Flatten, identity, MaxPool, Model, relu, skip, Subtract, type Layer, type Linearization,
} from "@relprop/layers";
import { ones, sum, Tensor, tensor, type Shape } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, byKind, composite, ConservationReport, epsilon, epsilonPlusFlat, everywhere, flat, LRP, named,
  norm, pass, zero, zPlus, type Rule,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const model = chain({
  conv: new Conv(randomTensor([3, 1, 3, 3]), { bias: randomTensor([3], 2, -0.2, 0.2), padding: 1, activation: relu }),
  block: skip(chain(new Conv(randomTensor([3, 3, 3, 3], 3), { padding: 1 }), relu)),
  pool: new MaxPool(2),
  flat: new Flatten(),
  dense: new Dense(randomTensor([4, 12], 4), { bias: randomTensor([4], 5) }),
});
const input = randomTensor([2, 1, 4, 4], 6);

describe("the report", () => {
  const lrp = new LRP(model, epsilonPlusFlat({ epsilon: 0.1 }));
  const { conservation, relevance } = lrp.analyze(input, { target: 2 });

  test("has a row per node from the output down, with the rule that acted", () => {
    expect(conservation.rows.map(({ node, rule }) => `${node} ${rule}`)).toEqual([
      "dense epsilon", "flat gradient", "pool gradient", "block.merge zero", "block.0.1 pass", "block.0.0 zPlus",
      "conv flat",
    ]);
  });

  test("adds up in every row, and from the start to the input", () => {
    for (const row of conservation.rows) {
      const { in: arrived, out, bias, stabilizer, dead, other } = row;
      expect(out + bias + stabilizer + dead + other).toBeCloseTo(arrived, 12);
      expect(Math.abs(other)).toBeLessThan(1e-6);
    }
    const { bias, stabilizer, dead, other } = conservation.totals;
    expect(conservation.started).toBe(2);
    expect(conservation.arrived).toBe(sum(relevance));
    expect(conservation.arrived + bias + stabilizer + dead + other).toBeCloseTo(2, 6);
    expect(conservation.totals.bias).not.toBe(0);
    expect(conservation.totals.stabilizer).not.toBe(0);
  });

  test("hands relevance on: what a node gives out arrives below", () => {
    const row = (name: string): (typeof conservation.rows)[number] =>
      conservation.rows.find(({ node }) => node === name)!;
    expect(row("flat").in).toBe(row("dense").out);
    expect(row("pool").in).toBeCloseTo(row("flat").out, 6);
    // Past the block goes what the sum gave and the block did not get, and joins what the block gives.
    const past = row("block.merge").out - row("block.0.1").in;
    expect(row("conv").in).toBeCloseTo(past + row("block.0.0").out, 5);
  });

  test("reads as a table that ends in totals", () => {
    const lines = conservation.toString().split("\n");
    expect(lines[0]).toMatch(/^node +rule +in +out +bias +stabilizer +dead +ended +other$/);
    expect(lines).toHaveLength(9);
    expect(lines[1]).toMatch(/^dense +epsilon +2\.000 /);
    expect(lines[8]).toMatch(/^total +2\.000 /);
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
  });

  test("is made when it is first read, and once", () => {
    const explanation = lrp.analyze(input);
    expect(Object.getOwnPropertyDescriptor(explanation, "conservation")!.get).toBeDefined();
    expect(explanation.conservation).toBe(explanation.conservation);
  });
});

test("what no rule can place is said to be dead", () => {
  // The first output is 1 − 1 and has nothing to share, the second has only contributions below 0.
  const dead = chain(new Dense(tensor([[1, -1], [-1, -2]])));
  const books = (rule: Rule): Readonly<Record<string, number>> => {
    const { totals } = new LRP(dead, rule).analyze(ones([1, 2]), { target: tensor([[1, 2]]) }).conservation;
    return { bias: totals.bias, stabilizer: Number(totals.stabilizer.toFixed(6)) + 0, dead: totals.dead };
  };
  expect(books(zero())).toEqual({ bias: 0, stabilizer: 0, dead: 1 });
  expect(books(zPlus())).toEqual({ bias: 0, stabilizer: 0, dead: 2 });
  // Of the second output, α R = 4 has nothing to go to and −β R = −2 does.
  expect(books(alphaBeta())).toEqual({ bias: 0, stabilizer: 0, dead: 4 });
  expect(books(flat())).toEqual({ bias: 0, stabilizer: 0, dead: 0 });
});

test("rules that are no quotients do not hide what they keep", () => {
  // a ⊙ Jᵀ(R / y) at y = a² gives twice of what there was.
  const square: Layer = {
    kind: "Square", role: "other", outputShape: (shape) => shape,
    forward: (x) => tensor([...x.data].map((v) => v * v), x.shape),
    pullback(x) {
      const back = (s: Tensor): Tensor[] => [tensor([...s.data].map((v, i) => 2 * v * x.data[i]!), x.shape)];
      return { output: this.forward(x), back };
    },
  };
  const { conservation } = new LRP(chain(square)).analyze(tensor([[3]]), { target: tensor([[5]]) });
  expect(conservation.rows[0]).toMatchObject({ rule: "norm", in: 5, dead: 0, bias: 0 });
  expect(conservation.rows[0]!.out).toBeCloseTo(10, 4);
  expect(conservation.rows[0]!.other).toBeCloseTo(-5, 4);
});

test("the report is of the input that was explained, whatever becomes of it", () => {
  const lrp = new LRP(model, epsilonPlusFlat());
  const reused = new Tensor(input.shape, input.data.slice());
  const [alone, listed, kept] = [lrp.analyze(reused), lrp.analyze([reused]), lrp.forward(reused)];
  const report = `${lrp.analyze(input).conservation}`;
  reused.data.fill(NaN);
  for (const explanation of [alone, listed, lrp.analyze(kept)]) expect(`${explanation.conservation}`).toBe(report);
});

describe("values that are not finite", () => {
  const dense = (weight: number): Dense => new Dense(tensor([[weight]]));
  const custom = (f: (value: number) => number): Layer => {
    const forward = (x: Tensor): Tensor => tensor([[f(x.data[0]!)]]);
    const pullback = (x: Tensor): Linearization => ({ output: forward(x), back: (s) => [s] });
    return { kind: "Grow", role: "other", outputShape: (shape: Shape) => shape, forward, pullback };
  };
  const explain = (network: Model, x: Tensor, rules: Rule | undefined = undefined): readonly string[] => {
    const { warnings, conservation } = new LRP(network, rules ?? []).analyze(x, { target: 0 });
    expect(warnings).toEqual(conservation.warnings);
    for (const warning of warnings) expect(conservation.toString()).toContain(`\nwarning: ${warning}`);
    return warnings;
  };

  test("are not spoken of where there are none", () => {
    expect(explain(model, input)).toEqual([]);
  });

  test("in the input are its own fault", () => {
    const warnings = explain(chain(dense(1)), tensor([[NaN]]));
    expect(warnings[0]).toBe('input "input" holds values that are not finite');
  });

  test("that overflow forward are traced to the node that made them", () => {
    const grows = custom((x) => x * 1e30);
    const network = chain({ first: grows, second: grows, third: dense(1) });
    expect(explain(network, tensor([[1]]))[0]).toBe(
      'values become infinite at node "second" (Grow) in the forward pass: is the input scaled as expected?',
    );
    const differs = chain({ first: custom(() => NaN), last: dense(1) });
    expect(explain(differs, tensor([[1]]))[0]).toMatch(/^values become NaN at node "first"/);
  });

  test("are refused where sums of products overflow, also where a rectifier would hide it", () => {
    const sentence = (node: string): string =>
      `analyze: takes values that single precision holds, got an input for which a sum of finite products is beyond ` +
      `3.4e38 at node "${node}" (Dense): is the input scaled as expected?`;
    const network = chain({ first: dense(1e30), second: dense(1e30), third: dense(1) });
    expect(() => new LRP(network).analyze(tensor([[1]]))).toThrow(sentence("second"));
    expect(() => new LRP(network).forward(tensor([[-1]]))).toThrow(sentence("second"));
    const low = new Dense(tensor([[-1e30], [1]]), { activation: relu });
    const hidden = chain({ low, out: new Dense(ones([1, 2])) });
    expect(() => new LRP(hidden).analyze(tensor([[1e9]]))).toThrow(sentence("low"));
    expect(new LRP(hidden).analyze(tensor([[1e8]])).relevance.data[0]).toBeCloseTo(1);
  });

  test("in parameters are no overflow", () => {
    const masks = new Dense(tensor([[1], [1]]), { bias: tensor([0, -Infinity]), activation: relu });
    const { relevance, warnings } = new LRP(chain(masks, new Dense(ones([1, 2])))).analyze(tensor([[2]]));
    expect([...relevance.data, warnings.length]).toEqual([1, 0]);
  });

  test("that relevance becomes are traced to the node and its rule", () => {
    const advice = "look for overflowing values or a vanishing denominator there";
    // 2 − 2 with nothing to keep it away from 0: 1 / 0, times 0.
    const split = new Dense(tensor([[1], [1]]));
    const cancels = chain({ split, cancel: new Dense(tensor([[1, -1]])), out: dense(1) });
    expect(new LRP(cancels, zero({ stabilizer: 0 })).analyze(tensor([[2]]), { target: 0 }).warnings).toEqual([
      `relevance becomes NaN at node "out" (rule zero): ${advice}`,
    ]);
    // 1 / 1e-40 is more than a float holds.
    const tiny = new LRP(chain({ low: dense(1), up: dense(1) }), named("up", epsilon(0)));
    expect(tiny.analyze(tensor([[1e-40]]), { target: 0 }).warnings).toEqual([
      `relevance becomes infinite at node "up" (rule epsilon): ${advice}`,
    ]);
  });

  test("may come from the target", () => {
    const { conservation, warnings } = new LRP(chain(dense(1))).analyze(ones([1, 1]), { target: tensor([[NaN]]) });
    expect(conservation.started).toBeNaN();
    expect(warnings).toEqual([]);
  });
});

test("a report can be made of rows of one's own", () => {
  const kept = { bias: 0, stabilizer: 0, dead: 0, ended: 0, other: -Infinity };
  const rows = [{ node: "a", rule: "own", in: 1, out: Infinity, ...kept }];
  const report = new ConservationReport(rows, 1, Infinity);
  expect(report.warnings[0]).toContain('relevance becomes infinite at node "a" (rule own)');
  expect(report.toString()).toMatch(/^a +own +1\.000 +Infinity +0 +0 +0 +0 +-Infinity$/m);
});

test("relevance of an activation passes whole, alone or fused", () => {
  for (const network of [
    chain(new Dense(randomTensor([3, 2])), relu), chain(new Dense(randomTensor([3, 2]), { activation: relu })),
    chain(new Dense(randomTensor([3, 2]), { activation: identity })),
  ]) {
    const passing = network.nodes.length > 1 ? [named("1", pass())] : [];
    const rules = composite(everywhere(zero({ stabilizer: 0.1 })), ...passing);
    const { relevance } = new LRP(network, rules).analyze(tensor([[1, 2]]), { target: tensor([[1, 1, 1]]) });
    const wanted = new LRP(chain(network.nodes[0]!.layer), norm({ stabilizer: 0.1 }));
    expect(relevance).toEqual(wanted.analyze(tensor([[1, 2]]), { target: tensor([[1, 1, 1]]) }).relevance);
  }
});

test("what is rounded away between nodes is in the totals, and said where it matters", () => {
  // x − x is 0: relevance of ±1e9 times the output's meets what goes past it.
  const cancelling = new Model({
    inputs: [{ name: "x", shape: [undefined, 2] }],
    nodes: [
      { name: "zero", layer: new Subtract(), inputs: ["x", "x"], index: [0] },
      { name: "sum", layer: new Add(), inputs: ["zero", "x"], index: [1] },
    ],
    outputs: ["sum"],
  });
  const books = (epsilon: number): ConservationReport =>
    new LRP(cancelling, byKind({ Add: flat(), Subtract: zero({ stabilizer: epsilon }) }), { skipChecks: true })
      .analyze(tensor([[0.3, 0.7]]), { target: tensor([[0.1, 0.2]]) }).conservation;
  const { started, arrived, totals: { bias, stabilizer, dead, other }, warnings } = books(1e-9);
  expect(arrived + bias + stabilizer + dead + other).toBeCloseTo(started, 12);
  expect(Math.abs(other)).toBeGreaterThan(0.01);
  expect(warnings).toEqual([expect.stringMatching(
    /^relevance of [-\d.e]+ was rounded away .* as at node "zero" \(rule zero\): take a larger stabilizer$/,
  )]);
  expect(books(0.5).warnings).toEqual([]);
});
