import { describe, expect, test } from "vitest";
import { Tensor } from "@relprop/tensor";
import {
  Drawing, featureBars, features, heatmap, shareBar, signalPlot, wordDrawing, wordMap, type DrawnShape,
} from "@relprop/heatmap";
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

describe("what people give", () => {
  const labels = (drawing: Drawing) => drawing.shapes.flatMap((shape) => (shape.kind === "label" ? [shape] : []));
  /** Where a label begins and ends, about, in the fonts of pages. */
  const span = ({ x, text, size, anchor }: ReturnType<typeof labels>[number]): readonly [number, number] => {
    const wide = 0.56 * size * Array.from(text).length;
    return anchor === "end" ? [x - wide, x] : anchor === "middle" ? [x - wide / 2, x + wide / 2] : [x, x + wide];
  };
  const bars = (relevance: readonly number[], names: readonly string[], values?: readonly number[]) =>
    features({ relevance: new Tensor([1, relevance.length], Float32Array.from(relevance)) }, {
      names, ...(values && { input: new Tensor([1, values.length], Float32Array.from(values)) }),
    });

  test.each([
    ["steps that stay above 0", [1, -0.9, 0.5], ["a", "b", "c"], true],
    ["a name shorter than the sum's", [1], ["x"], true],
    ["what is no number", [NaN, 1], ["a", "b"], false],
    ["negative ones alone", [-1, -2], ["a", "b"], true],
    ["nothing but zeros", [0, 0], ["a", "b"], true],
    ["numbers of many digits", [1, -0.000145, -1.23e-7], ["zip = 0.04133", "b", "c"], false],
  ] as const)("labels lie within the drawing and beside each other: %s", (_, relevance, names, waterfall) => {
    const drawing = featureBars(bars(relevance, names), { waterfall });
    const all = labels(drawing);
    for (const height of new Set(all.map(({ y }) => y))) {
      const spans = all.filter(({ y }) => y === height).map(span).sort(([a], [b]) => a - b);
      expect(spans[0]![0]).toBeGreaterThanOrEqual(0);
      expect(spans.at(-1)![1]).toBeLessThanOrEqual(drawing.width);
      spans.slice(1).forEach(([from], i) => expect(from).toBeGreaterThan(spans[i]![1]));
    }
  });

  test("values stay whole where names are cut, and numbers keep their digits", () => {
    const name = "the_average_number_of_things_bought_in_the_last_twelve_months";
    const texts = labels(featureBars(bars([1, 0.5], [name, "code"], [20_260_131, -3.14159]))).map(({ text }) => text);
    expect(texts[0]).toMatch(/^the_average.*… = 20260132$/); // the nearest float
    expect(texts).toContain("code = −3.142");
  });

  test("channels that are not drawn are counted, and a single step is drawn", () => {
    const many = new Tensor([1, 12, 5], new Float32Array(60).fill(1));
    const said = labels(signalPlot({ relevance: many }, { input: many })).map(({ text }) => text);
    expect(said).toContain("8 of 12 channels");
    const one = new Tensor([1, 1, 1], Float32Array.of(2));
    const plot = signalPlot({ relevance: one }, { input: one });
    const [filled] = plot.shapes.flatMap((shape) => (shape.kind === "path" && shape.filled === true ? [shape] : []));
    const places = filled!.points.map(([x]) => x);
    expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(500);
    expect(labels(plot).filter(({ text }) => text === "0")).toHaveLength(2); // the axis and the step
    expect(plot.alt).toBe("relevance along 1 step, strongest at step 0");
  });
});

describe("words as pixels", () => {
  const map = wordMap(["[CLS]", "a", "dull", "film", ",", "dull", "[SEP]"], [0, 0.1, -1, 0.2, 0, -0.8, 0]);
  test("stand within the picture, coloured, the strong ones underlined", async () => {
    const drawing = wordDrawing(map, { width: 120 });
    const rows = new Set(boxes(drawing.shapes).map(({ y }) => y));
    expect(rows.size).toBeGreaterThan(1);
    for (const { x, width } of boxes(drawing.shapes)) expect(x + width).toBeLessThanOrEqual(120);
    expect(boxes(drawing.shapes)[2]).toMatchObject({ fill: "#5b8dee", title: "dull: −1" });
    const lines = drawing.shapes.flatMap((shape) => (shape.kind === "path" ? [shape.dashed] : []));
    expect(lines).toEqual([false, true, false, true]);
    expect((await drawing.png()).length).toBeGreaterThan(500);
    expect(drawing.alt).toMatch(/^for: film .*against: dull/);
  });

  test("say how wide they may be, and of what they are", () => {
    expect(() => wordDrawing(map, { width: 0 })).toThrow("wordDrawing: takes a width and a fontSize above 0, got 0");
    expect(() => wordDrawing({} as never)).toThrow("wordDrawing: takes");
    expect(map.swatches(3)).toEqual(["#5b8dee", "#ffffff", "#f0645c"]);
  });
});

test("the legend of a small map has room for its numbers", () => {
  const svg = heatmap(new Tensor([1, 1, 2, 2], Float32Array.of(1e-6, -2e-6, 0, 0)), { legend: true }).svg();
  expect(svg).toMatch(/width="128"/);
  expect(svg).toContain(">2e-6</text>");
});
