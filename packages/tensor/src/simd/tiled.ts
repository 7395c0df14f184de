/** Convolutions of any geometry: patches are gathered and multiplied in tiles. */
import type { Weights } from "../weights.ts";
import { orient, padded, passTables, volume, type Purpose } from "../orientation.ts";
import { prepare, run as runJob, type Job } from "./contraction.ts";
import type { Machine } from "./machine.ts";
import { copyPadded } from "./padding.ts";
import type { Panels } from "./panels.ts";
import { behind, type Prepared, type Run } from "./prepared.ts";
import { Recent } from "./recent.ts";

// Small planes of a batch are laid side by side up to so many columns, or half of every block would be empty.
const sideBySide = { plane: 1024, columns: 2048 } as const;

// Elements that are padded at once.
const mostPadded = 1 << 22;

/** A plan that gathers patches and multiplies tiles, or goes directly where a group has hardly any rows. */
export function tiledPlan(machine: Machine, purpose: Purpose, weight: Weights, panels: Panels): Prepared {
  const { groups } = purpose.geometry;
  const view = orient(purpose);
  const { source, target, rows, channels, passes } = view;
  const place = padded(view, purpose, weight);
  const copied = volume(place.extent) !== volume(source);
  const direct = rows < 3;
  const [plane, targetPlane] = [volume(place.extent), volume(target)];
  const [sampleIn, sampleOut] = [groups * channels * volume(source), groups * rows * targetPlane];
  const merged = targetPlane <= sideBySide.plane;
  const atOnce = Math.max(1, Math.floor(merged ? sideBySide.columns / targetPlane : mostPadded / (sampleIn || 1)));

  const steps = passes.filter(([z, y, x]) => z.taps.length * y.taps.length * x.taps.length > 0).map((pass) => {
    const tables = passTables(pass, purpose, view, place);
    const each = panels.of(weight, purpose, view, tables, direct);
    const base = machine.tables([tables.base.map((offset) => 4 * offset)]);
    const product = {
      depth: tables.base.length, groups,
      base: base.addresses[0]!,
      outStride: 4 * targetPlane, groupBias: 4 * rows,
      groupX: 4 * channels * plane, groupOut: 4 * rows * targetPlane,
      batchX: 4 * groups * channels * plane, batchOut: 4 * sampleOut,
    };
    /** Positions of so many samples side by side; entries behind the last repeat an earlier one. */
    const spread = (positions: Int32Array, step: number, samples: number): Int32Array =>
      new Int32Array(samples * positions.length + 8).map((_, i, { length }) =>
        i < length - 8 ? 4 * (positions[i % positions.length]! + Math.floor(i / positions.length) * step) : 0);
    const made = new Recent<string, Job>(4);
    const jobFor = (samples: number, some: number): Job => made.get(`${samples} ${some}`, () => {
      const beside = merged ? samples : 1;
      const places = machine.tables([
        spread(tables.positions, groups * channels * plane, beside),
        spread(tables.outPositions, sampleOut, beside),
      ]);
      const [position, outPosition] = places.addresses as [number, number];
      const columns = beside * tables.positions.length;
      const sized = { ...product, rows: some, position, outPosition, columns, batch: samples / beside };
      return prepare(sized, direct ? "directBlock" : "contractBlock", places);
    });
    return { jobFor, each, base };
  });

  const runSome: Run = (samples, x, bias, out, bounds) => {
    let from = x;
    if (copied) {
      const planes = samples * groups * channels;
      from = machine.scratch(4 * (planes * plane + place.origin));
      copyPadded(machine, x, from, planes, source, place);
    }
    if (steps.length < passes.length) machine.clear(out, samples * sampleOut);
    for (const { jobFor, each } of steps) {
      each((packed) => {
        const { first, rows: some } = packed;
        const to = out + 4 * first * targetPlane;
        runJob(machine, jobFor(samples, some), packed, from, to, behind(bias, first), bounds);
      });
    }
  };
  const run: Run = (batch, x, bias, out, bounds) => {
    for (let n = 0; n < batch; n += atOnce) {
      const samples = Math.min(atOnce, batch - n);
      machine.reusing(() => runSome(samples, x + 4 * n * sampleIn, bias, out + 4 * n * sampleOut, bounds));
    }
  };
  return { run, keeps: steps };
}
