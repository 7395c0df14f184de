/** Programs, block by block: an operation at a time on what fits a cache. */
import type { StridedOperand } from "../kernels.ts";
import type { Operand, Program } from "../program/program.ts";
import { isWhole, spreadOut } from "./strided.ts";

const perBlock = 2048;

/** `out ← program` of the operands, whose elements are found by their strides. */
export function compute(
  program: Program, extents: readonly number[], operands: readonly StridedOperand[], out: Float32Array,
): void {
  const { steps, registers } = program;
  const room = (): Float32Array => new Float32Array(Math.min(perBlock, out.length));
  const results = Array.from({ length: registers }, room);
  const whole = operands.map(({ strides }) => isWhole(extents, strides));
  const spread = operands.map((_, i) => (whole[i] ? absent : room()));
  for (let start = 0; start < out.length; start += perBlock) {
    const count = Math.min(perBlock, out.length - start);
    const inputs = operands.map((operand, i) => {
      if (whole[i]) return operand.data.subarray(start, start + count);
      spreadOut(extents, operand, start, spread[i]!.subarray(0, count));
      return spread[i]!;
    });
    const found = (operand: Operand | undefined): Float32Array => {
      if (operand === undefined) return absent;
      if (operand.from === "constant") return Float32Array.of(operand.value);
      return operand.from === "input" ? inputs[operand.index]! : results[operand.index]!;
    };
    const step = (operand: Operand | undefined): number => (operand?.from === "constant" ? 0 : 1);
    for (const { operation, operands: [a, b, c], to } of steps) {
      const result = to < 0 ? out.subarray(start, start + count) : results[to]!;
      operation.loop(count, result, found(a), step(a), found(b), step(b), found(c), step(c));
    }
  }
}

const absent = new Float32Array(1);
