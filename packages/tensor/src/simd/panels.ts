/** Weights in the order products read them: packed once, for all sizes of batches and images. */
import type { Orientation, PassTables, Purpose } from "../orientation.ts";
import { depthPerBlock, packedLength } from "./contraction.ts";
import type { Machine } from "./machine.ts";

/** The weights of a product, and how far its groups are apart in bytes. */
export interface PackedWeight {
  readonly memory: Float32Array;
  readonly groupSize: number;
}

/** What was packed of each weight lives as long as it. */
export class Panels {
  readonly #machine: Machine;
  readonly #kept = new WeakMap<Float32Array, Map<string, PackedWeight>>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The weights of a pass: in panels of 4 rows, or row after row for products that go `direct`. */
  of(
    weight: Float32Array, { geometry, transposed }: Purpose, view: Orientation, { weights }: PassTables, direct = false,
  ): PackedWeight {
    const kept = this.#kept.get(weight) ?? new Map<string, PackedWeight>();
    this.#kept.set(weight, kept);
    const { channelsIn, channelsOut, groups, kernel } = geometry;
    // Steps follow from the channels; which taps come in which order is seen at the first channel.
    const taps = weights.subarray(0, weights.length / view.channels);
    const key = [transposed, direct, channelsIn, channelsOut, groups, kernel, taps].join();
    let packed = kept.get(key);
    if (packed === undefined) kept.set(key, (packed = this.#pack(weight, groups, view, weights, direct)));
    return packed;
  }

  #pack(
    weight: Float32Array, groups: number, { rows, rowStep, groupStep }: Orientation, offsets: Int32Array,
    direct: boolean,
  ): PackedWeight {
    const machine = this.#machine;
    const depth = offsets.length;
    const length = direct ? rows * depth : packedLength(rows, depth);
    const memory = machine.lasting(groups * length);
    machine.reusing(() => {
      const from = machine.operand(weight);
      const gather = direct ? 0 : machine.list(offsets.map((offset) => 4 * offset));
      for (let g = 0; g < groups; g++) {
        const [read, write] = [from + 4 * g * groupStep, memory.byteOffset + 4 * g * length];
        if (direct) gatherRows(machine.words, read / 4, write / 4, rows, rowStep, offsets);
        else machine.functions.packRows(read, 4 * rowStep, gather, depth, depthPerBlock(depth), rows, write);
      }
    });
    return { memory, groupSize: 4 * length };
  }
}

function gatherRows(
  words: Int32Array, from: number, to: number, rows: number, rowStep: number, offsets: Int32Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < offsets.length; k++) words[to++] = words[from + row * rowStep + offsets[k]!]!;
  }
}
