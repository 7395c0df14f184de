import { expect, test } from "vitest";
import { Recent } from "../src/simd/recent.ts";

test("what was used last stays, what was not gives way and is made again", () => {
  const made: string[] = [];
  const recent = new Recent<string, string>(2);
  const get = (key: string): string => recent.get(key, () => (made.push(key), key.toUpperCase()));
  expect(["a", "b", "a", "c", "a", "b"].map(get)).toEqual(["A", "B", "A", "C", "A", "B"]);
  expect(made).toEqual(["a", "b", "c", "b"]);
});
