/** Sources with their padding written out, so that products read without asking. */
import type { Extent3 } from "../geometry.ts";
import { padding } from "./code/jobs.ts";
import type { Machine } from "./machine.ts";
import { volume, type PaddedSource } from "../orientation.ts";

/**
 * Copies planes into padded ones at `out`, writing `origin` zeros more; with `marks`, which hold zeros, marks where any
 * of them is not zero.
 */
export function copyPadded(
  machine: Machine, x: number, out: number, planes: number, source: Extent3, { extent, origin }: PaddedSource,
  marks = 0,
): void {
  const [row, slice, plane] = [extent[2], extent[1] * extent[2], volume(extent)];
  const blocks = planes * plane < perThread * machine.threads ? 1 : Math.min(machine.threads, planes);
  // Threads that marked one plane together would have to wait for one another.
  const areas = marks === 0 || blocks === 1 ? marks : zeros(machine, blocks * plane);
  const job = machine.job(padding, {
    x, out, before: 4 * origin, planes, depth: source[0], height: source[1], width: 4 * source[2],
    afterRow: 4 * (row - source[2]), afterSlice: 4 * (slice - source[1] * row),
    afterPlane: 4 * (plane - source[0] * slice), marks: areas,
    planesPerBlock: Math.ceil(planes / blocks), planeFrom: 4 * volume(source), planeTo: 4 * plane,
    marksPerBlock: 4 * plane,
  });
  machine.run(marks === 0 ? "padPlanes" : "padMarking", job, blocks, 0);
  if (areas !== marks) {
    const { words } = machine;
    for (let i = 0; i < blocks * plane; i++) words[marks / 4 + (i % plane)]! |= words[areas / 4 + i]!;
  }
}

// Fewer elements are copied before a thread wakes up.
const perThread = 1 << 15;

/** Scratch memory of `length` zeros. */
export function zeros(machine: Machine, length: number): number {
  const address = machine.scratch(4 * length);
  machine.floats.fill(0, address / 4, address / 4 + length);
  return address;
}

/** How many samples of a batch, of so many elements each, are padded at once: a divisor of it, for 16 MB at most. */
export function samplesAtOnce(batch: number, length: number): number {
  let samples = Math.max(1, Math.min(batch, Math.floor((1 << 22) / length)));
  while (batch % samples !== 0) samples--;
  return samples;
}
