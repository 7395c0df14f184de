import { tensor, Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ansi, blank, heatmap, type AnsiOptions, type Image } from "../src/index.ts";

const image = (width: number, ...pixels: readonly (readonly [number, number, number])[]): Image => ({
  width,
  height: pixels.length / width,
  data: Uint8ClampedArray.from(pixels.flatMap((pixel) => [...pixel, 255])),
});
const visible = (text: string): string[] => text.replace(/\x1b\[[0-9;]*m/g, "").split("\n");

test("a character is two pixels, the upper before the lower; colours are told when they change", () => {
  const [red, blue, black] = [[255, 0, 0], [0, 0, 255], [0, 0, 0]] as const;
  const text = ansi(image(3, red, red, blue, blue, blue, blue, black, red, red));
  expect(text).toBe(
    "\x1b[38;2;255;0;0;48;2;0;0;255m▀▀\x1b[38;2;0;0;255m▀\x1b[0m\n" + // rows 1 and 2
      "\x1b[38;2;0;0;0m▀\x1b[38;2;255;0;0m▀▀\x1b[0m", // row 3, the terminal's own background under it
  );
});

test("256 colours come from the cube or from the grays, whichever is nearer", () => {
  const text = ansi(image(4, [255, 0, 0], [128, 128, 128], [96, 134, 177], [8, 8, 9]), { depth: 8 });
  // 16 + 36 · 5; 232 + (128 − 8) / 10; 16 + 36 · 1 + 6 · 2 + 3; 232
  expect(text).toBe("\x1b[38;5;196m▀\x1b[38;5;244m▀\x1b[38;5;67m▀\x1b[38;5;232m▀\x1b[0m");
});

/** What a terminal shows for the codes 16 to 255. */
const palette = Array.from({ length: 240 }, (_, i) => {
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  if (i >= 216) return new Array<number>(3).fill(8 + 10 * (i - 216));
  return [level(Math.floor(i / 36)), level(Math.floor(i / 6) % 6), level(i % 6)];
});

test("no colour of the palette is nearer than the one chosen", () => {
  const byte = fc.nat(255);
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte), fc.boolean(), (mixed, gray) => {
      const color = gray ? ([mixed[0], mixed[0], mixed[0]] as const) : mixed;
      const distances = palette.map((other) => other.reduce((sum, part, c) => sum + (part - color[c]!) ** 2, 0));
      const [, code] = /^\x1b\[38;5;(\d+)m▀\x1b\[0m$/.exec(ansi(image(1, color), { depth: 8 }))!;
      expect(distances[Number(code) - 16]).toBe(Math.min(...distances));
    }),
    { numRuns: 500 },
  );
});

test.each([[80, 200, 100, 80, 20], [10, 33, 20, 10, 3], [80, 7, 5, 7, 3], [1, 50, 50, 1, 1]])(
  "at width %i a picture of %i × %i takes %i × %i characters",
  (width, across, down, columns, lines) => {
    const text = visible(ansi(blank(across, down, "#123456"), { width }));
    expect([text[0]!.length, text.length]).toEqual([columns, lines]);
  },
);

test("without colours brightness is written, and transparency is white", () => {
  const text = ansi(image(3, [0, 0, 0], [128, 128, 128], [255, 255, 255]), { depth: 0 });
  expect(text).toBe(" +@");
  expect(ansi(blank(2, 2), { depth: 0 })).toBe("@@");
});

test("relevance is written with its signs where there are no colours", () => {
  const relevance = tensor([[1, 0.7, 0.4, 0.1, 0, -0.1, -0.4, -0.7, -1, NaN]]);
  expect(heatmap(relevance, { signal: false }).ansi({ depth: 0 })).toBe("#*+   -=N?");
  const extrema = heatmap(relevance, { signal: false, normalize: "extrema" });
  expect(extrema.ansi({ depth: 0 })).toBe("@#*+++:. ?");
});

test("plain characters are means of what they cover", () => {
  // Rows 1 and 2 cancel each other, rows 3 and 4 do not; at width 2 two columns become one.
  const relevance = tensor([[1, 1, 1, 1], [-1, -1, -1, -1], [1, 1, 0, 0], [1, 1, 0, 0]]);
  expect(heatmap(relevance).ansi({ depth: 0 })).toBe("\n##");
  const tall = tensor([[1, 1, -1, -1], [1, 1, -1, -1], [1, 1, -1, -1], [1, 1, -1, -1]]);
  expect(heatmap(tall).ansi({ depth: 0, width: 2 })).toBe("#N");
  const wide = tensor([Array.from({ length: 10 }, (_, i) => i - 5)]);
  expect(heatmap(wide, { signal: false }).ansi({ depth: 0, width: 3 })).toHaveLength(3);
});

test("a small heatmap in colour, seen as a whole", () => {
  const ring = tensor([[0, 1, 0], [1, -1, 1], [0, 1, 0]]);
  const shown = (text: string): string => text.replaceAll("\x1b[", "␛");
  expect(shown(heatmap(ring).ansi())).toMatchInlineSnapshot(`
    "␛38;2;255;255;255;48;2;128;0;0m▀␛38;2;128;0;0;48;2;0;0;77m▀␛38;2;255;255;255;48;2;128;0;0m▀␛0m
    ␛38;2;255;255;255m▀␛38;2;128;0;0m▀␛38;2;255;255;255m▀␛0m"
  `);
  expect(shown(heatmap(ring, { scale: 9 }).ansi({ depth: 8 }))).toMatchInlineSnapshot(`
    "␛38;5;231;48;5;88m▀␛38;5;88;48;5;17m▀␛38;5;231;48;5;88m▀␛0m
    ␛38;5;231m▀␛38;5;88m▀␛38;5;231m▀␛0m"
  `);
  expect(heatmap(ring, { legend: true }).ansi({ depth: 0 })).toMatchInlineSnapshot(`
    "* *
     #
    -1 N=- +*# 1"
  `);
});

test("a legend in colour is a line of its own between its numbers", () => {
  for (const depth of [24, 8] as const) {
    const text = heatmap(tensor([[0.5, 0], [0, -2]]), { legend: true }).ansi({ depth });
    expect(visible(text)).toEqual(["▀▀", `-2 ${"▀".repeat(24)} 2`]);
  }
});

test("samples without colour stand one under the other", () => {
  const batch = new Tensor([2, 1, 1, 2], Float32Array.of(1, 0, -1, 1));
  expect(heatmap(batch, { legend: true }).ansi({ depth: 0 })).toBe("#\n\nN#\n-1 N=- +*# 1");
});

test.each<readonly [AnsiOptions, string]>([
  [{ width: 0 }, "ansi: takes a width of at least 1 character, got 0"],
  [{ width: 2.5 }, "ansi: takes a width of at least 1 character, got 2.5"],
  [{ depth: 16 as 8 }, "ansi: takes a depth of 24, 8, 4 or 0, got 16"],
])("%j is refused", (options, message) => {
  expect(() => ansi(blank(1, 1), options)).toThrow(message);
  expect(() => heatmap(tensor([[1]])).ansi(options)).toThrow(message);
});
