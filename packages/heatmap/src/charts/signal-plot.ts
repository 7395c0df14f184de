/** Relevance along a signal: the signal as a line, and under it what speaks for the output and against it, filled. */
import { Drawing } from "../drawing/drawing.ts";
import { formatNumber } from "../picture/legend.ts";
import { alongLastAxis } from "../relevance-form.ts";
import { relevantOf, type Relevant } from "../relevant.ts";
import { checkTensor, optionsOf, toChannelsFirst, type Tensor } from "@relprop/tensor";
import type { DrawnShape } from "../drawing/shape.ts";

/** How a signal is drawn. */
export interface SignalPlotOptions {
  /** What the network was given, in the shape of the relevance; its channels become lines. */
  readonly input?: Tensor;
  readonly sample?: number;
  /** In pixels; 720 unless given. */
  readonly width?: number;
  /** What is read out instead of the picture. */
  readonly alt?: string;
}

const [TOP, HEIGHT, GAP, BAND, LEFT, RIGHT] = [8, 110, 14, 96, 52, 10];

/** So many channels are drawn; relevance is that of all. */
const MOST = 8;

/** The signal above, its relevance below, channels added up, on one axis of steps. */
export function signalPlot(explained: Relevant, options: SignalPlotOptions = {}): Drawing {
  const { input, sample = 0, width = 720 } = optionsOf("signalPlot", options);
  relevantOf("signalPlot", explained);
  if (input !== undefined) checkTensor("signalPlot input", input);
  const relevance = alongLastAxis(explained, sample);
  const length = relevance.length;
  const x = (step: number): number => LEFT + ((width - LEFT - RIGHT) * step) / Math.max(1, length - 1);
  const shapes: DrawnShape[] = [];
  let y = TOP;
  if (input !== undefined) {
    const { lines, count } = channels(input, explained, sample);
    if (lines.some((line) => line.length !== length)) {
      throw new RangeError(`signalPlot: takes an input of ${length} steps, as its relevance has, got another`);
    }
    const [low, high] = extent(lines);
    const height = (value: number): number => y + HEIGHT - (HEIGHT * (value - low)) / (high - low);
    for (const [i, line] of lines.entries()) {
      const points = across(thinned(line, x(1) - x(0)).map(([step, value]) => [x(step), height(value)] as const));
      shapes.push({ kind: "path", points, stroke: i === 0 ? "ink" : "faint", width: 1.25 });
    }
    for (const [value, at] of [[high, y + 9], [low, y + HEIGHT]] as const) {
      shapes.push(tick(value, at));
    }
    if (count > MOST) {
      const text = `${MOST} of ${count} channels`;
      const at = y + HEIGHT + 11;
      shapes.push({ kind: "label", x: width - RIGHT, y: at, text, size: 11, fill: "faint", anchor: "end" });
    }
    y += HEIGHT + GAP;
  }
  const limit = relevance.filter(Number.isFinite).reduce((most, each) => Math.max(most, Math.abs(each)), 0) || 1;
  const axis = y + BAND / 2;
  for (const [sign, paint] of [[1, "for"], [-1, "against"]] as const) {
    const part = relevance.map((each) => Math.max(0, sign * each));
    const curve = across(thinned(part, x(1) - x(0)).map(([step, value]) =>
      [x(step), axis - (sign * value * BAND) / 2 / limit] as const));
    const [from, to] = [curve[0]![0], curve.at(-1)![0]];
    shapes.push({ kind: "path", points: [[from, axis], ...curve, [to, axis]], stroke: paint, filled: true });
  }
  shapes.push({ kind: "path", points: [[LEFT, axis], [width - RIGHT, axis]], stroke: "faint" });
  for (const [value, at] of [[limit, y + 9], [0, axis + 4], [-limit, y + BAND]] as const) {
    shapes.push(tick(value, at));
  }
  const bottom = y + BAND + 16;
  const ends = [[0, "start"], [length - 1, "end"]] as const;
  for (const [step, anchor] of length === 1 ? ends.slice(0, 1) : ends) {
    shapes.push({ kind: "label", x: x(step), y: bottom, text: `${step}`, size: 11, fill: "faint", anchor });
  }
  const strongest = relevance.reduce((best, each, i) => (Math.abs(each) > Math.abs(relevance[best]!) ? i : best), 0);
  const alt = options.alt ?? `relevance along ${length} step${length === 1 ? "" : "s"}, strongest at step ${strongest}`;
  return new Drawing(width, bottom + 6, shapes, alt);

  /** A single step is drawn from side to side. */
  function across(points: readonly Point[]): readonly Point[] {
    return points.length === 1 ? [points[0]!, [width - RIGHT, points[0]![1]]] : points;
  }
}

type Point = readonly [x: number, y: number];

/** A number left of the frame. */
function tick(value: number, y: number): DrawnShape {
  const text = formatNumber(value).replace("-", "−");
  return { kind: "label", x: LEFT - 6, y, text, size: 11, fill: "faint", anchor: "end" };
}

function channels(
  input: Tensor, { layout }: Relevant, sample: number,
): { readonly lines: readonly Float32Array[]; readonly count: number } {
  const { shape, data } = toChannelsFirst(input, layout);
  const length = shape.at(-1) ?? 1;
  const size = shape.length < 2 ? data.length : data.length / shape[0]!;
  const own = data.subarray(sample * size, (sample + 1) * size);
  const count = Math.floor(own.length / length);
  const lines = Array.from({ length: Math.min(MOST, count) }, (_, c) => own.subarray(c * length, (c + 1) * length));
  return { lines, count };
}

function extent(lines: readonly Float32Array[]): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const line of lines) {
    for (const value of line) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low < high ? [low, high] : [(Number.isFinite(low) ? low : 0) - 1, (Number.isFinite(low) ? low : 0) + 1];
}

/** Steps and values; where several steps share a pixel, the least and the largest of each half pixel. */
function thinned(line: ArrayLike<number>, pitch: number): readonly (readonly [step: number, value: number])[] {
  const each = Math.max(1, Math.floor(1 / Math.max(pitch, 1e-9)));
  const out: (readonly [number, number])[] = [];
  for (let from = 0; from < line.length; from += each) {
    let [least, most] = [from, from];
    for (let i = from; i < Math.min(line.length, from + each); i++) {
      if (line[i]! < line[least]!) least = i;
      if (line[i]! > line[most]!) most = i;
    }
    for (const i of least === most ? [least] : [Math.min(least, most), Math.max(least, most)]) {
      out.push([i, Number.isFinite(line[i]!) ? line[i]! : 0]);
    }
  }
  return out;
}
