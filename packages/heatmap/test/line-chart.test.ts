import { expect, test } from "vitest";
import { decodePng, lineChart } from "@relprop/heatmap";

const curves = [{ name: "up & away", values: [0, 0.5, 1] }, { name: "down", values: [1, 0.2] }];

test("a drawing has every curve, its name, round numbers at the side, and escaped text", () => {
  const svg = lineChart(curves, { title: "a < b", x: "share hidden" }).svg();
  expect(svg.match(/<path d="M[^"]*L/g)).toHaveLength(2);
  expect(svg).toContain("up &#38; away");
  expect(svg).toContain("a &#60; b");
  for (const tick of ["0", "0.2", "0.4", "0.6", "0.8", "1"]) expect(svg).toContain(`text-anchor="end">${tick}</text>`);
});

test("a curve goes from the left edge to the right one, and higher values lie higher", () => {
  const svg = lineChart([{ name: "up", values: [0, 1] }], { width: 200, height: 100 }).svg();
  const [, x0, y0, x1, y1] = /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
  expect(y0).toBe(80);
  expect(y1).toBe(10);
  expect(x1! - x0!).toBeGreaterThan(100);
});

test("pixels show the curves in their colours", async () => {
  const image = await decodePng(await lineChart(curves, { width: 300, height: 150 }).png());
  expect([image.width, image.height]).toEqual([300, 150]);
  const colors = new Set<string>();
  for (let i = 0; i < image.data.length; i += 4) colors.add(image.data.subarray(i, i + 3).join());
  expect(colors.has("11,111,184") && colors.has("200,56,30")).toBe(true);
});

test("curves of one colour share it, and those without a name are not listed", () => {
  const svg = lineChart([
    { name: "one", values: [0, 1], color: 3 }, { name: "", values: [1, 0], color: 3, dashed: true },
    { name: "two", values: [1, 1] },
  ]).svg();
  expect(svg.match(/#8a4fb5/g)).toHaveLength(3);
  expect(svg.match(/dasharray/g)).toHaveLength(1);
  expect(svg.match(/text-anchor="start"/g)).toHaveLength(2);
});

test("what cannot be drawn is refused", () => {
  expect(() => lineChart([])).toThrow("lineChart: takes at least one curve, got none");
  expect(() => lineChart([{ name: "nan", values: [1, NaN] }])).toThrow(
    'takes curves of two or more finite values, got "nan"',
  );
  expect(() => lineChart(curves, { width: 60 })).toThrow(
    "lineChart: takes a width and height with room for curves, got 60 × 360",
  );
});
