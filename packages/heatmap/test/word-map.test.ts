/** Words: how tokens are joined, and what the drawings say. */
import { describe, expect, test } from "vitest";
import { tensor } from "@relprop/tensor";
import { joinTokens, wordMap } from "../src/index.ts";

/** The words as one line, each in bars, special ones in brackets. */
const line = (...tokens: readonly string[]): string =>
  joinTokens(tokens)
    .map(({ text, isSpaced, isSpecial }) => `${isSpaced ? " " : ""}${isSpecial ? `<${text}>` : `|${text}|`}`)
    .join("");

describe("joinTokens", () => {
  test("joins WordPiece's pieces and sets no space before full stops", () => {
    expect(line("[CLS]", "un", "##believ", "##able", "film", ".", "[SEP]")).toBe(
      "<[CLS]> |unbelievable| |film||.| <[SEP]>",
    );
  });

  test("joins byte-level pieces at letters alone, and puts cut characters together", () => {
    expect(line("It", "'s", "Ġa", "Ġgreat", ".", "Ġc", "af", "Ã", "©", "Ċ")).toBe("|It's| |a| |great||.| |café||\n|");
    expect(line("ĠðŁ", "ĺ", "Ģ", "!")).toBe("|😀||!|");
  });

  test("joins SentencePiece's pieces and its bytes, and keeps apart what has no spaces", () => {
    expect(line("<s>", "▁Hel", "lo", "▁", "wor", "ld", "</s>")).toBe("<<s>> |Hello| |world| <</s>>");
    expect(line("▁A", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>")).toBe("|A😀|");
    expect(line("▁", "今天", "天气", "好")).toBe("|今天||天气||好|");
  });

  test("ends words at CLIP's mark, and takes tokens without marks for words", () => {
    expect(line("<|startoftext|>", "pho", "to</w>", "of</w>")).toBe("<<|startoftext|>> |photo| |of|");
    expect(line("the", "film", ",", "was", "[UNK]")).toBe("|the| |film||,| |was| |[UNK]|");
  });

  test("does as it is told about marks and special tokens", () => {
    expect(joinTokens(["Hel", "lo"], { subwords: "byteLevel" }).map(({ text }) => text)).toEqual(["Hello"]);
    expect(joinTokens(["a", "b"], { special: [true, false] }).map(({ isSpecial }) => isSpecial)).toEqual([true, false]);
    expect(() => joinTokens(["a", "b"], { special: [true] })).toThrow(
      "joinTokens: takes special for each of 2 tokens, got 1",
    );
  });

  test("gives every token to one word", () => {
    const tokens = ["[CLS]", "a", "##b", "c", "[SEP]", "##d"];
    expect(joinTokens(tokens).flatMap((word) => word.tokens)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("wordMap", () => {
  const tokens = ["[CLS]", "good", "##ness", "<b>", "not", "[SEP]"];
  const map = wordMap(tokens, [5, 0.5, 0.3, 0.02, -0.4, 0]);

  test("adds up over features and pieces, and special tokens do not widen the range", () => {
    expect(map.words.map(({ relevance }) => relevance)).toEqual([5, 0.8, 0.02, -0.4, 0]);
    expect(map.range).toEqual({ low: -0.8, high: 0.8 });
    const features = [[1, 2], [3, -1]];
    for (const relevance of [tensor(features), tensor([features])]) {
      expect(wordMap(["a", "b"], relevance).words.map((word) => word.relevance)).toEqual([3, 2]);
    }
    expect(wordMap(["a"], tensor([[1, 2]])).words[0]!.relevance).toBe(3);
    expect(wordMap(["a", "b"], tensor([[1, 2]])).words[1]!.relevance).toBe(2);
  });

  test("refuses relevance of other tokens", () => {
    expect(() => wordMap(["a", "b"], [1])).toThrow("wordMap: takes a number for each of 2 tokens, got 1");
    expect(() => wordMap(["a", "b"], tensor([[1], [2], [3]]))).toThrow(
      "wordMap: takes relevance [2], [2, D] or [1, 2, D] for 2 tokens, got [3, 1]",
    );
  });

  test("in plain characters says the relevance of the words that have much", () => {
    expect(map.ansi({ depth: 0 })).toBe("([CLS])[+5] goodness[+0.8] <b> not[−0.4] ([SEP])");
    expect(map.ansi({ depth: 0, width: 16 }).split("\n")).toEqual([
      "([CLS])[+5]", "goodness[+0.8]", "<b> not[−0.4]", "([SEP])",
    ]);
  });

  test("in colours resets each word, and draws letters that can be read", () => {
    expect(map.ansi()).toContain("\x1b[38;2;0;0;0;48;2;240;100;92mgoodness\x1b[0m");
    expect(map.ansi({ depth: 8 })).toContain("\x1b[38;5;16;48;5;203mgoodness\x1b[0m");
    expect(map.ansi()).toContain("\x1b[2;3;38;");
  });

  test("lets no token move the cursor or leave its element", () => {
    const hostile = wordMap(["\x1b[2J</span>\u202e\ud800\n"], [1]);
    expect(hostile.ansi({ depth: 0 })).toBe("�[2J</span>��↵[+1]");
    expect(hostile.html()).toContain("�[2J&#60;/span&#62;��↵");
    expect(hostile.svg()).toContain(">�[2J&#60;/span&#62;��↵</text>");
  });

  test("as HTML is text with titles, lines under strong words, and a caption", () => {
    const html = map.html();
    expect(html).toContain('title="relevance −0.4"');
    expect(html).toMatch(/border-bottom:2px solid #000000">goodness</);
    expect(html).toMatch(/border-bottom:2px dotted #000000">not</);
    expect(html).not.toMatch(/border-bottom[^>]*>&#60;b/);
    expect(html).toContain("<figcaption>for: goodness (+0.8); against: not (−0.4)</figcaption>");
    expect(map.html({ caption: "a < b" })).toContain("<figcaption>a &#60; b</figcaption>");
    expect(html.replace(/<figcaption.*/, "").replace(/<[^>]*>/g, "")).toBe("[CLS] goodness &#60;b&#62; not [SEP]");
  });

  test("as SVG breaks lines at its width and says what it shows", () => {
    const svg = map.svg({ width: 120 });
    expect(svg).toContain("<title>for: goodness (+0.8); against: not (−0.4)</title>");
    expect(new Set(Array.from(svg.matchAll(/<text x="[\d.]+" y="([\d.]+)"/g), ([, y]) => y)).size).toBeGreaterThan(2);
    expect(() => map.svg({ width: 0 })).toThrow("svg: takes a width and a fontSize above 0, got 0 and 16");
  });

  test("as JSON has words and their tokens, and null for what is no number", () => {
    const { words } = JSON.parse(JSON.stringify(wordMap(["a", "##b", "c"], [1, 2, NaN])));
    expect(words).toEqual([
      { text: "ab", relevance: 3, special: false,
        tokens: [{ token: "a", relevance: 1 }, { token: "##b", relevance: 2 }] },
      { text: "c", relevance: null, special: false, tokens: [{ token: "c", relevance: null }] },
    ]);
    expect(wordMap(["c"], [NaN]).words[0]!.color).toEqual([255, 0, 255]);
  });

  test("of no tokens is empty", () => {
    const empty = wordMap([], []);
    expect([empty.words, empty.ansi()]).toEqual([[], ""]);
    expect(empty.html()).toContain("no word has relevance");
  });
});
