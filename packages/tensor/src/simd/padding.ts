/** Sources with their padding written out, so that products read without asking. */
import type { Extent3 } from "../geometry.ts";
import { elementwiseJob, padding } from "./code/jobs.ts";
import type { Machine } from "./machine.ts";
import { volume, type PaddedSource } from "../orientation.ts";

/**
 * Copies planes into padded ones at `out`, writing `origin` zeros more; with `energies`, which hold zeros, adds up
 * there the squares of all planes, then their magnitudes, in an order that depends on their number and size alone.
 */
export function copyPadded(
  machine: Machine, x: number, out: number, planes: number, source: Extent3, { extent, origin }: PaddedSource,
  energies = 0,
): void {
  const [row, slice, plane] = [extent[2], extent[1] * extent[2], volume(extent)];
  // What adds up does so in as many parts for any number of threads, or bits would tell how many there are.
  const parts = energies === 0 ? machine.threads : partsOfEnergy;
  const planesPerBlock = Math.ceil(planes / (planes * plane < perThread * parts ? 1 : Math.min(parts, planes)));
  const blocks = Math.ceil(planes / planesPerBlock);
  const areas = energies === 0 || blocks === 1 ? energies : zeros(machine, 2 * blocks * plane);
  const job = machine.job(padding, {
    x, out, before: 4 * origin, planes, depth: source[0], height: source[1], width: 4 * source[2],
    afterRow: 4 * (row - source[2]), afterSlice: 4 * (slice - source[1] * row),
    afterPlane: 4 * (plane - source[0] * slice), marks: areas,
    planesPerBlock, planeFrom: 4 * volume(source), planeTo: 4 * plane,
    marksPerBlock: 8 * plane,
  });
  machine.run(energies === 0 ? "padPlanes" : "padMarking", job, blocks, 0);
  if (areas === energies) return;
  for (let block = 0; block < blocks; block++) {
    const sum = { a: energies, b: areas + 8 * block * plane, out: energies, count: 2 * plane, perBlock: 2 * plane };
    machine.run("add", machine.job(elementwiseJob, { ...sum, scale: 0, epsilon: 0 }), 1, 0);
  }
}

// Fewer elements are copied before a thread wakes up.
const perThread = 1 << 15;

const partsOfEnergy = 4;

/** Scratch memory of `length` zeros. */
export function zeros(machine: Machine, length: number): number {
  const address = machine.scratch(4 * length);
  machine.clear(address, length);
  return address;
}
