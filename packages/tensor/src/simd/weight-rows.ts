/** Weights where products find them: in this memory, encoded ones decoded into scratch memory some rows at a time. */
import { encoded } from "../encoded.ts";
import { refuseTrace } from "../trace.ts";
import { eachSlab, isPlain, type Slab, type TakeFloats, type WeightLayout, type Weights } from "../weights.ts";
import type { Machine } from "./machine.ts";

/** Rows of a weight at an address. */
export interface PlacedRows extends Slab {
  readonly address: number;
}

/** Hands over a weight: all of it, or as many rows at a time as are decoded at once. */
export function eachRows(
  machine: Machine, weight: Weights, layout: WeightLayout, groups: number, body: (rows: PlacedRows) => void,
): void {
  if (isPlain(weight)) {
    const address = machine.parameter(weight);
    if (address !== undefined) return body({ ...layout, first: 0, address });
    return eachRows(machine, copiedInParts(weight), layout, groups, body);
  }
  refuseTrace(); // what is decoded is written by the host
  machine.reusing(() => {
    eachSlab(weight, layout, groups, scratchFloats(machine), (slab, { byteOffset: address }) =>
      machine.reusing(() => body({ ...slab, address })));
  });
}

/** Floats as products take encoded numbers: a part at a time. */
function copiedInParts(floats: Float32Array): Weights {
  const { length } = floats;
  return encoded({ length, decode: (from, to, out, at) => out.set(floats.subarray(from, to), at) });
}

/** Room for floats in scratch memory. */
export function scratchFloats(machine: Machine): TakeFloats {
  return (length) => {
    const at = machine.scratch(4 * length) / 4;
    return machine.floats.subarray(at, at + length);
  };
}
