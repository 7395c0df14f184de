/** Convolutions of extent 1, which are products with the source as it lies. */
import type { Weights } from "../weights.ts";
import { orient, passTables, volume, type Purpose } from "../orientation.ts";
import { prepare, run as runJob, type Job } from "./contraction.ts";
import type { Machine } from "./machine.ts";
import type { Panels } from "./panels.ts";
import { behind, type Prepared, type Run } from "./prepared.ts";
import { Recent } from "./recent.ts";

// With fewer columns half of every tile would be empty; small planes of a batch are better laid side by side.
const leastColumns = 8;

// Steps of k that are a multiple of this apart share a few sets of the cache.
const page = 4096;

/** Whether rows of so many columns are read in place without harm. */
export function isSpread(columns: number): boolean {
  return columns >= leastColumns && (4 * columns) % page !== 0;
}

/** Whether `pointwisePlan` takes a convolution, and gains. */
export function suitsPointwise({ geometry }: Purpose): boolean {
  const { groups, channelsIn, channelsOut, input, output, kernel, stride, padding } = geometry;
  const columns = volume(output);
  return volume(kernel) === 1 && volume(stride) === 1 && padding.every((zeros) => zeros === 0) &&
    columns === volume(input) && isSpread(columns) &&
    Math.min(channelsIn, channelsOut) / groups > 2;
}

/** A plan for a convolution that suits. */
export function pointwisePlan(machine: Machine, purpose: Purpose, weight: Weights, panels: Panels): Prepared {
  const { groups } = purpose.geometry;
  const view = orient(purpose);
  const { source, rows, channels, passes } = view;
  const columns = volume(source);
  const each = panels.of(weight, purpose, view, passTables(passes[0]!, purpose, view, { extent: source, origin: 0 }));
  const jobs = new Recent<string, Job>(3);
  const jobFor = (batch: number, some: number): Job => jobs.get(`${batch} ${some}`, () => prepare({
    rows: some, columns, depth: channels, groups, batch,
    xStride: 4 * columns, outStride: 4 * columns, groupBias: 4 * rows,
    groupX: 4 * channels * columns, groupOut: 4 * rows * columns,
    batchX: 4 * groups * channels * columns, batchOut: 4 * groups * rows * columns,
  }, "pointwiseBlock"));
  const run: Run = (batch, x, bias, out, bounds) => each((packed) => {
    const { first, rows: some } = packed;
    runJob(machine, jobFor(batch, some), packed, x, out + 4 * first * columns, behind(bias, first), bounds);
  });
  return { run, keeps: [each] };
}
