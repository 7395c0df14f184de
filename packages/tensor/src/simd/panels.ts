/** Weights in the order products read them: packed once, for all sizes of batches and images, or again at each use. */
import type { Orientation, PassTables, Purpose } from "../orientation.ts";
import { isPlain, type Slab, type Weights } from "../weights.ts";
import { depthPerBlock, packedLength, type Factors } from "./contraction.ts";
import type { Machine } from "./machine.ts";
import { eachRows } from "./weight-rows.ts";

/** Packed rows of a weight: how many, and the first of them. */
export interface PackedRows extends Factors {
  readonly first: number;
  readonly rows: number;
}

/** Hands over the rows of a weight, packed: all at once, or those of an encoded one as they are decoded. */
export type EachPacked = (body: (packed: PackedRows) => void) => void;

/** What was packed of each weight lives as long as it; what was packed of encoded ones, as long as it is used. */
export class Panels {
  readonly #machine: Machine;
  readonly #kept = new WeakMap<Float32Array, Map<string, Float32Array>>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The weights of a pass: in panels of 4 rows, or row after row for products that go `direct`. */
  of(
    weight: Weights, { geometry, transposed }: Purpose, view: Orientation, { weights }: PassTables, direct = false,
  ): EachPacked {
    const machine = this.#machine;
    const { channelsIn, channelsOut, groups, kernel } = geometry;
    const { rows, groupStep } = view;
    const lengthOf = (count: number): number =>
      direct ? count * weights.length : packedLength(count, weights.length);
    const pack = (from: number, slab: Slab, to: number): void => {
      const offsets = slab.offsets?.(weights) ?? weights;
      const size = lengthOf(slab.rows);
      for (let g = 0; g < groups; g++) {
        packGroup(machine, from + 4 * g * groupStep, slab, offsets, direct, to + 4 * g * size);
      }
    };
    if (!isPlain(weight)) {
      return (body) => eachRows(machine, weight, { ...view, gathers: true }, groups, ({ address: from, ...slab }) => {
        const address = machine.scratch(4 * groups * lengthOf(slab.rows));
        machine.reusing(() => pack(from, slab, address));
        body({ address, groupSize: 4 * lengthOf(slab.rows), first: slab.first, rows: slab.rows });
      });
    }
    const kept = this.#kept.get(weight) ?? new Map<string, Float32Array>();
    this.#kept.set(weight, kept);
    // Steps follow from the channels; which taps come in which order is seen at the first channel.
    const taps = weights.subarray(0, weights.length / view.channels);
    const key = [transposed, direct, channelsIn, channelsOut, groups, kernel, taps].join();
    let memory = kept.get(key)!;
    if (memory === undefined) {
      kept.set(key, (memory = machine.lasting(groups * lengthOf(rows))));
      machine.reusing(() => pack(machine.operand(weight), { ...view, first: 0 }, memory.byteOffset));
    }
    return (body) => body({ address: memory.byteOffset, groupSize: 4 * lengthOf(rows), first: 0, rows });
  }
}

function packGroup(
  machine: Machine, from: number, { rows, rowStep }: Slab, offsets: Int32Array, direct: boolean, to: number,
): void {
  const depth = offsets.length;
  if (direct) gatherRows(machine.words, from / 4, to / 4, rows, rowStep, offsets);
  else {
    const gather = machine.list(offsets.map((offset) => 4 * offset));
    machine.call("packRows", from, 4 * rowStep, gather, depth, depthPerBlock(depth), rows, to);
  }
}

function gatherRows(
  words: Int32Array, from: number, to: number, rows: number, rowStep: number, offsets: Int32Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < offsets.length; k++) words[to++] = words[from + row * rowStep + offsets[k]!]!;
  }
}
