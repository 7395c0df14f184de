/** Programs, block by block: an operation at a time on what fits a cache. */
import type { StridedOperand } from "../kernels.ts";
import type { Operand, Program } from "../program/program.ts";

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

/** Whether an operand's elements lie in the order in which they are asked for. */
export function isWhole(extents: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    if (strides[axis] !== step) return false;
    step *= extents[axis]!;
  }
  return true;
}

/** Elements from position `start` on of an operand's walk. */
function spreadOut(
  extents: readonly number[], { data, strides }: StridedOperand, start: number, out: Float32Array,
): void {
  const last = extents.length - 1;
  const position = new Array<number>(extents.length).fill(0);
  let [rest, from] = [start, 0];
  for (let axis = last; axis >= 0; axis--) {
    position[axis] = rest % extents[axis]!;
    from += position[axis]! * strides[axis]!;
    rest = Math.floor(rest / extents[axis]!);
  }
  const step = strides[last] ?? 0;
  for (let at = 0; at < out.length;) {
    const run = Math.min(last < 0 ? 1 : extents[last]! - position[last]!, out.length - at);
    if (step === 0) out.fill(data[from]!, at, at + run);
    else for (let i = 0; i < run; i++) out[at + i] = data[from + i * step]!;
    at += run;
    from += run * step;
    for (let axis = last; axis >= 0; axis--) {
      position[axis]! += axis === last ? run : 1;
      if (axis < last) from += strides[axis]!;
      if (position[axis]! < extents[axis]!) break;
      position[axis] = 0;
      from -= strides[axis]! * extents[axis]!;
    }
  }
}
