/** Convolutions in both directions: plans are made once for a weight and a geometry, then run. */
import type { ConvGeometry, Extent3 } from "../geometry.ts";
import type { Kernels } from "../kernels.ts";
import { contract, depthPerBlock, packedLength } from "./contraction.ts";
import type { Machine } from "./machine.ts";
import { forwardPasses, reach, transposedPasses, type Pass } from "./passes.ts";

/** Which way a plan goes, and for what sizes. */
interface Purpose {
  readonly geometry: ConvGeometry;
  readonly transposed: boolean;
}

interface Plan extends Purpose {
  run(x: number, bias: number, out: number): void;
}

const plansPerWeight = 16;

/** The convolutions on this machine. */
export function convKernels(machine: Machine): Pick<Kernels, "conv" | "convTransposed"> {
  const plans = new WeakMap<Float32Array, Plan[]>();

  function planFor(weight: Float32Array, purpose: Purpose): Plan {
    const known = plans.get(weight) ?? [];
    const found = known.find((plan) => samePurpose(plan, purpose));
    if (found !== undefined) return found;
    const plan = { ...purpose, run: tiledPlan(machine, purpose, weight) };
    plans.set(weight, [plan, ...known.slice(0, plansPerWeight - 1)]);
    return plan;
  }

  function run(
    purpose: Purpose, from: Float32Array, weight: Float32Array, bias: Float32Array | undefined, out: Float32Array,
  ): void {
    if (out.length === 0) return;
    machine.begin();
    const plan = planFor(weight, purpose);
    const [x, added] = [machine.operand(from), machine.operand(bias)];
    plan.run(x, added, machine.result(out));
    machine.end();
  }

  return {
    conv: (geometry, x, weight, bias, out) => run({ geometry, transposed: false }, x, weight, bias, out),
    convTransposed: (geometry, s, weight, out) => run({ geometry, transposed: true }, s, weight, undefined, out),
  };
}

/** The product behind a convolution, seen from its source. */
export interface Orientation {
  readonly source: Extent3;
  readonly target: Extent3;
  /** Per group. */
  readonly rows: number;
  /** Per group. */
  readonly channels: number;
  /** Elements of the weight between rows, between channels, and between groups. */
  readonly rowStep: number;
  readonly channelStep: number;
  readonly groupStep: number;
  readonly passes: readonly Pass[];
}

/** What stands for rows, channels and space when a convolution goes this way. */
export function orient({ geometry, transposed }: Purpose): Orientation {
  const { input, output, kernel, groups } = geometry;
  const [into, outOf, taps] = [geometry.channelsIn / groups, geometry.channelsOut / groups, volume(kernel)];
  const groupStep = into * outOf * taps;
  return transposed
    ? {
      source: output, target: input, rows: into, channels: outOf, rowStep: taps, channelStep: into * taps, groupStep,
      passes: transposedPasses(geometry),
    }
    : {
      source: input, target: output, rows: outOf, channels: into, rowStep: into * taps, channelStep: taps, groupStep,
      passes: forwardPasses(geometry),
    };
}

/** A plan that gathers patches and multiplies tiles, or goes directly where a group has hardly any rows. */
function tiledPlan(machine: Machine, purpose: Purpose, weight: Float32Array): Plan["run"] {
  const { batch, groups } = purpose.geometry;
  const { source, target, rows, channels, rowStep, channelStep, groupStep, passes } = orient(purpose);
  const padded = paddedSource(passes, source);
  const direct = rows < 3;
  const [plane, targetPlane] = [volume(padded.extent), volume(target)];
  // Small planes of a batch are laid side by side, or half of every block would be empty.
  const merged = batch > 1 && targetPlane <= 1024 && batch * targetPlane <= 1 << 18;
  const steps = passes.filter(([z, y, x]) => z.taps.length * y.taps.length * x.taps.length > 0).map((pass) => {
    const tapOffsets = combine(pass, padded.extent, ({ taps }) => taps.map(({ shift }) => shift))
      .map((offset) => offset + padded.origin);
    const tapIndices = combine(pass, purpose.geometry.kernel, ({ taps }) => taps.map(({ tap }) => tap));
    const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
    const spread = (positions: readonly number[], step: number): readonly number[] =>
      merged ? count(batch).flatMap((n) => positions.map((p) => p + n * step)) : positions;
    const positions = spread(
      combine(pass, padded.extent, (axis) => count(axis.count).map((q) => q * axis.sourceStep)),
      groups * channels * plane,
    );
    const outPositions = spread(
      combine(pass, target, (axis) => count(axis.count).map((q) => q * axis.outStep + axis.outStart)),
      groups * rows * targetPlane,
    );
    const depth = channels * tapOffsets.length;
    const tables = integers(machine, [
      count(channels).flatMap((c) => tapOffsets.map((offset) => 4 * (c * plane + offset))),
      [...positions, ...new Array<number>(8).fill(0)].map((p) => 4 * p),
      [...outPositions, ...new Array<number>(8).fill(0)].map((p) => 4 * p),
      count(channels).flatMap((c) => tapIndices.map((tap) => 4 * (c * channelStep + tap))),
    ]);
    const [base, position, outPosition, gather] = tables.addresses;
    const groupLength = direct ? rows * depth : packedLength(rows, depth);
    const packed = machine.allocate(groups * groupLength);
    const from = machine.operand(weight);
    const to = machine.result(packed);
    for (let g = 0; g < groups; g++) {
      const [read, write] = [from + 4 * g * groupStep, to + 4 * g * groupLength];
      if (direct) gatherRows(machine.words, read, write, rows, rowStep, machine.words.subarray(gather / 4, gather / 4 + depth));
      else machine.functions.packRows(read, 4 * rowStep, gather, depth, depthPerBlock(depth), rows, write);
    }
    const step = {
      rows, depth, groups, base, position, outPosition,
      columns: positions.length,
      batch: merged ? 1 : batch,
      outStride: 4 * targetPlane,
      batchX: 4 * groups * channels * plane,
      batchOut: 4 * groups * rows * targetPlane,
      groupX: 4 * channels * plane,
      groupOut: 4 * rows * targetPlane,
      groupBias: 4 * rows,
      groupA: 4 * groupLength,
    };
    return { step, packed, tables };
  });
  return (x, bias, out) => {
    const from = padded.copied ? pad(machine, x, batch * groups * channels, source, padded) : x;
    if (steps.length < passes.length) {
      machine.floats.fill(0, out / 4, out / 4 + batch * groups * rows * targetPlane);
    }
    for (const { step, packed } of steps) contract(machine, { ...step, x: from, bias, out, a: machine.operand(packed) }, direct);
  };
}

interface PaddedSource {
  readonly copied: boolean;
  readonly extent: Extent3;
  /** Where the source's first element is. */
  readonly origin: number;
}

function paddedSource(passes: readonly Pass[], source: Extent3): PaddedSource {
  const around = ([0, 1, 2] as const).map((axis) => reach(passes, axis, source[axis]));
  const extent = source.map((size, axis) => size + around[axis]![0] + around[axis]![1]) as unknown as Extent3;
  const origin = (around[0]![0] * extent[1] + around[1]![0]) * extent[2] + around[2]![0];
  return { copied: volume(extent) !== volume(source), extent, origin };
}

function pad(machine: Machine, x: number, planes: number, source: Extent3, { extent, origin }: PaddedSource): number {
  const size = planes * volume(extent);
  const out = machine.scratch(4 * size);
  machine.floats.fill(0, out / 4, out / 4 + size);
  const [row, slice] = [extent[2], extent[1] * extent[2]];
  const job = machine.job([
    x, out, 4 * origin, planes, source[0], source[1], 4 * source[2],
    4 * (row - source[2]), 4 * (slice - source[1] * row), 4 * (volume(extent) - source[0] * slice),
  ]);
  machine.run("padPlanes", job, 1, 0);
  return out;
}

/** Every combination of one value per axis, as an offset in an array of this extent. */
function combine(
  pass: Pass, [, height, width]: Extent3, values: (axis: Pass[number]) => readonly number[],
): readonly number[] {
  const [zs, ys, xs] = pass.map(values);
  return zs!.flatMap((z) => ys!.flatMap((y) => xs!.map((x) => (z * height + y) * width + x)));
}

/** Lists of integers in memory that stays theirs. */
function integers(machine: Machine, lists: readonly (readonly number[])[]): { readonly addresses: readonly number[] } {
  const length = lists.reduce((total, list) => total + list.length, 0);
  const floats = machine.heap.floats(length);
  if (floats === undefined) throw new RangeError(`simd kernels: take ${4 * length} bytes for tables, got none`);
  const words = new Int32Array(floats.buffer, floats.byteOffset, length);
  let at = 0;
  const addresses = lists.map((list) => {
    words.set(list, at);
    at += list.length;
    return floats.byteOffset + 4 * (at - list.length);
  });
  return { addresses, words } as { readonly addresses: readonly number[] };
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

function samePurpose(a: Purpose, b: Purpose): boolean {
  const [g, h] = [a.geometry, b.geometry];
  const same = (p: Extent3, q: Extent3): boolean => p[0] === q[0] && p[1] === q[1] && p[2] === q[2];
  return a.transposed === b.transposed && g.batch === h.batch && g.groups === h.groups &&
    g.channelsIn === h.channelsIn && g.channelsOut === h.channelsOut &&
    same(g.input, h.input) && same(g.output, h.output) && same(g.kernel, h.kernel) &&
    same(g.stride, h.stride) && same(g.padding, h.padding) && same(g.dilation, h.dilation);
}

function volume([depth, height, width]: Extent3): number {
  return depth * height * width;
}
