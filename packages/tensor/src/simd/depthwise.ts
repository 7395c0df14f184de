/** Convolutions of images that take each channel for itself. */
import type { Weights } from "../weights.ts";
import { orient, padded, volume, type Orientation, type Purpose } from "../orientation.ts";
import { reach } from "../passes.ts";
import { depthwise, depthwisePass, depthwiseTap } from "./code/jobs.ts";
import { floatWord, type Struct } from "./struct.ts";
import type { Machine } from "./machine.ts";
import type { Prepared, Run } from "./prepared.ts";
import { eachRows } from "./weight-rows.ts";

/** Whether `depthwisePlan` takes a convolution. */
export function suitsDepthwise({ geometry }: Purpose): boolean {
  const { groups, channelsIn, channelsOut, input, output, kernel } = geometry;
  return groups === channelsIn && groups === channelsOut && input[0] === 1 && output[0] === 1 && kernel[0] === 1;
}

/** A plan for a convolution that suits. */
export function depthwisePlan(machine: Machine, purpose: Purpose, weight: Weights): Prepared {
  const { groups: channels, kernel } = purpose.geometry;
  const view = orient(purpose);
  const { source, target, passes } = view;
  padded(view, purpose, weight); // refuses what is out of all proportion
  const layout = layoutOf(view);
  const { copied, phases, rowSize, at } = layout;
  const taken = passes.filter(([, y, x]) => y.taps.length * x.taps.length > 0);
  const taps = taken.map(([, y, x]) => records(depthwiseTap, y.taps.flatMap((down) => x.taps.map((across) => (
    { x: at(down.shift, across.shift), weight: 4 * (down.tap * kernel[2] + across.tap) }
  )))));
  const tapTables = machine.tables(taps);
  const passTable = machine.tables([records(depthwisePass, taken.map(([, y, x], i) => ({
    taps: tapTables.addresses[i]!, tapsEnd: tapTables.addresses[i]! + 4 * taps[i]!.length,
    rows: y.count, columns: x.count, first: 4 * (y.outStart * target[2] + x.outStart),
    rowFrom: y.sourceStep * rowSize, rowTo: 4 * y.outStep * target[2], columnTo: 4 * x.outStep,
  })))]);

  const run: Run = (batch, x, bias, out, bounds) => {
    const planes = batch * channels;
    if (taken.length < passes.length) machine.clear(out, planes * volume(target));
    const planesPerBlock = Math.ceil(leastPerBlock / volume(target));
    eachRows(machine, weight, view, channels, ({ address }) => {
      const job = machine.job(depthwise, {
        x, out, bias, weight: address, low: floatWord(bounds.min), high: floatWord(bounds.max),
        planes, planesPerBlock, channels, planeFrom: 4 * volume(source), planeTo: 4 * volume(target),
        weightSize: 4 * volume(kernel), height: source[1], width: source[2], laidOut: copied ? layout.size : 0,
        rowSize, phases, phaseSize: layout.phaseSize, firstRow: layout.first, firstPhase: layout.firstPhase,
        passes: passTable.addresses[0]!, passCount: taken.length,
      });
      machine.run("depthwiseBlock", job, Math.ceil(planes / planesPerBlock), copied ? layout.size + beyond : 0);
    });
  };
  return { run, keeps: [tapTables, passTable] };
}

// Elements of a block: fewer are not worth a turn of their own.
const leastPerBlock = 1 << 12;

// Bytes that the last vectors of a row may read behind its end.
const beyond = 64;

/** How a plane lies when it is read; sizes and places in bytes. */
interface Layout {
  /** Whether it is copied for that. */
  readonly copied: boolean;
  readonly size: number;
  /** Columns of one phase follow one another; phases of a row do. */
  readonly phases: number;
  readonly phaseSize: number;
  readonly rowSize: number;
  /** Where the row of the first element starts, and its phase. */
  readonly first: number;
  readonly firstPhase: number;
  /** Where a window shifted by so much reads first. */
  at(down: number, across: number): number;
}

function layoutOf({ source, passes }: Orientation): Layout {
  const [[above, below], [before, after]] = [reach(passes, 1, source[1]), reach(passes, 2, source[2])];
  // Single columns are not stepped from.
  const { count, sourceStep } = passes[0]![2];
  const phases = count > 1 ? sourceStep : 1;
  const copied = phases > 1 || above + below + before + after > 0;
  const phaseSize = 4 * Math.ceil((before + source[2] + after) / phases);
  const rowSize = phases * phaseSize;
  const place = (row: number, column: number): number =>
    row * rowSize + (column % phases) * phaseSize + 4 * Math.floor(column / phases);
  return {
    copied, phases, phaseSize, rowSize,
    size: rowSize * (above + source[1] + below),
    first: above * rowSize + 4 * Math.floor(before / phases),
    firstPhase: before % phases,
    at: (down, across) => place(down + above, across + before),
  };
}

/** Records one after the other. */
function records<Name extends string>(
  record: Struct<Name>, all: readonly Readonly<Record<Name, number>>[],
): readonly number[] {
  return all.flatMap((values) => record.of(values));
}
