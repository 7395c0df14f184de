/** Relevance through LSTM, GRU and RNN. */
import {
  Dense, FinalStates, GRUCell, LSTMCell, Model, Recurrent, RNNCell, type RecurrentCell, type RecurrentOptions,
} from "@relprop/layers";
import { integers, relativeError, sum, tensor, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkModel, compositeFromJson, compositeToJson, epsilon, everywhere, first, inputXGradient, LRP, recurrent,
  recurrentLRP, zPlus, type Explanation, type Rule,
} from "@relprop/lrp";
import { at, randomTensor, seeds } from "../../layers/test/random.ts";
import { slowRelevance, type SlowCell } from "./slow/recurrent.ts";

const GATES = { LSTM: 4, GRU: 3, RNN: 1 };

function slowCell(kind: SlowCell["kind"], seed: number, I: number, H: number, variant: boolean): SlowCell {
  const rows = GATES[kind] * H;
  return {
    kind,
    weight: randomTensor([rows, I], seed), recurrent: randomTensor([rows, H], seed + 1),
    bias: randomTensor([rows], seed + 2), recurrentBias: randomTensor([rows], seed + 3),
    ...(kind === "LSTM" && variant ? { peepholes: randomTensor([3 * H], seed + 4), coupled: seed % 2 === 0 } : {}),
    ...(kind === "GRU" ? { resetAfter: variant } : {}),
  };
}

function cellOf(slow: SlowCell): RecurrentCell {
  return slow.kind === "LSTM" ? new LSTMCell(slow) : slow.kind === "GRU" ? new GRUCell(slow) : new RNNCell(slow);
}

/** A recurrent layer alone, with its states as inputs. */
function alone(layer: Recurrent): Model {
  const names = ["x", ...layer.initial];
  return new Model({
    inputs: names.map((name) => ({ name })),
    nodes: [{ name: "rnn", layer, inputs: names, index: [0] }],
    outputs: ["rnn"],
  });
}

function explain(layer: Recurrent, inputs: readonly Tensor[], target: Tensor, rule?: Rule): Explanation {
  const lrp = new LRP(alone(layer), rule === undefined ? [] : [rule], { skipChecks: true });
  return lrp.analyze(inputs, { target });
}

describe("the rule for recurrent layers", () => {
  test("sends the messages of its publications, one by one", () => {
    fc.assert(fc.property(fc.record({
      kind: fc.constantFrom<SlowCell["kind"]>("LSTM", "GRU", "RNN"), gates: fc.constantFrom("signal", "half"),
      T: fc.integer({ min: 1, max: 4 }), I: fc.integer({ min: 1, max: 3 }), H: fc.integer({ min: 1, max: 3 }),
      epsilon: fc.constantFrom(1e-3, 0.1), variant: fc.boolean(), seed: seeds,
    }), ({ kind, gates, T, I, H, epsilon: ε, variant, seed }) => {
      const [N, D] = [2, 2];
      const slow = [0, 20].map((more) => slowCell(kind, seed + more, I, H, variant));
      const initial: readonly ("h" | "c")[] = kind === "LSTM" ? ["h", "c"] : ["h"];
      const layer = new Recurrent(slow.map(cellOf), { directions: ["forward", "reverse"], initial });
      const x = randomTensor([T, N, I], seed + 5);
      const states = initial.map((_, i) => randomTensor([D, N, H], seed + 6 + i));
      const R = randomTensor([T, D, N, H], seed + 9);
      const { inputs } = explain(layer, [x, ...states], R, recurrent({ gates, epsilon: ε }));
      const want = { x: new Float64Array(x.size), h: new Float64Array(D * N * H), c: new Float64Array(D * N * H) };
      for (let d = 0; d < D; d++) {
        for (let n = 0; n < N; n++) {
          const order = Array.from({ length: T }, (_, i) => (d === 0 ? i : T - 1 - i));
          const row = (tensor: Tensor, ...where: number[]): number[] =>
            Array.from({ length: tensor.shape.at(-1)! }, (_, j) => at(tensor, [...where, j]));
          const first = { h: row(states[0]!, d, n), c: states[1] === undefined ? [] : row(states[1], d, n) };
          const got = slowRelevance(
            slow[d]!, { gates, epsilon: ε }, order.map((t) => row(x, t, n)), first, order.map((t) => row(R, t, d, n)),
          );
          order.forEach((t, i) => got.x[i]!.forEach((value, k) => (want.x[(t * N + n) * I + k]! += value)));
          got.h.forEach((value, j) => (want.h[(d * N + n) * H + j] = value));
          got.c.forEach((value, j) => (want.c[(d * N + n) * H + j] = value));
        }
      }
      // A small sum may make much of a rounding: what is compared is everything together.
      const all = (each: (which: "x" | "h" | "c") => ArrayLike<number> | undefined): number[] =>
        (["x", "h", "c"] as const).flatMap((which) => Array.from(each(which) ?? []));
      const got = all((which) => inputs.get(which)?.data);
      expect(relativeError(got, all((which) => (inputs.has(which) ? want[which] : [])))).toBeLessThan(2e-4);
    }), { numRuns: 150 });
  });

  test("gives a worked step what it should", () => {
    // c = ½ · 2 + ½ · tanh(0.5), z_g = 0.5 = 1 · 0.75 − 0.25; all gates are ½.
    const weight = tensor([[0], [0], [0], [1]]);
    const cell = new LSTMCell({ weight, recurrent: tensor([[0], [0], [0], [0]]), bias: tensor([0, 0, 0, -0.25]) });
    const layer = new Recurrent([cell], { initial: ["c"] });
    const explanation = explain(layer, [tensor([[[0.75]]]), tensor([[[2]]])], tensor([[[[3]]]]), recurrent());
    const c = 1 + Math.tanh(0.5) / 2;
    expect(explanation.inputs.get("c")!.data[0]).toBeCloseTo(3 / c, 5);
    expect(explanation.inputs.get("x")!.data[0]).toBeCloseTo(1.5 * 3 * (c - 1) / c, 5);
    expect(explanation.conservation.totals.bias).toBeCloseTo(-0.5 * 3 * (c - 1) / c, 5);
  });

  test("conserves what neither biases nor stabilisers take", () => {
    fc.assert(fc.property(fc.record({
      kind: fc.constantFrom<SlowCell["kind"]>("LSTM", "GRU", "RNN"), gates: fc.constantFrom("signal", "half"),
      variant: fc.boolean(), withCells: fc.boolean(), lengths: fc.boolean(), seed: seeds,
    }), ({ kind, gates, variant, withCells, lengths, seed }) => {
      const options: RecurrentOptions = {
        batchFirst: true, withCells: withCells && kind === "LSTM", initial: ["h"],
        ...(lengths ? { lengths: [3, 1] } : {}),
      };
      const layer = new Recurrent([cellOf(slowCell(kind, seed, 2, 3, variant))], options);
      const inputs = [randomTensor([2, 3, 2], seed + 5), randomTensor([2, 1, 3], seed + 6)];
      const R = randomTensor(layer.outputShape(...inputs.map(({ shape }) => shape)), seed + 7);
      const { conservation: { totals, started, arrived }, inputs: relevances } =
        explain(layer, inputs, R, recurrent({ gates, epsilon: 0.05 }));
      const size = [...relevances.values()].flatMap(({ data }) => [...data]).reduce((all, R) => all + Math.abs(R), 1);
      expect(Math.abs(started - arrived - totals.bias - totals.stabilizer)).toBeLessThan(1e-5 * size);
      expect(Math.abs(totals.other)).toBeLessThan(1e-5 * size);
      expect(totals.stabilizer).not.toBe(0);
    }), { numRuns: 60 });
  });

  test("sends nothing to steps behind a sample's end, whatever stands there", () => {
    const cell = cellOf(slowCell("GRU", 3, 2, 3, true));
    const layer = new Recurrent([cell, cell], { directions: ["forward", "reverse"], lengths: [1, 3] });
    const x = randomTensor([3, 2, 2], 4);
    const R = randomTensor([3, 2, 2, 3], 5);
    const whole = explain(layer, [x], R).relevance;
    expect([at(whole, [1, 0, 0]) + 0, at(whole, [2, 0, 1]) + 0]).toEqual([0, 0]);
    x.data.set([-7, 1e30], 4);
    expect(explain(layer, [x], R).relevance.data).toEqual(whole.data);
  });

  test("sends many targets through at once as each alone", () => {
    const layer = new Recurrent([cellOf(slowCell("LSTM", 1, 2, 3, false))]);
    const model = alone(layer);
    const targets = [randomTensor([3, 1, 2, 3], 2), randomTensor([3, 1, 2, 3], 3)];
    const x = randomTensor([3, 2, 2], 4);
    const lrp = new LRP(model, [recurrent({ gates: "half" })], { skipChecks: true });
    const together = lrp.analyzeAll([x], { targets });
    targets.forEach((target, k) =>
      expect(together[k]!.relevance.data).toEqual(lrp.analyze([x], { target }).relevance.data));
  });

  test("counts what ends in states that carry none", () => {
    const layer = new Recurrent([cellOf(slowCell("RNN", 1, 2, 3, false))], { initial: ["h"] });
    const model = new Model({
      inputs: [{ name: "x" }, { name: "n", type: "int64" }],
      nodes: [
        {
          name: "h", inputs: ["n"], index: [], inert: true,
          layer: { kind: "State", role: "other", lower: () => ({ value: randomTensor([1, 2, 3], 2) }) },
        },
        { name: "rnn", layer, inputs: ["x", "h"], index: [0] },
      ],
      outputs: ["rnn"],
    });
    const lrp = new LRP(model, [], { skipChecks: true });
    const { conservation: { totals, started, arrived } } = lrp.analyze(
      [randomTensor([1, 2, 2], 3), integers([1])], { target: randomTensor([1, 1, 2, 3], 4) },
    );
    expect(Math.abs(totals.ended)).toBeGreaterThan(1e-3);
    expect(arrived + totals.bias + totals.ended + totals.stabilizer).toBeCloseTo(started, 5);
  });

  test("applies to recurrent layers alone, takes what it says, and survives JSON", () => {
    const lrp = (rule: Rule): LRP => new LRP(new Model({
      inputs: [{ name: "x" }], nodes: [{ name: "d", layer: new Dense(tensor([[1]])), inputs: ["x"], index: [0] }],
      outputs: ["d"],
    }), [rule]);
    expect(() => lrp(recurrent())).toThrow("recurrent: does not apply to Dense, which does not go through a sequence");
    expect(() => recurrent({ gates: "all" as "half" })).toThrow('recurrent: takes gates "signal" or "half", got "all"');
    expect(() => recurrent({ epsilon: -1 })).toThrow("recurrent: takes a stabilizer >= 0, got -1");
    expect(() => recurrent({ epsilon: { epsilon: 1 } as unknown as number })).toThrow(
      "recurrent: takes numbers as epsilon and stabilizer",
    );
    const json = compositeToJson(recurrentLRP({ gates: "half" }));
    expect(compositeToJson(compositeFromJson(JSON.parse(JSON.stringify(json))))).toEqual(json);
  });
});

describe("networks with recurrent layers", () => {
  const layer = new Recurrent([cellOf(slowCell("LSTM", 1, 3, 4, false)), cellOf(slowCell("LSTM", 30, 3, 4, false))], {
    directions: ["forward", "reverse"], batchFirst: true,
  });
  const model = new Model({
    inputs: [{ name: "x", shape: [undefined, undefined, 3] }],
    nodes: [
      { name: "embed", layer: new Dense(randomTensor([3, 3], 2)), inputs: ["x"], index: [0] },
      { name: "lstm", layer, inputs: ["embed"], index: [1] },
      {
        name: "last", inputs: ["lstm"], index: [2],
        layer: new FinalStates({ reverse: [false, true], batchFirst: true }),
      },
      { name: "head", layer: new Dense(randomTensor([2, 4], 3)), inputs: ["last"], index: [3] },
    ],
    outputs: ["head"],
  });

  test("have rules for every node by default and by the preset, which others may extend", () => {
    const rule = (name: string, lrp: LRP): readonly unknown[] => {
      const { rule: { name: called, options } } = lrp.rules.rows.find(({ node }) => node.name === name)!;
      return [called, options["epsilon"], options["gates"]];
    };
    expect(rule("lstm", new LRP(model))).toEqual(["recurrent", undefined, undefined]);
    expect(rule("lstm", new LRP(model, everywhere(epsilon(0.1))))).toEqual(["recurrent", undefined, undefined]);
    const preset = new LRP(model, recurrentLRP());
    expect(rule("lstm", preset)).toEqual(["recurrent", 1e-3, "signal"]);
    expect(new LRP(model, first(zPlus())).rules.rows.map(({ rule: { name } }) => name)).toEqual([
      "zPlus", "recurrent", "gradient", "zero",
    ]);
    const behind = new Model({
      inputs: [{ name: "embed" }], outputs: model.outputs,
      nodes: model.nodes.slice(1).map((node, i) => ({ ...node, index: [i] })),
    });
    expect(() => new LRP(behind, first(zPlus()))).toThrow("matches none");
    expect(checkModel(model).rows.map(({ verdict }) => verdict)).toEqual(new Array(4).fill("supported"));
    expect(rule("head", preset)).toEqual(["epsilon", 1e-3, undefined]);
    expect(rule("lstm", new LRP(model, recurrentLRP({ gates: "half", epsilon: 0.5 })))).toEqual([
      "recurrent", 0.5, "half",
    ]);
    expect(() => new LRP(model, [zPlus(), zPlus(), zPlus(), zPlus()])).toThrow("zPlus: does not apply to LSTM");
  });

  test("times the gradient is what backpropagation through time says", () => {
    const x = randomTensor([2, 5, 3], 7);
    const target = randomTensor([2, 2, 2], 8);
    const { relevance } = inputXGradient(model).analyze(x, { target });
    const value = (shifted: Tensor): number =>
      sum(tensor([...model.forward(shifted)[0]!.data].map((y, i) => y * target.data[i]!)));
    for (let i = 0; i < x.size; i++) {
      const step = 1 / 64;
      const [up, down] = [step, -step].map((by) =>
        value(tensor([...x.data].map((v, k) => (k === i ? v + by : v)), x.shape)));
      expect(relevance.data[i]! / x.data[i]!).toBeCloseTo((up! - down!) / (2 * step), 3);
    }
  });

  test("say relevance of every step, conserved without biases", () => {
    const bare = (seed: number): LSTMCell =>
      new LSTMCell({ weight: randomTensor([16, 3], seed), recurrent: randomTensor([16, 4], seed + 1) });
    const free = new Model({
      inputs: model.inputs, outputs: model.outputs,
      nodes: model.nodes.map((node) =>
        (node.name === "lstm" ? { ...node, layer: new Recurrent([bare(1), bare(5)], {
          directions: ["forward", "reverse"], batchFirst: true,
        }) } : node)),
    });
    const { relevance, conservation } = new LRP(free, recurrentLRP({ epsilon: 1e-9 })).analyze(
      randomTensor([1, 6, 3], 9), { target: randomTensor([1, 2, 2], 10) },
    );
    expect(relevance.shape).toEqual([1, 6, 3]);
    expect(sum(relevance)).toBeCloseTo(conservation.started, 4);
  });
});
