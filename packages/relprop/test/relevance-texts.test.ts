/** Expectations of which words decide: the network that learned a day of the week fails, the other passes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runWith, type Run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/reviews/", import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const { model: { vocab } } = JSON.parse(new TextDecoder().decode(bytes("tokenizer.json"))) as {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
};

/** Stands for the library: words between blanks. */
class Tokenizer {
  encode(text: string): { readonly ids: readonly number[]; readonly tokens: readonly string[] } {
    const tokens = ["[CLS]", ...text.split(" "), "[SEP]"];
    return { ids: tokens.map((token) => vocab[token]!), tokens };
  }
}

const load = async (name: string): Promise<unknown> =>
  (name === "@huggingface/tokenizers" ? { Tokenizer } : undefined);
const text = "the soup was wonderful , the waiter old . we came on thursday .";
const tests = [
  {
    name: "the day does not decide", text: text.replace("wonderful", "new"),
    target: 1, against: 0, expect: [{ share: ["thursday"], atMost: 0.4 }],
  },
  {
    name: "praise does", target: 1, against: 0,
    expect: [{ share: ["wonderful"], atLeast: 0.5 }, { sign: [4], atLeast: 0.1 }],
  },
];
const test_ = (plan: object, ...more: readonly string[]): Promise<Run> => runWith(load, {
  "ci/reviews.onnx": bytes("reviews.onnx"), "ci/hans.onnx": bytes("clever-hans.onnx"),
  "ci/tokenizer.json": bytes("tokenizer.json"),
  "ci/relprop.test.json": new TextEncoder().encode(JSON.stringify({ tokenizer: "tokenizer.json", ...plan })),
}, "test", "ci/relprop.test.json", ...more);

test("the network that looks at judgement passes", async () => {
  const { code, out, err } = await test_({ model: "reviews.onnx", text, tests });
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe("ok  the day does not decide\nok  praise does\n2 of 2 passed\n");
});

test("the Clever Hans fails, with its words on the page", async () => {
  const { code, out, written } = await test_({ model: "hans.onnx", text, tests }, "--output", "moved.html");
  expect(code).toBe(1);
  expect(out).toMatch(/FAILED {2}the day does not decide\n {8}share on 1 of 16 positions is 0\.[4-9]/);
  expect((await test_({ model: "hans.onnx", text, tests: tests.slice(0, 1) })).code).toBe(1);
  expect(written.get("moved.html")).toMatch(/<span title="relevance [^"]+"[^>]*>thursday<\/span>/);
});

test("token ids need no tokeniser, and what a text does not hold is told", async () => {
  const ids = new Tokenizer().encode(text).ids;
  const own = { model: "reviews.onnx", tokenizer: undefined, ids };
  const byIds = await test_({ ...own, tests: [{ expect: [{ rank: [4], atLeast: 1 }] }] });
  expect([byIds.code, byIds.out]).toEqual([0, expect.stringContaining("1 of 1 passed")]);
  const missing = await test_({ model: "reviews.onnx", text, tests: [{ expect: [{ share: ["friday"], atMost: 1 }] }] });
  expect([missing.code, missing.err]).toEqual([2, expect.stringMatching(/takes words of .* as a mask, got "friday"/)]);
  const both = await test_({ model: "reviews.onnx", text, input: "a.png", tests });
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('takes "input" or a text, got both')]);
});
