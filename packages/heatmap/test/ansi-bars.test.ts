import { expect, test } from "vitest";
import { ansiBars } from "@relprop/heatmap";

test("bars grow from one axis, in either direction", () => {
  const lines = ansiBars([
    { name: "a", relevance: 1 }, { name: "b", relevance: -0.5 }, { name: "c", relevance: -1 },
  ], { width: 40, depth: 0 }).split("\n");
  const axes = new Set(lines.map((line) => line.indexOf("│")));
  expect([lines.length, axes.size, axes.has(-1)]).toEqual([3, 1, false]);
  const [a, c, b] = lines.map((line) => line.split("#").length - 1);
  expect([a, a! / b!]).toEqual([c, 2]);
});
