import { ShapeError, tensor, Tensor, zeros } from "@relprop/tensor";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { blank, decodePng, Heatmap, heatmap, type HeatmapOptions, type Image } from "../src/index.ts";

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];
const MAGENTA = [255, 0, 255];

/** Half of what is largest stands where the default map is purest. */
const signs = tensor([[2, 1, 0, -1, -2]]);
const pixel = ({ width, data }: Image, x: number, y = 0): number[] =>
  Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3));
const row = (image: Image, y = 0): number[][] => Array.from({ length: image.width }, (_, x) => pixel(image, x, y));
const plain = (options: HeatmapOptions = {}): Image => heatmap(signs, { signal: false, ...options }).rgba();

test.each<readonly [unknown, string]>([
  [undefined, "undefined"], [{}, "an object"], [[1, 2], "a list"],
])("%j is no relevance", (given, got) => {
  expect(() => heatmap(given as Tensor)).toThrow(`heatmap: takes a tensor of relevance or an explanation, got ${got}`);
});

test("what speaks for is red, against is blue, neither is white", () => {
  expect(row(plain())).toEqual([[128, 0, 0], RED, WHITE, BLUE, [0, 0, 77]]);
});

test("relevance without any sign of life is drawn neutral", () => {
  for (const normalize of ["symmetric", "extrema", { percentile: 99 }, { limit: 3 }] as const) {
    expect(row(heatmap(zeros([1, 2, 3]), { normalize }).rgba(), 1)).toEqual([WHITE, WHITE, WHITE]);
  }
});

test("NaN and infinities are magenta, or as asked, and leave all else as it was", () => {
  const broken = tensor([[2, NaN, 1, Infinity, -Infinity, 0]]);
  const options = { signal: false } as const;
  expect(row(heatmap(broken, options).rgba())).toEqual([[128, 0, 0], MAGENTA, RED, MAGENTA, MAGENTA, WHITE]);
  expect(pixel(heatmap(broken, { ...options, nonFinite: "#0f0" }).rgba(), 1)).toEqual([0, 255, 0]);
  expect(row(heatmap(tensor([[NaN, NaN]]), options).rgba())).toEqual([MAGENTA, MAGENTA]);
});

test("a fixed limit makes pictures comparable, a percentile keeps outliers from paling the rest", () => {
  expect(row(plain({ normalize: { limit: 4 } })).slice(0, 3)).toEqual([RED, [255, 128, 128], WHITE]);
  const outlier = tensor([[1000, 1, 1, 1, 1, 1, 1, 1, 1, 0, -1]]);
  const drawn = heatmap(outlier, { signal: false, normalize: { percentile: 80 } }).rgba();
  expect([pixel(drawn, 0), pixel(drawn, 1), pixel(drawn, 9)]).toEqual([[128, 0, 0], [128, 0, 0], WHITE]);
});

test("extrema span the whole map", () => {
  expect(row(heatmap(tensor([[3, 4, 5]]), { signal: false, normalize: "extrema", colors: "gray" }).rgba())).toEqual([
    [0, 0, 0], [128, 128, 128], [255, 255, 255],
  ]);
});

test("a flipped sign mirrors the positions", () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (list) => {
      const gray = { signal: false, colors: "gray" } as const;
      const [up, down] = [list, list.map((r) => -r)].map((values) => row(heatmap(tensor([values]), gray).rgba()));
      // Gray 127.5 rounds up on both sides.
      up!.forEach(([bright], i) => expect(Math.abs(bright! + down![i]![0]! - 255)).toBeLessThanOrEqual(1));
    }),
  );
});

test("a larger picture is the same picture, pixel by pixel", () => {
  const [small, large] = [plain(), plain({ scale: 3 })];
  expect([large.width, large.height]).toEqual([15, 3]);
  for (let y = 0; y < 3; y++) {
    for (let x = 0; x < 15; x++) expect(pixel(large, x, y)).toEqual(pixel(small, Math.floor(x / 3)));
  }
  const { width, height } = plain({ size: [10, 7] });
  expect([width, height]).toEqual([10, 7]);
});

const batch = new Tensor([3, 1, 2, 2], Float32Array.of(1, 1, 1, 1, 10, 10, 10, 10, -5, -5, -5, -5));

test("a batch is a grid with gaps, each sample with a range of its own", () => {
  const map = heatmap(batch);
  expect(map.ranges).toEqual([{ low: -1, high: 1 }, { low: -10, high: 10 }, { low: -5, high: 5 }]);
  const image = map.rgba();
  expect([image.width, image.height]).toEqual([5, 5]);
  expect(row(image)).toEqual([[128, 0, 0], [128, 0, 0], WHITE, [128, 0, 0], [128, 0, 0]]);
  expect(row(image, 2)).toEqual([WHITE, WHITE, WHITE, WHITE, WHITE]);
  expect(row(image, 4)).toEqual([[0, 0, 77], [0, 0, 77], WHITE, WHITE, WHITE]);
});

test("samples of a batch share a range if asked, stand in as many columns as asked, or alone", () => {
  const image = heatmap(batch, { shared: true, columns: 3, background: "#000" }).rgba();
  expect([image.width, image.height]).toEqual([8, 2]);
  const tenth = [255, 204, 204]; // 1 of 10: a fifth of the way from white to red
  expect([pixel(image, 0), pixel(image, 2), pixel(image, 3), pixel(image, 6)]).toEqual([
    tenth, [0, 0, 0], [128, 0, 0], BLUE,
  ]);
  const alone = heatmap(batch, { sample: 2 }).rgba();
  expect([alone.width, alone.height, pixel(alone, 0)]).toEqual([2, 2, [0, 0, 77]]);
});

test("signals are strips thick enough to be seen, one under the other", () => {
  const strip = heatmap(tensor(Array.from({ length: 64 }, (_, i) => i - 32))).rgba();
  expect([strip.width, strip.height]).toEqual([64, 8]);
  expect(row(strip, 7)).toEqual(row(strip, 0));
  const two = heatmap(zeros([2, 5, 64]), { signal: true }).rgba();
  expect([two.width, two.height]).toEqual([64, 8 + 2 + 8]);
  expect(heatmap(zeros([4])).rgba().height).toBe(1);
  expect(heatmap(zeros([10_000])).rgba().height).toBe(32);
});

test("an overlay mixes the map with the picture at the picture's size", () => {
  const picture = blank(10, 4, [100, 100, 100]);
  const image = plain({ overlay: { image: picture } });
  expect([image.width, image.height]).toEqual([10, 4]);
  // 0.6 map + 0.4 picture
  expect([pixel(image, 2), pixel(image, 5, 3)]).toEqual([[193, 40, 40], [193, 193, 193]]);
  expect(plain({ overlay: { image: picture, alpha: 0 } })).toEqual(picture);
  expect(pixel(plain({ overlay: { image: picture, alpha: 1 } }), 2)).toEqual(RED);
});

test("a batch may lie over a picture for each sample", () => {
  const pictures = [blank(2, 2, "#000"), blank(2, 2, "#646464"), blank(2, 2, "#fff")];
  const image = heatmap(batch, { columns: 3, overlay: { image: pictures, alpha: 0 } }).rgba();
  expect([0, 3, 6].map((x) => pixel(image, x))).toEqual([[0, 0, 0], [100, 100, 100], WHITE]);
  const few = { overlay: { image: pictures.slice(0, 2) } };
  expect(() => heatmap(batch, few)).toThrow("heatmap: takes a picture to lay sample 2 over, got none");
});

test("a sample picked from a batch lies over its own picture", () => {
  const pictures = [blank(2, 2, "#000"), blank(2, 2, "#646464"), blank(2, 2, "#fff")];
  const image = heatmap(batch, { sample: 1, overlay: { image: pictures, alpha: 0 } }).rgba();
  expect(pixel(image, 0)).toEqual([100, 100, 100]);
});

test("a legend stands under the picture and makes room for its numbers", () => {
  const bare = plain({ scale: 20 });
  const image = plain({ scale: 20, legend: true });
  expect([image.width, image.height]).toEqual([100, bare.height + 4 + 21]);
  expect(row(image, 0)).toEqual(row(bare, 0));
  const bar = row(image, bare.height + 4);
  expect([bar[0], bar[99]]).toEqual([[0, 0, 77], [128, 0, 0]]);
  expect(plain({ legend: true }).width).toBeGreaterThan(5);
});

test("the console prints the picture in characters, notebooks show a figure", () => {
  const shown = heatmap(signs);
  expect(`${shown}`).toBe(shown.ansi({ depth: 0 }));
  expect(inspect(shown)).toBe(`${shown}`);
  expect(inspect(shown, { colors: true })).toBe(shown.ansi({ depth: 24 }));
  const display = (shown as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!;
  expect(display()).toEqual({ "text/plain": `${shown}`, "text/html": shown.html() });
});

test("png holds what rgba shows", async () => {
  const map = heatmap(batch, { scale: 2, legend: true });
  expect(await decodePng(await map.png())).toEqual(map.rgba());
  expect(map).toBeInstanceOf(Heatmap);
});

test.each<readonly [HeatmapOptions, string]>([
  [{ scale: 0 }, "heatmap: takes a whole scale of at least 1, got 0"],
  [{ scale: 1.5 }, "heatmap: takes a whole scale of at least 1, got 1.5"],
  [{ scale: 2, size: [1, 1] }, "heatmap: takes a scale or a size, got both"],
  [{ size: [3, 0] }, "heatmap: takes a size of whole numbers of at least 1, got 3 × 0"],
  [{ nonFinite: "pink" }, 'rgb: takes "#rgb", "#rrggbb" or three numbers from 0 to 255, got "pink"'],
  [{ columns: 0 }, "heatmap: takes at least 1 column, got 0"],
  [{ overlay: { image: blank(1, 1), alpha: 2 } }, "overlay: takes an alpha from 0 to 1, got 2"],
  [{ overlay: { image: { ...blank(1, 1), width: 2 } } },
    "heatmap: takes an image with 4 · width · height bytes, got 2 × 1 and 4"],
])("options %# are refused before anything is drawn", (options, message) => {
  expect(() => heatmap(signs, options)).toThrow(message);
});

test("what is no heatmap's shape is refused", () => {
  expect(() => heatmap(zeros([1, 1, 1, 1, 1]))).toThrow(ShapeError);
});
