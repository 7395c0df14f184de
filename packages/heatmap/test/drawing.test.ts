import { describe, expect, test } from "vitest";
import { Tensor } from "@relprop/tensor";
import { Drawing, featureBars, features, shareBar, signalPlot, type DrawnShape } from "@relprop/heatmap";
import { strongestFeatures } from "../src/charts/feature.ts";
import { strokeGlyph } from "../src/drawing/stroke-font.ts";
import { strokeWidth } from "../src/drawing/stroke-text.ts";

const row = { relevance: new Tensor([2, 3], Float32Array.of(0.5, -0.25, 0, 1, 2, 3)) };
const input = new Tensor([2, 3], Float32Array.of(7, 8, 9, 10, 11, 12));
const all = features(row, { names: ["age", "<b>", "x"], input });
const boxes = (shapes: readonly DrawnShape[]) => shapes.flatMap((shape) => (shape.kind === "box" ? [shape] : []));
const pixel = (drawing: Drawing, x: number, y: number, scale = 1): readonly number[] => {
  const { data, width } = drawing.rgba(scale);
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
};

describe("features", () => {
  test("have names, values and relevance, of the sample that is asked for", () => {
    expect(all[1]).toEqual({ name: "<b>", value: 8, relevance: -0.25 });
    expect(features(row, { sample: 1 })[2]).toEqual({ name: "feature 2", relevance: 3 });
    expect(() => features(row, { names: ["a"] })).toThrow("features: takes a name for each of 3 features, got 1");
    expect(() => features(row, { sample: 2 })).toThrow("takes a sample from 0 to 1, got 2");
  });

  test("are sorted by the size of their relevance, the least of many as one", () => {
    expect(strongestFeatures(all, 3).map(({ name }) => name)).toEqual(["age", "<b>", "x"]);
    expect(strongestFeatures(all, 2)).toEqual([all[0], { name: "2 others", relevance: -0.25 }]);
  });
});

describe("bars", () => {
  test("are as long as their relevance, on their side of the axis", () => {
    const [age, b] = boxes(featureBars(all).shapes);
    expect(age!.width / b!.width).toBeCloseTo(2, 6);
    expect(b!.x + b!.width).toBeCloseTo(age!.x, 6);
    expect([age!.fill, b!.fill]).toEqual(["for", "against"]);
  });

  test("of a waterfall begin where the one before ended", () => {
    const drawing = featureBars(all, { waterfall: true });
    const [age, b] = boxes(drawing.shapes);
    expect(b!.x + b!.width).toBeCloseTo(age!.x + age!.width, 6);
    expect(drawing.svg()).toContain(">+0.25</text>");
  });

  test("are SVG in which text is escaped, and read out", () => {
    const svg = featureBars(all).svg();
    expect(svg).toContain("<title>relevance of features, strongest first: age = 7 +0.5, &#60;b&#62; = 8 −0.25");
    expect(svg).not.toContain("<b>");
    expect(svg).toContain("fill:var(--relprop-for,#cd3a3a)");
  });
});

describe("signals", () => {
  const relevance = new Tensor([1, 2, 4], Float32Array.of(1, 0, 0, 0, 1, -1, 0, 0));
  test("are drawn above what speaks for and against, channels summed", () => {
    const drawing = signalPlot({ relevance }, { input: relevance });
    const filled = drawing.shapes.flatMap((shape) => (shape.kind === "path" && shape.filled === true ? [shape] : []));
    const heights = filled.map(({ points }) => points.map(([, y]) => y));
    const axis = heights[0]![0]!;
    expect(axis - Math.min(...heights[0]!)).toBeCloseTo(2 * (Math.max(...heights[1]!) - axis), 6);
    expect(drawing.alt).toBe("relevance along 4 steps, strongest at step 0");
    expect(() => signalPlot({ relevance }, { input })).toThrow("takes an input of 4 steps");
  });

  test("longer than the picture keep their peaks", () => {
    const long = new Tensor([1, 1, 100_000], new Float32Array(100_000));
    long.data[77_777] = 5;
    const [curve] = signalPlot({ relevance: long }).shapes;
    expect(curve!.kind === "path" && curve!.points.length).toBeLessThan(5000);
    expect(curve!.kind === "path" && Math.min(...curve!.points.map(([, y]) => y))).toBeCloseTo(8, 6);
  });
});

test("parts of a whole lie beside each other, negative ones left of 0", () => {
  const drawing = shareBar([
    { name: "a", value: 3, fill: "for" }, { name: "b", value: 1, fill: "ink" },
    { name: "c", value: -2, fill: "against" },
  ], { width: 602 });
  const [a, b, c] = boxes(drawing.shapes);
  expect([a!.width, b!.width, c!.width]).toEqual([300, 100, 200]);
  expect([a!.x, b!.x, c!.x]).toEqual([201, 501, 1]);
  expect(drawing.alt).toBe("a 3, b 1, c −2");
});

describe("pixels", () => {
  test("are covered as far as a box reaches into them", () => {
    const drawing = new Drawing(4, 3, [{ kind: "box", x: 1, y: 1, width: 1.5, height: 1, fill: "#000000" }], "");
    expect([pixel(drawing, 0, 1), pixel(drawing, 1, 1), pixel(drawing, 2, 1), pixel(drawing, 1, 0)])
      .toEqual([[255, 255, 255], [0, 0, 0], [128, 128, 128], [255, 255, 255]]);
    expect(pixel(drawing, 4, 3, 2)).toEqual([0, 0, 0]);
  });

  test("lie within a polygon, and on a line", () => {
    const square = [[2, 2], [8, 2], [8, 8], [2, 8]] as const;
    const filled = new Drawing(10, 10, [{ kind: "path", points: square, stroke: "#000000", filled: true }], "");
    expect([pixel(filled, 5, 5), pixel(filled, 1, 5), pixel(filled, 2, 2)])
      .toEqual([[0, 0, 0], [255, 255, 255], [0, 0, 0]]);
    const slanted = [[9, 0], [0, 5], [9, 10]] as const;
    const wedge = new Drawing(10, 10, [{ kind: "path", points: slanted, stroke: "#000000", filled: true }], "");
    expect([pixel(wedge, 1, 1), pixel(wedge, 8, 2), pixel(wedge, 5, 5)])
      .toEqual([[255, 255, 255], [0, 0, 0], [0, 0, 0]]);
    const dashed = { kind: "path", points: [[0, 5.5], [10, 5.5]], stroke: "#000000", dashed: true } as const;
    const line = new Drawing(10, 10, [dashed], "");
    expect([pixel(line, 1, 5), pixel(line, 4, 5)]).toEqual([[0, 0, 0], [255, 255, 255]]);
  });

  test("of letters are dark where strokes are", () => {
    const label = { kind: "label", x: 2, y: 18, text: "I", size: 20 } as const;
    expect(pixel(new Drawing(10, 20, [label], ""), 2, 11)[0]).toBeLessThan(128);
    expect(pixel(new Drawing(10, 20, [{ ...label, text: "L" }], ""), 6, 11)).toEqual([255, 255, 255]);
  });

  test("need a scale, and a sheet", () => {
    expect(() => new Drawing(0, 5, [], "")).toThrow("Drawing: takes finite extents of at least 1, got 0 × 5");
    expect(() => new Drawing(1, 5, [], "").rgba(0)).toThrow("takes a scale above 0");
  });
});

describe("letters", () => {
  test("are all drawn within their lines", () => {
    const text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" +
      ".,:;!?'\"()[]{}/\\|_-–—−+=<>±×÷%&@#$*^~`°·•…→€";
    for (const character of text) {
      const { lines, advance } = strokeGlyph(character);
      expect(lines.length, character).toBeGreaterThan(0);
      for (const [x, y] of lines.flat()) {
        expect(x >= 0 && x <= advance - 3 && y >= 0 && y <= 18, `${character} at ${x}, ${y}`).toBe(true);
      }
    }
  });

  test("with marks are put together; what there is not is a box", () => {
    expect(strokeGlyph("ä").lines.length).toBe(strokeGlyph("a").lines.length + 2);
    expect(strokeGlyph("日").lines).toEqual([[[0, 0], [8, 0], [8, 14], [0, 14], [0, 0]]]);
    expect(strokeWidth("ii", 14)).toBeCloseTo((3 * 0.72 * 14) / 14, 6);
  });
});
