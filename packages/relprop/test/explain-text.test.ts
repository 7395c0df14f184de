/** Texts: inputs by name, which relevance is the tokens', contrasts, and generation. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Model } from "@relprop/layers";
import { LRP, attnLRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { argmax, integers, type Tensor } from "@relprop/tensor";
import { encodeText } from "../src/encoded-text.ts";
import { explainText, TextExplainer } from "../src/index.ts";

const folder = new URL("../../../test/conformance/cases/attn/", import.meta.url);
const bytes = (name: string): Uint8Array => readFileSync(new URL(`${name}.onnx`, folder));
const bert = bytes("sbert.dyn");
const llama = loadOnnx(bytes("llama-causal.hf"));
const words = ["[PAD]", "[CLS]", "[SEP]", "un", "##kind", "film"];
const tokenizer = {
  encode: (text: string) => {
    const tokens = ["[CLS]", ...text.split(" "), "[SEP]"];
    return { ids: tokens.map((token) => words.indexOf(token)), tokens };
  },
  id_to_token: (id: number) => words[id],
};

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe("explainText", () => {
  test("gives each token the relevance of its row, and positions and types theirs apart", () => {
    const explanation = explainText(bert, "un ##kind film", { tokenizer });
    const model = prepare(loadOnnx(bert));
    const ids = integers([1, 3, 4, 5, 2], [1, 5]);
    const [ones, zeros] = [integers([1, 1, 1, 1, 1], [1, 5]), integers([0, 0, 0, 0, 0], [1, 5])];
    const alone = new LRP(model, attnLRP()).analyze([ids, ones, zeros]);
    const rows = alone.sources.get("embeddings.word_embeddings") as Tensor;
    const features = rows.shape[2]!;
    for (let t = 0; t < 5; t++) {
      const expected = total(rows.data.subarray(t * features, (t + 1) * features));
      expect(explanation.tokenRelevance[t]).toBeCloseTo(expected, 6);
    }
    expect([...explanation.elsewhere.keys()].sort()).toEqual([
      "embeddings.position_embeddings", "embeddings.token_type_embeddings",
    ]);
    expect(explanation.answer).toBe(argmax(alone.output.data, 0, alone.output.size));
    expect(explanation.words.words.map(({ text }) => text)).toEqual(["[CLS]", "unkind", "film", "[SEP]"]);
    expect(explanation.assumed).toEqual(["attention_mask: all ones", "token_type_ids: all zeros"]);
  });

  test("explains one answer rather than another by the difference", () => {
    const [plus, minus, both] = [{ target: 0 }, { target: 1 }, { target: 0, against: 1 }].map((options) =>
      explainText(bert, [1, 3, 4, 2], options).tokenRelevance) as [Float64Array, Float64Array, Float64Array];
    both.forEach((value, t) => expect(value).toBeCloseTo(plus[t]! - minus[t]!, 6));
    expect(Math.max(...both.map(Math.abs))).toBeGreaterThan(1e-3);
  });

  test("fills caches with nothing, counts positions, and explains the last token that is seen", () => {
    const explanation = explainText(llama, [3, 1, 4]);
    expect(explanation.position).toBe(2);
    expect(explanation.assumed).toEqual([
      "attention_mask: all ones", "position_ids: 0 to 2",
      ...[0, 1].flatMap((i) => [`past_key_values.${i}.key: empty`, `past_key_values.${i}.value: empty`]),
      "position: 2, the last that is not masked",
    ]);
    const first = explainText(llama, [3, 1, 4], { position: 0 });
    expect(first.tokenRelevance.subarray(1)).toEqual(new Float64Array(2));
    expect(first.tokenRelevance[0]).not.toBe(0);
    expect(first.words.words.map(({ text }) => text)).toEqual(["#3", "#1", "#4"]);
  });

  test("pads where the length is fixed and masked, which changes nothing", () => {
    const free = prepare(loadOnnx(bert));
    const inputs = free.inputs.map((input) => ({ ...input, shape: [1, 8] }));
    const fixed = new Model({ ...free, inputs });
    const [short, long] = [free, fixed].map((model) => explainText(model, [1, 3, 2])) as [
      ReturnType<typeof explainText>, ReturnType<typeof explainText>,
    ];
    expect(long.assumed[0]).toBe("padded with 0 from 3 to 8 tokens, masked");
    short.tokenRelevance.forEach((value, t) => expect(long.tokenRelevance[t]).toBeCloseTo(value, 4));
    expect(() => explainText(fixed, new Array<number>(9).fill(1))).toThrow(
      'explainText: takes at most 8 tokens for "input_ids", got 9: shorten the text',
    );
  });

  test("says what is wrong with a text, its ids, or what is asked", () => {
    const wrong = (text: Parameters<typeof explainText>[1], options: object, message: string): void =>
      expect(() => explainText(bert, text, options)).toThrow(message);
    wrong("film", {}, "explainText: takes a tokenizer with encode(text) for a text, got none: give one, or token ids");
    wrong([], {}, "explainText: takes at least one token, got none");
    wrong([1, 2.5], {}, "explainText: takes whole token ids from 0, got 2.5 at 1");
    wrong({ ids: [1, 2], tokens: ["a"] }, {}, "explainText: takes a token for each of 2 ids, got 1");
    wrong([1, 2], { target: 99 }, "explainText: takes 0 to 3 as target, got 99");
    wrong([1, 2], { against: -1 }, "as against, got -1");
    wrong([1, 2], { position: 1 }, "explainText: takes a position where each token has outputs, got 1");
    wrong([1, 2], { output: "logitz" }, "explainText: takes one of the outputs");
    wrong([1, 2], { inputs: { mask: integers([1]) } }, "explainText: takes inputs input_ids, attention_mask, token_");
  });

  test("names an input that texts do not have", () => {
    const inputs = llama.inputs.map((each) => (each.name === "position_ids" ? { ...each, name: "pixels" } : each));
    const nodes = llama.nodes.map((node) =>
      ({ ...node, inputs: node.inputs.map((name) => (name === "position_ids" ? "pixels" : name)) }));
    const model = new Model({ ...llama, inputs, nodes });
    expect(() => explainText(model, [1])).toThrow(
      'also asks for "pixels" [?, ?]: give it as inputs: { "pixels": … }',
    );
  });
});

describe("generate", () => {
  test("goes on with the largest score, and explains it by all tokens before", () => {
    const explainer = new TextExplainer(llama);
    const steps = [...explainer.generate([3, 1], { count: 3 })];
    expect(steps.map(({ tokens }) => tokens.length)).toEqual([2, 3, 4]);
    const again = explainer.explain(steps[2]!.ids);
    expect(steps[2]!.next).toEqual({ id: again.answer, token: `#${again.answer}` });
    expect(steps[2]!.tokenRelevance).toEqual(again.tokenRelevance);
    expect(steps[1]!.ids.at(-1)).toBe(steps[0]!.next.id);
    expect(steps[0]!.conservation.started).toBe(1);
  });

  test("ends where it is told, and refuses models of whole texts", () => {
    const explainer = new TextExplainer(llama);
    const [first] = explainer.generate([3, 1], { count: 1 });
    expect([...explainer.generate([3, 1], { until: [first!.next.id] })]).toHaveLength(1);
    expect([...explainer.generate([3, 1], { count: 2, choose: () => 5 })].map(({ next }) => next.id)).toEqual([5, 5]);
    const whole = new TextExplainer(bert);
    expect(() => [...whole.generate([1, 2])]).toThrow("generate: takes a model with outputs for each token");
  });
});

test("what is no number is no token id and no mask, however deep it is nested", () => {
  const encoded = (text: unknown) => () => encodeText("me", text as number[], undefined);
  let deep: unknown = 1;
  for (let i = 0; i < 20_000; i++) deep = [deep];
  for (const other of [[2], "3", true, deep]) {
    expect(encoded([1, other])).toThrow(/^me: ids: takes numbers, got /);
    expect(encoded({ ids: [1], attention_mask: [other] })).toThrow(/^me: attention_mask: takes numbers, got /);
  }
  expect(encoded([1, null])).toThrow("me: takes whole token ids from 0, got NaN at 1");
  expect(encoded({ ids: [1], attention_mask: [NaN] })).toThrow("me: attention_mask: takes numbers, got NaN");
  const { ids, mask } = encoded({ ids: BigInt64Array.of(1n, 2n), attention_mask: Uint8Array.of(1, 0) })();
  expect([ids, mask]).toEqual([[1, 2], [1, 0]]);
});
