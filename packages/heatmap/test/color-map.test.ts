import fc from "fast-check";
import { expect, test } from "vitest";
import { colorMap, colorMapNames, type Color, type ColorMap } from "../src/index.ts";

const luma = ([red, green, blue]: readonly number[]): number => 0.299 * red! + 0.587 * green! + 0.114 * blue!;
const steps = Array.from({ length: 257 }, (_, i) => i / 256);

test.each<readonly [ColorMap & string, readonly number[], readonly number[], readonly number[]]>([
  ["redBlue", [0, 0, 77], [255, 255, 255], [128, 0, 0]],
  ["coldHot", [200, 255, 255], [0, 0, 0], [255, 255, 200]],
  ["gray", [0, 0, 0], [128, 128, 128], [255, 255, 255]],
  ["viridis", [68, 1, 84], [35, 144, 140], [253, 231, 37]],
  ["jet", [0, 0, 128], [128, 255, 128], [128, 0, 0]],
])("%s goes from one end over its middle to the other", (name, low, middle, high) => {
  const color = colorMap(name);
  expect([color(0), color(0.5), color(1)]).toEqual([low, middle, high]);
  expect([color(-3), color(4)]).toEqual([low, high]);
});

test("sequential maps become brighter throughout, up to the rounding of bytes", () => {
  for (const name of ["gray", "viridis"] as const) {
    const brightness = steps.map((at) => luma(colorMap(name)(at)));
    brightness.forEach((each, i) => i > 0 && expect(each).toBeGreaterThanOrEqual(brightness[i - 1]! - 0.5));
    expect(new Set(brightness).size).toBeGreaterThan(180);
  }
});

test("diverging maps grow away from their middle, one hue on each side", () => {
  for (const [name, sign] of [["redBlue", -1], ["coldHot", 1]] as const) {
    const color = colorMap(name);
    for (let i = 1; i <= 128; i++) {
      const [up, before] = [color(0.5 + i / 256), color(0.5 + (i - 1) / 256)];
      expect(sign * (luma(up) - luma(before))).toBeGreaterThanOrEqual(-1e-9);
      const [down, earlier] = [color(0.5 - i / 256), color(0.5 - (i - 1) / 256)];
      expect(sign * (luma(down) - luma(earlier))).toBeGreaterThanOrEqual(-1e-9);
      expect(up[0]).toBeGreaterThanOrEqual(up[2]);
      expect(down[2]).toBeGreaterThanOrEqual(down[0]);
    }
  }
});

test("jet passes blue, cyan, yellow and red", () => {
  expect([0.125, 0.375, 0.625, 0.875].map(colorMap("jet"))).toEqual([
    [0, 0, 255], [0, 255, 255], [255, 255, 0], [255, 0, 0],
  ]);
});

test("neighbouring positions have neighbouring colours in every map", () => {
  for (const name of colorMapNames) {
    const colors = steps.map(colorMap(name));
    colors.forEach((color, i) => {
      if (i > 0) color.forEach((part, c) => expect(Math.abs(part - colors[i - 1]![c]!)).toBeLessThanOrEqual(8));
    });
  }
});

test("maps of one's own: colours at equal distances, or stops", () => {
  const even = colorMap(["#000", [100, 0, 0], "#ff0000"]);
  expect([0, 0.25, 0.5, 0.75, 1].map(even)).toEqual([[0, 0, 0], [50, 0, 0], [100, 0, 0], [178, 0, 0], [255, 0, 0]]);
  const uneven = colorMap([{ at: 0, color: "#000" }, { at: 0.8, color: [80, 0, 0] }, { at: 1, color: "#fff" }]);
  expect([0.4, 0.8, 0.9].map(uneven)).toEqual([[40, 0, 0], [80, 0, 0], [168, 128, 128]]);
});

test("two stops at one place make an edge", () => {
  const edge = colorMap([
    { at: 0, color: "#000" }, { at: 0.5, color: "#000" }, { at: 0.5, color: "#fff" }, { at: 1, color: "#fff" },
  ]);
  expect([0.49, 0.5, 0.51].map((at) => edge(at)[0])).toEqual([0, 0, 255]);
  const first = colorMap([{ at: 0, color: "#000" }, { at: 0, color: "#fff" }, { at: 1, color: "#fff" }]);
  expect(first(0)).toEqual([255, 255, 255]);
});

test("every stop is met exactly", () => {
  const color = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(fc.array(color, { minLength: 2, maxLength: 9 }), (colors: readonly Color[]) => {
      colors.forEach((each, i) => expect(colorMap(colors)(i / (colors.length - 1))).toEqual(each));
    }),
  );
});

test.each<readonly [unknown, string]>([
  ["rainbow", 'takes redBlue, coldHot, gray, viridis, jet or a list of colours, got "rainbow"'],
  ["toString", 'takes redBlue, coldHot, gray, viridis, jet or a list of colours, got "toString"'],
  [["#fff"], "takes two stops or more, ascending from 0 to 1, got [null]"],
  [[], "takes two stops or more, ascending from 0 to 1, got []"],
  [[{ at: 0, color: "#fff" }, { at: 0.9, color: "#000" }],
    "takes two stops or more, ascending from 0 to 1, got [0,0.9]"],
  [
    [{ at: 0, color: "#fff" }, { at: 0.7, color: "#000" }, { at: 0.6, color: "#000" }, { at: 1, color: "#000" }],
    "takes two stops or more, ascending from 0 to 1, got [0,0.7,0.6,1]",
  ],
])("%j is no colour map", (map, reason) => {
  expect(() => colorMap(map as ColorMap)).toThrow(`colorMap: ${reason}`);
});
