/** Dense layers whose weights are stored in few bits. */
import { Dense } from "@relprop/layers";
import { encoded, EncodedTensor, type Tensor } from "@relprop/tensor";
import type { Constant } from "../constant.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Products with weights of 4 or 8 bits. */
export const packedProducts: readonly (readonly [string, Operator])[] = [["com.microsoft.MatMulNBits", packedDense]];

/** Weights in blocks along the inputs, each with a scale and a zero point. */
function packedDense(op: Operation): Flow {
  const [inputs, outputs] = [op.attributes.integer("K") ?? 0, op.attributes.integer("N") ?? 0];
  const [bits, block] = [op.attributes.integer("bits") ?? 4, op.attributes.integer("block_size") ?? 0];
  if (bits !== 4 && bits !== 8) throw new RangeError(`takes weights of 4 or 8 bits, got ${bits}`);
  if (!(inputs >= 1 && outputs >= 1 && block >= 1)) {
    throw new RangeError(`takes K, N and a block_size >= 1, got ${inputs}, ${outputs} and ${block}`);
  }
  if (op.value(4) !== undefined) throw new RangeError("takes inputs in their order, got g_idx");
  const [packed, scales, zeros] = [op.constant(1), op.constant(2), op.constant(3)];
  const blocks = Math.ceil(inputs / block);
  const width = (blocks * block * bits) / 8;
  if (packed === undefined || scales === undefined || packed.data.length !== outputs * width ||
    scales.data.length !== outputs * blocks) {
    throw new RangeError(`takes ${outputs * width} bytes of weights and ${outputs * blocks} scales, got others`);
  }
  const zeroWidth = Math.ceil((blocks * bits) / 8);
  const isFloat = zeros?.dtype.startsWith("F") === true;
  if (zeros !== undefined && zeros.data.length !== outputs * (isFloat ? blocks : zeroWidth)) {
    throw new RangeError(`takes a zero point per block, got ${zeros.data.length} numbers for ${outputs * blocks}`);
  }
  const zeroAt = (row: number, at: number): number => {
    if (zeros === undefined) return 2 ** (bits - 1);
    return isFloat ? zeros.data[row * blocks + at]! : unpacked(zeros.data, row * zeroWidth, at, bits);
  };
  const weight = once(packed, scales, zeros, () => {
    const [levels, factors] = [packed.data, scales.data];
    return new EncodedTensor([outputs, inputs], encoded({
      length: outputs * inputs,
      decode(from, to, out, next) {
        for (let i = from; i < to;) {
          const [row, first] = [Math.floor(i / inputs), i % inputs];
          const at = Math.floor(first / block);
          const end = Math.min(inputs, (at + 1) * block, first + to - i);
          const [zero, scale] = [zeroAt(row, at), factors[row * blocks + at]!];
          for (let k = first; k < end; k++) out[next++] = (unpacked(levels, row * width, k, bits) - zero) * scale;
          i += end - first;
        }
      },
    }));
  });
  return op.emit(new Dense(weight, { bias: op.tensor(5) }), [op.flow(0)]);
}

/** The whole number at a position of a row, the lower half of a byte first. */
function unpacked(data: ArrayLike<number>, row: number, at: number, bits: number): number {
  if (bits === 8) return data[row + at]!;
  const byte = data[row + Math.floor(at / 2)]!;
  return at % 2 === 0 ? byte & 15 : byte >> 4;
}

interface Unpacked {
  readonly from: readonly (Constant | undefined)[];
  readonly weight: Tensor;
}

/** Nodes that share packed weights share what becomes of them, so no file makes more of itself than it holds. */
function once(packed: Constant, scales: Constant, zeros: Constant | undefined, make: () => Tensor): Tensor {
  const from = [scales, zeros];
  const known = weights.get(packed.data);
  if (known?.from.every((constant, i) => constant?.data === from[i]?.data) === true) return known.weight;
  const weight = make();
  weights.set(packed.data, { from, weight });
  return weight;
}

const weights = new WeakMap<object, Unpacked>();
