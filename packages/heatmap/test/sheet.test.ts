import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { blank, decodePng, encodePng, heatmap, legend, sheet, type Image } from "../src/index.ts";
import { textWidth, drawText, wrap } from "../src/drawing/text.ts";
import { legendLabels, formatNumber } from "../src/picture/legend.ts";

const INK = "#222222";
const red = blank(4, 4, "#f00");
const at = ({ width, data }: Image, x: number, y: number): number[] =>
  Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3));
const count = (image: Image, color: readonly number[]): number => {
  let found = 0;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) found += at(image, x, y).every((part, i) => part === color[i]) ? 1 : 0;
  }
  return found;
};
test("a sheet without words is its pictures, gaps of 8 and margins of 10 at scale 1", () => {
  const image = sheet([{ cells: [red, red, red] }, { cells: [red] }], { cell: 16, textScale: 1 });
  expect([image.width, image.height]).toEqual([10 + 3 * 16 + 2 * 8 + 10, 10 + 2 * 16 + 8 + 10]);
  expect(count(image, [255, 0, 0])).toBe(4 * 16 * 16);
  expect([at(image, 10, 10), at(image, 25, 25)]).toEqual([[255, 0, 0], [255, 0, 0]]);
  expect([at(image, 9, 9), at(image, 26, 26)]).toEqual([[200, 200, 200], [200, 200, 200]]);
  expect([at(image, 0, 0), at(image, 34 + 24, 40)]).toEqual([[255, 255, 255], [255, 255, 255]]);
});

test("words take the room they need", () => {
  const bare = sheet([{ cells: [red] }], { cell: 100 });
  const line = 22; // 11 rows at scale 2
  const labelled = sheet([{ label: "abc", cells: [red] }], { cell: 100 });
  expect([labelled.width - bare.width, labelled.height - bare.height]).toEqual([textWidth("abc", 2) + 16, 0]);
  const headed = sheet([{ cells: [red] }], { cell: 100, columns: ["abc"] });
  expect([headed.width - bare.width, headed.height - bare.height]).toEqual([0, line]);
  const twoLines = sheet([{ cells: [red] }], { cell: 100, columns: ["epsilonPlusFlat"] });
  expect(twoLines.height - bare.height).toBe(2 * line);
  const captioned = sheet([{ cells: [{ picture: red, caption: "abc" }] }], { cell: 100 });
  expect(captioned.height - bare.height).toBe(line + 6);
  const titled = sheet([{ cells: [red] }], { cell: 100, title: "abc" });
  expect(titled.height - bare.height).toBe(33 + 16);
  const footed = sheet([{ cells: [red] }], { cell: 100, footer: "abc" });
  expect(footed.height - bare.height).toBe(line + 16);
});

test("a bar beside a picture stands in the middle of its row, and its caption takes no room of others", () => {
  const [bar, square] = [blank(60, 10, "#0f0"), blank(60, 60, "#00f")];
  const image = sheet([{ cells: [{ picture: bar, caption: "9 %" }, square] }], { cell: 60, textScale: 1 });
  expect(image.height).toBe(10 + 60 + 10);
  expect(at(image, 40, 10 + 5)).toEqual([255, 255, 255]);
  expect(at(image, 40, 10 + 23)).toEqual([0, 255, 0]);
});

test("pictures of all sizes are fitted to their cells, heatmaps are drawn", () => {
  const map = heatmap(tensor([[1, -1]]), { signal: false });
  const image = sheet([{ cells: [blank(300, 150, "#0f0"), map, undefined] }], { cell: 60, textScale: 1 });
  expect(image.width).toBe(10 + 3 * 60 + 2 * 8 + 10);
  expect(count(image, [0, 255, 0])).toBe(60 * 30);
  expect(count(image, [128, 0, 0])).toBe(30 * 30);
  expect(count(image, [0, 0, 77])).toBe(30 * 30);
});

test("a sheet survives a PNG file", async () => {
  const image = sheet([{ label: "one", cells: [red] }], { title: "A title", columns: ["input"], footer: "the end" });
  const { width, height, data } = await decodePng(await encodePng(image));
  expect([width, height, data.length]).toEqual([image.width, image.height, image.data.length]);
  expect(data.every((value, i) => value === image.data[i])).toBe(true);
});

test.each([
  [[], {}, "sheet: takes at least one row and one column, got 0 and 0"],
  [[{ cells: [] }], {}, "sheet: takes at least one row and one column, got 1 and 0"],
  [[{ cells: [red] }], { cell: 0 }, "sheet: takes a cell and a text scale of whole numbers from 1 on, got 0 and 2"],
  [[{ cells: [red] }], { textScale: 1.5 },
    "sheet: takes a cell and a text scale of whole numbers from 1 on, got 128 and 1.5"],
  [[{ cells: [{ ...red, width: 3 }] }], {}, "sheet: takes an image with 4 · width · height bytes, got 3 × 4 and 64"],
])("sheet refuses %j with %j", (rows, options, message) => {
  expect(() => sheet(rows, options)).toThrow(message);
});

test("text is drawn with a pen, where letters are", () => {
  const image = blank(textWidth("TI", 2) + 1, 24, "#fff");
  drawText(image, "TI", 0, 0, INK, 2);
  const dark = (x: number, y: number): boolean => at(image, x, y)[0]! < 128;
  expect([dark(5, 10), dark(1, 10), dark(1, 1), dark(5, 20)]).toEqual([true, false, true, false]);
  expect([1, 2, 3].some((back) => dark(image.width - back, 10))).toBe(true);
});

test("what lies outside of a picture is cut off", () => {
  const image = blank(10, 6, "#fff");
  drawText(image, "T", -20, -2, INK, 2);
  expect(count(image, [255, 255, 255])).toBe(60);
  drawText(image, "T", -3, -2, INK, 2);
  expect(count(image, [255, 255, 255])).toBeLessThan(60);
});

test.each([
  ["one two three", 7, ["one two", "three"]],
  ["epsilonAlpha2Beta1Flat", 12, ["epsilon", "Alpha2Beta1", "Flat"]],
  ["epsilon-plus-flat", 12, ["epsilon-", "plus-flat"]],
  ["a\nb", 9, ["a", "b"]],
  ["abcdefgh", 3, ["abc", "def", "gh"]],
  ["x -1", 4, ["x -1"]],
  ["LRP-0", 5, ["LRP-0"]],
])("%j in lines of %i", (text, characters, lines) => {
  expect(wrap(text, characters)).toEqual(lines);
});

test("a legend says its ends, and 0 where it lies if there is room", () => {
  const labels = legendLabels([{ low: -1, high: 3 }]);
  expect(labels).toEqual({ low: "-1", high: "3", zero: "0", at: 0.25 });
  expect(legendLabels([{ low: 0, high: 2e-7 }])).toEqual({ low: "0", high: "2e-7" });
  expect(legendLabels([{ low: -1, high: 1 }, { low: -2, high: 2 }])).toEqual({
    low: "-max", zero: "0", high: "max", at: 0.5,
  });
  expect(legendLabels([{ low: 0, high: 1 }, { low: 0, high: 2 }])).toEqual({ low: "min", high: "max" });
  const ink = (width: number, given = labels): number => {
    const { data, width: wide } = legend(given, { width });
    return data.subarray(4 * wide * 8).filter((byte, i) => i % 4 === 0 && byte < 160).length;
  };
  const { zero: _, ...ends } = labels;
  expect(ink(100)).toBeGreaterThan(ink(100, ends));
  expect(ink(20)).toBe(ink(20, ends));
  const narrow = legend({ low: "-0.123", high: "0.123" }, { width: 5 });
  expect(narrow.width).toBe(textWidth("-0.123") + 6 + textWidth("0.123"));
});

const numbers = [[0.123456, "0.123"], [-1234.5, "-1230"], [0, "0"], [1e-9, "1e-9"], [2, "2"]] as const;

test.each(numbers)("%d is written %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
