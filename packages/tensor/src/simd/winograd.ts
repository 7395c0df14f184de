/** 3×3 convolutions of stride 1 with enough channels: Winograd's products. */
import { depthPerBlock, rowsAtOnce, winogradJob } from "./code/winograd-words.ts";
import type { Bounds } from "../kernels.ts";
import type { Weights } from "../weights.ts";
import type { Machine } from "./machine.ts";
import { behind } from "./prepared.ts";
import { floatWord } from "./struct.ts";
import { eachRows } from "./weight-rows.ts";
import { combine, orient, paddedBy, volume, type Purpose } from "../orientation.ts";
import { copyPadded, samplesAtOnce, zeros } from "./padding.ts";

/** A plan for one size of batch: runs between addresses; a bias of 0 is absent. */
interface WinogradPlan {
  readonly run: Run;
  readonly keeps: readonly object[];
}

type Run = (x: number, bias: number, out: number, bounds: Bounds) => void;

// Below this the transforms cost more than the products they save.
const least = { channels: 16, rows: 3 } as const;

/** Whether `winogradPlan` takes a convolution, and gains. */
export function suitsWinograd({ geometry, transposed }: Purpose): boolean {
  const { groups, channelsIn, channelsOut, input, output, kernel, stride, dilation } = geometry;
  const [channels, rows] = transposed ? [channelsOut, channelsIn] : [channelsIn, channelsOut];
  const is = (extent: readonly number[], ...wanted: readonly number[]): boolean =>
    wanted.every((value, axis) => extent[axis] === value);
  return groups === 1 && channels >= least.channels && rows >= least.rows && input[0] === 1 && output[0] === 1 &&
    is(kernel, 1, 3, 3) && is(stride, 1, 1, 1) && is(dilation, 1, 1, 1) && output[1] > 2 && output[2] > 2;
}

/** A plan for a convolution that suits, given the `limitsOf` its weight. */
export function winogradPlan(
  machine: Machine, purpose: Purpose, weight: Weights, limits: readonly number[],
): WinogradPlan {
  const view = orient(purpose);
  const { source, target, rows, channels, passes } = view;
  const [pass] = passes;
  const [, height, width] = target;
  const m = tileFor(height, width);
  const products = (m + 2) ** 2;
  const [tileRows, tileColumns] = [Math.ceil(height / m), Math.ceil(width / m)];

  // The first tile starts where the first window does, the last one may end beyond the last.
  const shifts = [0, pass![1].taps[0]!.shift, pass![2].taps[0]!.shift];
  const reached = [1, m * tileRows + 2, m * tileColumns + 2];
  const around = source.map((extent, axis): [number, number] =>
    [Math.max(0, -shifts[axis]!), Math.max(0, shifts[axis]! + reached[axis]! - extent)]);
  const place = paddedBy(source, around);
  const [plane, line] = [volume(place.extent), place.extent[2]];
  const batch = samplesAtOnce(purpose.geometry.batch, channels * plane);
  const first = Math.max(0, shifts[1]!) * line + Math.max(0, shifts[2]!);

  const tiles: number[][] = [];
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < tileRows; y++) {
      for (let x = 0; x < tileColumns; x++) {
        const at = first + m * (y * line + x);
        const out = (n * rows * height + m * y) * width + m * x;
        tiles.push([4 * (n * channels * plane + at), 4 * (2 * n * plane + at), 4 * out, width - m * x, height - m * y]);
      }
    }
  }
  const panels = Math.ceil(tiles.length / 8);
  // What fills up the last panel reads what the first tile does, and writes nothing.
  while (tiles.length < 8 * panels) tiles.push([...tiles[0]!.slice(0, 3), 0, 0]);
  const groups: number[] = [];
  for (let at = 0; at < tiles.length; at += 4) {
    const four = tiles.slice(at, at + 4);
    const whole = four.every(([, , , columns, rows]) => columns! >= m && rows! >= m);
    groups.push(Number(whole));
    for (const [, , , columns, rows] of four) groups.push(inside(m, columns!, rows!));
    for (const tile of four) for (const word of tile) groups.push(word);
  }
  const panelsPerBlock = Math.ceil(panels / even(Math.ceil(panels / panelsAtMost(channels))));
  const panelBlocks = Math.ceil(panels / panelsPerBlock);
  const tapIndices = combine(pass!, purpose.geometry.kernel, ({ taps }) => taps.map(({ tap }) => tap));
  const tables = machine.tables([groups, tapIndices.map((tap) => 4 * tap), limits.map(floatWord)]);
  const [groupTable, taps, rowLimits] = tables.addresses as [number, number, number];

  // Steps between the products avoid powers of two, which would share one set of the cache.
  const rowPanels = Math.ceil(Math.min(rows, rowsAtOnce) / 4);
  const weightStep = 16 * rowPanels * Math.min(channels, depthPerBlock) + 64;
  const inputStep = 32 * channels * panelsPerBlock + 64;
  const productStep = 128 * rowPanels * panelsPerBlock + 64;

  const runSome: Run = (x, bias, out, bounds) => {
    // Vectors may be read a little beyond the last line.
    const from = machine.scratch(4 * (batch * channels * plane + place.origin + 2));
    const energies = zeros(machine, 2 * batch * plane + 2);
    for (let n = 0; n < batch; n++) {
      const [read, write] = [x + 4 * n * channels * volume(source), from + 4 * n * channels * plane];
      copyPadded(machine, read, write, channels, source, place, energies + 8 * n * plane);
    }
    // With few blocks of panels, threads share the transformed input and take rows of the weights.
    const shares = machine.threads > 1 && panelBlocks < blocksPerThread * machine.threads;
    const parts = shares ? Math.ceil((blocksPerThread * machine.threads) / panelBlocks) : 1;
    const rowsPerBlock = Math.ceil(rows / parts / rowsAtOnce) * rowsAtOnce;
    const channelsPerBlock = Math.ceil(channels / parts);
    const channelBlocks = Math.ceil(channels / channelsPerBlock);
    const preparedStep = products * inputStep + 32 * m * m * panelsPerBlock;
    const prepared = shares ? machine.scratch(panelBlocks * preparedStep) : 0;
    eachRows(machine, weight, view, 1, ({ address, first, rows: some, rowStep, channelStep }) => {
      const rowBlocks = Math.ceil(some / rowsPerBlock);
      const job = machine.job(winogradJob, {
        x: from, energies, out: out + 4 * first * height * width, bias: behind(bias, first),
        weight: address, limits: rowLimits + 8 * first,
        rowStep: 4 * rowStep, channelStep: 4 * channelStep, taps,
        groups: groupTable, panels, panelsPerBlock, rows: some, rowsPerBlock, rowBlocks,
        channels, plane: 4 * plane, line: 4 * line,
        outStride: 4 * height * width, outLine: 4 * width, weightStep, inputStep, productStep,
        low: floatWord(bounds.min), high: floatWord(bounds.max),
        prepared, preparedStep, channelsPerBlock, channelBlocks,
      });
      if (shares && first === 0) machine.run(`winogradInput${m}`, job, channelBlocks * panelBlocks, 0);
      const scratch = products * (productStep + weightStep) + (shares ? 0 : preparedStep);
      machine.run(`winogradBlock${m}`, job, rowBlocks * panelBlocks, scratch);
    });
  };
  const [step, outStep] = [4 * batch * channels * volume(source), 4 * batch * rows * height * width];
  const run: Run = (x, bias, out, bounds) => {
    for (let n = 0; n < purpose.geometry.batch; n += batch) {
      machine.reusing(() => runSome(x + (n / batch) * step, bias, out + (n / batch) * outStep, bounds));
    }
  };
  return { run, keeps: [tables] };
}

// So many that a thread that is slowed down leaves blocks to the others.
const blocksPerThread = 8;

// Transforming a weight takes as long as so many products with it.
const transforming = 4;

/**
 * The size of tiles with which the fewest products are computed, those beside the output among them. It does not depend
 * on the batch, so that each sample gets the bits it gets alone.
 */
function tileFor(height: number, width: number): 2 | 4 {
  const cost = (m: number): number => {
    const columns = 8 * Math.ceil((Math.ceil(height / m) * Math.ceil(width / m)) / 8);
    return (m + 2) ** 2 * (columns + transforming);
  };
  return cost(4) < cost(2) ? 4 : 2;
}

/** Which outputs of a tile lie inside: a bit each, the first output's the highest. */
function inside(m: number, columns: number, rows: number): number {
  let bits = 0;
  for (let place = 0; place < m * m; place++) {
    bits = 2 * bits + Number(place % m < columns && Math.floor(place / m) < rows);
  }
  return bits;
}

/** As many blocks for two threads as for one, unless there is but one. */
function even(blocks: number): number {
  return blocks === 1 ? 1 : blocks + (blocks % 2);
}

/** Panels of a block: enough to read the weights seldom, few enough to stay in the caches. */
function panelsAtMost(channels: number): number {
  return channels < 128 ? 4 : 12;
}
