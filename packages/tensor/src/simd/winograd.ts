/** 3×3 convolutions of stride 1 with enough channels: Winograd's products. */
import { groupWords, winogradWords } from "./code/winograd.ts";
import { floatWord, type Machine } from "./machine.ts";
import { combine, orient, volume, type Purpose } from "../orientation.ts";
import { copyPadded, padded, samplesAtOnce, zeros } from "./padding.ts";
import type { Prepared, Run } from "./prepared.ts";

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

/** A plan for a convolution that suits. */
export function winogradPlan(machine: Machine, purpose: Purpose, weight: Float32Array): Prepared {
  const { source, target, rows, channels, rowStep, channelStep, passes } = orient(purpose);
  const [pass] = passes;
  const [, height, width] = target;
  const [tileRows, groupsPerRow] = [Math.ceil(height / 2), Math.ceil(width / 8)];

  // The first tile starts where the first window does, the last one may end beyond the last.
  const shifts = [0, pass![1].taps[0]!.shift, pass![2].taps[0]!.shift];
  const reached = [1, 2 * tileRows + 2, 8 * groupsPerRow + 2];
  const around = source.map((extent, axis): [number, number] =>
    [Math.max(0, -shifts[axis]!), Math.max(0, shifts[axis]! + reached[axis]! - extent)]);
  const place = padded(source, around);
  const [plane, line] = [volume(place.extent), place.extent[2]];
  const batch = samplesAtOnce(purpose.geometry.batch, channels * plane);
  const first = Math.max(0, shifts[1]!) * line + Math.max(0, shifts[2]!);

  const groups: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < tileRows; y++) {
      for (let g = 0; g < groupsPerRow; g++) {
        const at = first + 2 * y * line + 8 * g;
        const out = (n * rows * height + 2 * y) * width + 8 * g;
        groups.push(4 * (n * channels * plane + at), 4 * (n * plane + at), 4 * out, width - 8 * g, height - 2 * y);
      }
    }
  }
  const size = groupWords.length;
  if (groups.length % (2 * size) !== 0) groups.push(...groups.slice(0, size - 2), 0, 0);
  const panels = groups.length / size / 2;
  const panelsPerBlock = Math.ceil(panels / even(Math.ceil(panels / panelsAtMost(channels))));
  const panelBlocks = Math.ceil(panels / panelsPerBlock);
  const tapIndices = combine(pass!, purpose.geometry.kernel, ({ taps }) => taps.map(({ tap }) => tap));
  const tables = machine.tables([groups, tapIndices.map((tap) => 4 * tap)]);
  const [groupTable, taps] = tables.addresses as [number, number];

  // Steps between the 16 products avoid powers of two, which would share one set of the cache.
  const rowPanels = Math.ceil(rows / 4);
  const weightStep = 16 * rowPanels * channels;
  const inputStep = 32 * channels * panelsPerBlock + 64;
  const productStep = 128 * rowPanels * panelsPerBlock + 64;
  const weights = machine.lasting(4 * weightStep).fill(0);
  machine.functions.transformWeights(
    machine.operand(weight), rows, channels, 4 * rowStep, 4 * channelStep, taps, weights.byteOffset, weightStep,
  );

  const runSome: Run = (x, bias, out, floor) => {
    // Vectors may be read a little beyond the last line.
    const from = machine.scratch(4 * (batch * channels * plane + place.origin + 2));
    const marks = zeros(machine, batch * plane + 2);
    for (let n = 0; n < batch; n++) {
      const [read, write] = [x + 4 * n * channels * volume(source), from + 4 * n * channels * plane];
      copyPadded(machine, read, write, channels, source, place, marks + 4 * n * plane);
    }
    // With few blocks of panels each thread takes its own rows of the weights.
    const wanted = panelBlocks >= 4 * machine.threads ? 1 : machine.threads;
    const rowsPerBlock = Math.ceil(rows / wanted / 4) * 4;
    const rowBlocks = Math.ceil(rows / rowsPerBlock);
    const words: Record<(typeof winogradWords)[number], number> = {
      x: from, marks, out, bias, weights: weights.byteOffset, groups: groupTable,
      panels, panelsPerBlock, rows, rowsPerBlock, rowBlocks, channels, plane: 4 * plane, line: 4 * line,
      outStride: 4 * height * width, outLine: 4 * width, weightStep, inputStep, productStep, floor: floatWord(floor),
    };
    const job = machine.job(winogradWords.map((word) => words[word]));
    const scratch = 16 * (inputStep + productStep) + 128 * panelsPerBlock;
    machine.run("winogradBlock", job, rowBlocks * panelBlocks, scratch);
  };
  const [step, outStep] = [4 * batch * channels * volume(source), 4 * batch * rows * height * width];
  const run: Run = (x, bias, out, floor) => {
    for (let n = 0; n < purpose.geometry.batch; n += batch) {
      machine.reusing(() => runSome(x + (n / batch) * step, bias, out + (n / batch) * outStep, floor));
    }
  };
  return { run, keeps: [weights, tables] };
}

/** As many blocks for two threads as for one, unless there is but one. */
function even(blocks: number): number {
  return blocks === 1 ? 1 : blocks + (blocks % 2);
}

/** Panels of a block: enough to read the weights seldom, few enough to stay in the caches. */
function panelsAtMost(channels: number): number {
  return channels < 128 ? 4 : 8;
}
