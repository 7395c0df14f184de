import fc from "fast-check";
import { expect, test } from "vitest";
import { nameGlob } from "../src/compose/name-glob.ts";

/** What a pattern means, as a regular expression that may take exponentially long. */
function oracle(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*");
  return new RegExp(`^${escaped}(\\.[^]*)?$`);
}

test("a pattern matches what the same regular expression matches", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "\n", "$", "a"), maxLength: 9 });
  fc.assert(fc.property(text, text, (pattern, name) => {
    expect(nameGlob(pattern)(name)).toBe(oracle(pattern).test(name));
  }), { numRuns: 20_000 });
});

test.each([
  ["*a*ab", "aab"],
  ["*abab", "abababab"], ["*abab", "aabab.c"], ["a*", "a"], ["*", ""], ["a**b", "ab"],
  ["*.1", "x.1.2"],
])("%s matches %s", (pattern, name) => {
  expect(nameGlob(pattern)(name)).toBe(true);
});

// A product of their lengths would not end within the time of a test.
test("work is linear in the pattern and the name", () => {
  const count = 400_000;
  for (const pattern of [`${"a*".repeat(count)}b`, `*${"a".repeat(count)}b*c`, `*${"a".repeat(count)}`]) {
    expect(nameGlob(pattern)(`${"a".repeat(2 * count)}!`)).toBe(false);
  }
});
