/** Attention over keys and values kept before: caches of no length change nothing, others are explained as inputs. */
import { Concat, Dense, MatMul, Model, Scale, Slice, Softmax, Transpose, type Layer } from "@relprop/layers";
import { attnLRP, LRP, prepare } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Draw } from "./draw.ts";

const width = 4;

/** Scores of the last token's attention, over a cache before its own keys and values or without one. */
function attention(seed: number, cached: boolean): Model {
  const draw = new Draw(seed);
  const weight = (): Dense => new Dense(draw.tensor([width, width]));
  const [q, k, v, out] = [weight(), weight(), weight(), weight()];
  const nodes: { name: string; layer: Layer; inputs: string[] }[] = [];
  const add = (name: string, layer: Layer, ...inputs: string[]): string => {
    nodes.push({ name, layer, inputs });
    return name;
  };
  const behind = (past: string, own: string): string => (cached ? add(`all-${past}`, new Concat(1), past, own) : own);
  const keys = behind("k", add("key", k, "x"));
  const values = behind("v", add("value", v, "x"));
  const scaled = add("scaled", new Scale(new Tensor([1], Float32Array.of(0.5))), add("query", q, "x"));
  const scores = add("scores", new MatMul(), scaled, add("turned", new Transpose([0, 2, 1]), keys));
  const context = add("context", new MatMul(), add("weights", new Softmax(), scores), values);
  const last = add("last", new Slice({ axis: 1, start: -1 }), add("out", out, context));
  const inputs = cached ? [{ name: "x" }, { name: "k" }, { name: "v" }] : [{ name: "x" }];
  return new Model({ inputs, nodes: nodes.map((node, i) => ({ ...node, index: [i] })), outputs: [last] });
}

test("a cache of no length changes nothing, and one of some tokens shares their relevance", () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), (seed, n, tokens) => {
    const draw = new Draw(seed + 1);
    const x = draw.tensor([n, tokens, width]);
    const none = new Tensor([n, 0, width], new Float32Array(0));
    const options = { target: { at: [0, 2] } };
    const alone = new LRP(prepare(attention(seed, false)), attnLRP()).analyze(x, options);
    const lrp = new LRP(prepare(attention(seed, true)), attnLRP());
    const empty = lrp.analyze([x, none, none], options);
    expect(empty.relevance.data).toEqual(alone.relevance.data);
    expect(empty.output.data).toEqual(alone.output.data);
    expect([...empty.inputs.values()].map(({ shape }) => shape)).toEqual([[n, tokens, width], none.shape, none.shape]);

    // Keys and values of what stood before, put into a cache: scores are those of the whole text.
    const before = draw.tensor([n, 2, width]);
    const whole = new Tensor([n, 2 + tokens, width], Float32Array.from({ length: n * (2 + tokens) * width }, (_, i) => {
      const [sample, at] = [Math.floor(i / ((2 + tokens) * width)), i % ((2 + tokens) * width)];
      return at < 2 * width ? before.data[sample * 2 * width + at]! : x.data[sample * tokens * width + at - 2 * width]!;
    }));
    const tape = new LRP(attention(seed, false), attnLRP(), { skipChecks: true }).forward(before);
    const [k, v] = [tape.value("key"), tape.value("value")];
    const kept = lrp.analyze([x, k, v], options);
    const expected = attention(seed, false).predict(whole);
    kept.output.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i]!, 5));
    const { started, arrived, totals } = kept.conservation;
    const scale = Math.abs(started) + Object.values(totals).reduce((sum, each) => sum + Math.abs(each), 0);
    const ended = Object.values(totals).reduce((sum, each) => sum + each, 0);
    expect(Math.abs(started - arrived - ended)).toBeLessThanOrEqual(1e-5 * scale);
    expect(kept.inputs.get("v")!.data.some((value) => value !== 0)).toBe(true);
  }), { numRuns: 30 });
});
