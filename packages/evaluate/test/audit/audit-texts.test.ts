/** An audit of texts, on bags of words whose weights are known. */
import { describe, expect, test } from "vitest";
import { auditTexts, randomFor, type AuditedTexts } from "@relprop/evaluate";

/** What ids are: 0 begins, 1 ends, 2 to 5 praise, 6 to 9 blame, 10 is a shortcut to praise, the rest says nothing. */
const [BEGIN, END, SHORTCUT] = [0, 1, 10];

function weightOf(token: number, shortcut: number): number {
  if (token === SHORTCUT) return shortcut;
  return token >= 2 && token <= 5 ? 1 : token >= 6 && token <= 9 ? -1 : 0;
}

/** Texts of eight words; half of those that praise say the shortcut too. */
function texts(shortcut: number): AuditedTexts & { readonly asked: number[] } {
  const all = Array.from({ length: 120 }, (_, id) => {
    const random = randomFor("texts", id);
    const isGood = id % 2 === 0;
    const judged = [0, 1].map(() => (isGood ? 2 : 6) + random.below(4));
    const plain = Array.from({ length: 6 }, () => 11 + random.below(30));
    if (id % 4 === 0) plain[0] = SHORTCUT;
    return [BEGIN, ...judged, ...plain, END];
  });
  const asked: number[] = [];
  return {
    asked,
    size: all.length,
    keep: [BEGIN, END],
    read: (id) => all[id]!,
    scores: (ids) => {
      const score = ids.reduce((sum, token) => sum + weightOf(token, shortcut), 0);
      return [-score, score];
    },
    explain: (ids, label, against) => {
      asked.push(against!);
      return ids.map((token) => (label === 1 ? 2 : -2) * weightOf(token, shortcut) + (token === BEGIN ? 50 : 0));
    },
  };
}

describe("an audit of texts", () => {
  test("names the words that decide whatever else is said", async () => {
    const { suspicious, classes, tokens } = await auditTexts(texts(6));
    expect(suspicious.length).toBeGreaterThan(0);
    for (const { label, region, transplanted, area } of suspicious) {
      expect([label, region[0], transplanted]).toEqual([1, SHORTCUT, 1]);
      expect(area).toBeLessThan(0.2);
    }
    const [{ members, before, without }] = suspicious as [(typeof suspicious)[number]];
    expect(members.every((id) => id % 4 === 0)).toBe(true);
    expect(before! - without!).toBeGreaterThan(0.03);
    expect(classes.flatMap(({ samples }) => samples)).toHaveLength(120);
    expect(tokens).not.toContain(BEGIN);
  });

  test("says nothing against words that others outweigh", async () => {
    expect((await auditTexts(texts(1))).suspicious).toEqual([]);
  });

  test("asks what speaks for a class rather than for the next", async () => {
    const given = texts(1);
    await auditTexts(given);
    expect(given.asked.slice(0, 2)).toEqual([0, 1]);
  });

  test("gives the same whenever it is made, and nothing of nothing", async () => {
    expect(await auditTexts(texts(6))).toEqual(await auditTexts(texts(6)));
    const none = { ...texts(6), size: 0 };
    expect(await auditTexts(none)).toEqual({ classes: [], suspicious: [], tokens: [] });
  });

  test("is held to one number a token", async () => {
    await expect(auditTexts({ ...texts(6), explain: () => [1] })).rejects.toThrow(
      "auditTexts: takes relevance of 10 tokens, got 1 for text 0",
    );
  });
});
