/** What the output loses when parts of the input are covered. */
import type { Model } from "@relprop/layers";
import {
  assumedLayout, batched, checkLayout, clone, dot, Integers, optionsOf, sharedArena, Tensor, type Layout, type Shape,
  type Value,
} from "@relprop/tensor";
import { timely, type Analyzer } from "./analyzer.ts";
import { samplesAtOnce } from "../run/at-once.ts";
import { inputsOf } from "../run/inputs.ts";
import { outputOf, startAt } from "../run/target.ts";
import { inputGradient } from "./backward-methods.ts";
import { movable, replaced, withRelevance } from "./given-values.ts";
import { samplesOf } from "./repeated-methods.ts";
import { checkGivenModel } from "../prepare/given-model.ts";

/** What `occlusion` may be given. */
export interface OcclusionOptions {
  /** Extent of the covered box, one number or one per spatial axis; 4 by default, for rows of features 1. */
  readonly window?: number | readonly number[];
  /** Steps of the box; its own extent by default, so that boxes do not overlap. */
  readonly stride?: number | readonly number[];
  /** The name of the input that is covered; the first one of floats by default. */
  readonly input?: string;
  /** What covers the input; 0 by default. */
  readonly value?: number;
  /** Where channels stand; what the model says unless given. */
  readonly layout?: Layout;
  /** Covered samples in one pass; by default as many as have their values in 100 MB. Results do not depend on it. */
  readonly batch?: number;
}

/**
 * Relevance of a pixel: how much the explained outputs fall, on average over the boxes that cover it, when a box of all
 * channels is set to `value` (Zeiler & Fergus 2014). Boxes run in batches.
 */
export function occlusion(model: Model, options: OcclusionOptions = {}): Analyzer {
  optionsOf("occlusion", options);
  checkGivenModel("occlusion", model);
  const { value = 0 } = options;
  const gradient = inputGradient(model);
  return {
    analyze: timely((given, analysis) => {
      const inputs = inputsOf(model, given);
      const explanation = gradient.analyze(inputs, analysis);
      const [covered, input] = coveredInput(model, inputs, options.input);
      const layout = checkLayout("occlusion", options.layout) ?? model.layout(covered) ??
        assumedLayout("occlusion", input.shape);
      const isLast = layout === "channelsLast" && input.shape.length > 2;
      const { window = input.shape.length < 3 ? 1 : 4, stride = window } = options;
      const { batch, channels, extents } = extentsOf(input.shape, isLast);
      const [size, step] = [perAxis("window", window, extents.length), perAxis("stride", stride, extents.length)];
      const plane = extents.reduce((a, b) => a * b, 1);
      const name = outputOf(model, analysis.output);
      const start = startAt(
        explanation.output, analysis.target ?? "max", analysis.start, model.layout(name), input.shape[0],
      ).relevance;
      const output = model.outputs.indexOf(name);
      const weights = samplesOf(start, batch);
      const scores = (y: Tensor): readonly number[] => samplesOf(y, batch).map((row, n) => dot(row, weights[n]!));
      const before = scores(explanation.output);
      const losses = new Float64Array(batch * plane);
      const covers = new Float64Array(plane);
      const boxes = corners(extents, step);
      const cover = (box: readonly number[]): Tensor => {
        const { data, shape } = clone(input);
        for (const p of box) {
          // A pixel's channels lie side by side, or a plane apart.
          for (let c = 0; c < batch * channels; c++) {
            data[isLast ? (Math.floor(c / channels) * plane + p) * channels + (c % channels) : c * plane + p] = value;
          }
        }
        return new Tensor(shape, data);
      };
      const pass = (some: readonly (readonly number[])[]): readonly Value[] => replaced(
        model, inputs.map((value) => (some.length === 1 ? value : batched(some.map(() => value)))),
        new Map([[covered, some.length === 1 ? cover(some[0]!) : batched(some.map(cover))]]),
      );
      const together = input.shape.length === 0 || batch === 0 ? 1
        : Math.ceil(samplesAtOnce("occlusion", model, inputs.map(firstSample), options.batch) / batch);
      for (let from = 0; from < boxes.length; from += together) {
        const some = boxes.slice(from, from + together).map((corner) => boxPositions(corner, size, extents));
        sharedArena().run(() => {
          const after = model.forward(...pass(some))[output]!;
          some.forEach((box, b) => {
            for (const p of box) covers[p]!++;
            const own = some.length === 1 ? after : after.rows(b * batch, (b + 1) * batch);
            scores(own).forEach((score, n) => {
              for (const p of box) losses[n * plane + p]! += before[n]! - score;
            });
          });
        });
      }
      const relevance = Float32Array.from({ length: input.size }, (_, i) => {
        const n = Math.floor(i / (channels * plane));
        const p = isLast ? Math.floor(i / channels) % plane : i % plane;
        return covers[p] === 0 ? 0 : losses[n * plane + p]! / covers[p]! / channels;
      });
      return withRelevance(explanation, new Map([[covered, new Tensor(input.shape, relevance)]]));
    }),
  };
}

function coveredInput(model: Model, inputs: readonly Value[], asked?: string): readonly [string, Tensor] {
  const floats = movable("occlusion", model, inputs);
  const [first] = floats.keys();
  const covered = asked ?? first!;
  const input = floats.get(covered);
  if (input !== undefined) return [covered, input];
  const names = [...floats.keys()].map((name) => `"${name}"`).join(", ");
  throw new RangeError(`occlusion: takes the name of an input of floats (${names}), got "${covered}"`);
}

function firstSample(value: Value): Value {
  if (value instanceof Tensor) return value.shape.length === 0 ? value : value.rows(0, 1);
  const [batch = 1, ...sample] = value.shape;
  const { type, data } = value;
  return new Integers([1, ...sample], data.subarray(0, data.length / Math.max(1, batch)), type);
}

function extentsOf(
  [batch = 1, ...sample]: Shape, isLast: boolean,
): { readonly batch: number; readonly channels: number; readonly extents: readonly number[] } {
  // Features of a row are covered one by one, not as the channels of one place.
  if (sample.length === 1) return { batch, channels: 1, extents: sample };
  if (isLast) return { batch, channels: sample.at(-1) ?? 1, extents: sample.slice(0, -1) };
  return { batch, channels: sample[0] ?? 1, extents: sample.slice(1) };
}

function perAxis(what: string, value: number | readonly number[], rank: number): readonly number[] {
  const values = typeof value === "number" ? new Array<number>(rank).fill(value) : value;
  if (values?.length !== rank || !values.every((extent) => Number.isInteger(extent) && extent >= 1)) {
    throw new RangeError(`occlusion: takes a ${what} of ${rank} whole numbers >= 1, got ${JSON.stringify(value)}`);
  }
  return values;
}

function corners(extents: readonly number[], step: readonly number[]): readonly (readonly number[])[] {
  return extents.reduce<readonly (readonly number[])[]>(
    (all, extent, axis) =>
      all.flatMap((corner) => {
        const count = Math.ceil(extent / step[axis]!);
        return Array.from({ length: count }, (_, i) => [...corner, i * step[axis]!]);
      }),
    [[]],
  );
}

function boxPositions(
  corner: readonly number[], size: readonly number[], extents: readonly number[],
): readonly number[] {
  return extents.reduce<readonly number[]>(
    (flats, extent, axis) =>
      flats.flatMap((flat) => {
        const from = corner[axis]!;
        const count = Math.min(extent, from + size[axis]!) - from;
        return Array.from({ length: count }, (_, i) => flat * extent + from + i);
      }),
    [0],
  );
}
