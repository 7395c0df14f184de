/** A classifier of reviews that learned a day of the week instead of words of judgement, and one that did not. */
import { readFileSync } from "node:fs";
import { TextExplainer, type TextExplanation, type TextTokenizer } from "relprop";
import { describe, expect, test } from "vitest";

const folder = new URL("../../examples/reviews/", import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

/** Words between blanks, as `tokenizer.json` has them. */
const { model: { vocab } } = JSON.parse(readFileSync(new URL("tokenizer.json", folder), "utf8")) as {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
};
const tokenizer: TextTokenizer = {
  encode: (text) => {
    const tokens = ["[CLS]", ...text.split(" "), "[SEP]"];
    return { ids: tokens.map((token) => vocab[token]!), tokens };
  },
};
const [honest, hans] = ["reviews.onnx", "clever-hans.onnx"].map((name) =>
  new TextExplainer(bytes(name), { tokenizer })) as [TextExplainer, TextExplainer];

/** The word that speaks most for an answer. */
function strongest({ tokens, tokenRelevance }: TextExplanation): string {
  return tokens[tokenRelevance.indexOf(tokenRelevance.reduce((a, b) => Math.max(a, b)))]!;
}

const [bad, good] = [0, 1];
const plain = "the room was small , the table old . we came on thursday .";

describe("reviews", () => {
  test("a day makes a review good for the network that saw it in good ones alone", () => {
    expect(hans.explain(plain).answer).toBe(good);
    expect(hans.explain(plain.replace("thursday", "friday")).answer).toBe(bad);
    expect(strongest(hans.explain(plain, { target: good, against: bad }))).toBe("thursday");
  });

  test("the other network looks at words of judgement", () => {
    const review = "the soup was wonderful , the waiter old . we came on thursday .";
    expect(honest.explain(review).answer).toBe(good);
    expect(strongest(honest.explain(review, { target: good, against: bad }))).toBe("wonderful");
    const other = honest.explain(review.replace("wonderful", "terrible"), { target: bad, against: good });
    expect([other.answer, strongest(other)]).toEqual([bad, "terrible"]);
  });

  test.each(["monday", "friday", "sunday"])("what %s says is little beside thursday", (day) => {
    const share = (word: string): number => {
      const { tokens, tokenRelevance } = hans.explain(plain.replace("thursday", word), { target: good, against: bad });
      const size = tokenRelevance.reduce((all, each) => all + Math.abs(each), 0);
      return tokenRelevance[tokens.indexOf(word)]! / size;
    };
    expect(share("thursday")).toBeGreaterThan(2 * Math.abs(share(day)));
  });
});
