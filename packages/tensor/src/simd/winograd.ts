/** 3×3 convolutions of stride 1 with enough channels: Winograd's products. */
import { depthPerBlock, rowsAtOnce, winogradJob } from "./code/winograd-words.ts";
import type { Bounds } from "../kernels.ts";
import type { Weights } from "../weights.ts";
import type { Machine } from "./machine.ts";
import { behind } from "./prepared.ts";
import { floatWord } from "./struct.ts";
import { eachRows } from "./weight-rows.ts";
import { combine, orient, volume, type Purpose } from "../orientation.ts";
import { copyPadded, zeros } from "./padding.ts";
import type { RowLimits } from "./winograd-limits.ts";
import { tiled } from "./winograd-tiles.ts";

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
  machine: Machine, purpose: Purpose, weight: Weights, limits: RowLimits,
): WinogradPlan {
  const view = orient(purpose);
  const { source, target, rows, channels, passes } = view;
  const [, height, width] = target;
  const { m, place, batch, panels, groups } = tiled(purpose, view);
  const products = (m + 2) ** 2;
  const [plane, line] = [volume(place.extent), place.extent[2]];
  // Panels of a block: enough to read the weights seldom, few enough to stay in the caches; as many blocks for two
  // threads as for one, unless there is but one.
  const blocks = Math.ceil(panels / (channels < 128 ? 4 : 12));
  const panelsPerBlock = Math.ceil(panels / (blocks === 1 ? 1 : blocks + (blocks % 2)));
  const panelBlocks = Math.ceil(panels / panelsPerBlock);
  const tapsInPlace = Int32Array.from(
    combine(passes[0]!, purpose.geometry.kernel, ({ taps }) => taps.map(({ tap }) => tap)),
  );
  const tables = machine.tables([groups]);

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
    eachRows(machine, weight, { ...view, gathers: true }, 1, ({ address, ...slab }) => {
      const { first, rows: some, rowStep, channelStep } = slab;
      const taps = slab.offsets?.(tapsInPlace) ?? tapsInPlace;
      limits.see(slab, taps, () => machine.floats.subarray(address / 4));
      const rowBlocks = Math.ceil(some / rowsPerBlock);
      const job = machine.job(winogradJob, {
        x: from, energies, out: out + 4 * first * height * width, bias: behind(bias, first),
        weight: address, limits: limits.memory.byteOffset + 8 * first,
        rowStep: 4 * rowStep, channelStep: 4 * channelStep,
        taps: machine.list(taps.map((tap) => 4 * tap)), tapStep: 4 * (taps[1]! - taps[0]!),
        groups: tables.addresses[0]!, panels, panelsPerBlock, rows: some, rowsPerBlock, rowBlocks,
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
  return { run, keeps: [tables, limits.memory] };
}

// So many that a thread that is slowed down leaves blocks to the others.
const blocksPerThread = 8;
