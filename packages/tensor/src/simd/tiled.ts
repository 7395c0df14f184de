/** Convolutions of any geometry: patches are gathered and multiplied in tiles. */
import { depthPerBlock, packedLength, prepare, run } from "./contraction.ts";
import type { Machine } from "./machine.ts";
import { orient, padded, passTables, volume, type Purpose } from "../orientation.ts";
import { copyPadded, samplesAtOnce } from "./padding.ts";
import type { Prepared, Run } from "./prepared.ts";

/** A plan that gathers patches and multiplies tiles, or goes directly where a group has hardly any rows. */
export function tiledPlan(machine: Machine, purpose: Purpose, weight: Float32Array): Prepared {
  const { batch: all, groups } = purpose.geometry;
  const view = orient(purpose);
  const { source, target, rows, channels, rowStep, groupStep, passes } = view;
  const place = padded(view);
  const copied = volume(place.extent) !== volume(source);
  const direct = rows < 3;
  const [plane, targetPlane] = [volume(place.extent), volume(target)];
  // Small planes of a batch are laid side by side, or half of every block would be empty.
  const merged = all > 1 && targetPlane <= 1024 && all * targetPlane <= 1 << 18;
  const batch = merged ? all : samplesAtOnce(all, groups * channels * plane);
  const steps = passes.filter(([z, y, x]) => z.taps.length * y.taps.length * x.taps.length > 0).map((pass) => {
    const { base: sources, weights, ...places } = passTables(pass, purpose, view, place);
    // Entries behind the last repeat an earlier one, so that a panel which is not full is seen to be so.
    const spread = (positions: Int32Array, step: number): Int32Array =>
      new Int32Array((merged ? batch : 1) * positions.length + 8).map((_, i, { length }) =>
        i < length - 8 ? 4 * (positions[i % positions.length]! + Math.floor(i / positions.length) * step) : 0);
    const inBytes = (offsets: Int32Array): Int32Array => offsets.map((offset) => 4 * offset);
    const positions = spread(places.positions, groups * channels * plane);
    const outPositions = spread(places.outPositions, groups * rows * targetPlane);
    const depth = sources.length;
    const tables = machine.tables([inBytes(sources), positions, outPositions, inBytes(weights)]);
    const [base, position, outPosition, gather] = tables.addresses;
    const groupLength = direct ? rows * depth : packedLength(rows, depth);
    const packed = machine.lasting(groups * groupLength);
    const [from, to] = [machine.operand(weight), packed.byteOffset];
    for (let g = 0; g < groups; g++) {
      const [read, write] = [from + 4 * g * groupStep, to + 4 * g * groupLength];
      const offsets = machine.words.subarray(gather / 4, gather / 4 + depth);
      if (direct) gatherRows(machine.words, read, write, rows, rowStep, offsets);
      else machine.functions.packRows(read, 4 * rowStep, gather, depth, depthPerBlock(depth), rows, write);
    }
    const job = prepare({
      a: packed.byteOffset, rows, depth, groups, base, position, outPosition,
      columns: positions.length - 8,
      batch: merged ? 1 : batch,
      outStride: 4 * targetPlane,
      batchX: 4 * groups * channels * plane,
      batchOut: 4 * groups * rows * targetPlane,
      groupX: 4 * channels * plane,
      groupOut: 4 * rows * targetPlane,
      groupBias: 4 * rows,
      groupA: 4 * groupLength,
    }, direct);
    return { job, packed, tables };
  });
  const runSome: Run = (x, bias, out, floor) => {
    let from = x;
    if (copied) {
      const planes = batch * groups * channels;
      from = machine.scratch(4 * (planes * plane + place.origin));
      copyPadded(machine, x, from, planes, source, place);
    }
    if (steps.length < passes.length) {
      machine.floats.fill(0, out / 4, out / 4 + batch * groups * rows * targetPlane);
    }
    for (const { job } of steps) run(machine, job, from, out, bias, floor);
  };
  const [step, outStep] = [4 * batch * groups * channels * volume(source), 4 * batch * groups * rows * targetPlane];
  const runAll: Run = (x, bias, out, floor) => {
    for (let n = 0; n < all; n += batch) {
      machine.reusing(() => runSome(x + (n / batch) * step, bias, out + (n / batch) * outStep, floor));
    }
  };
  return { run: runAll, keeps: steps };
}

function gatherRows(
  words: Int32Array, from: number, to: number, rows: number, rowStep: number, gather: Int32Array,
): void {
  for (let row = 0; row < rows; row++) {
    gather.forEach((offset, k) => {
      words[to / 4 + row * gather.length + k] = words[from / 4 + row * rowStep + offset / 4]!;
    });
  }
}
