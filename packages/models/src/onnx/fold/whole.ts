/** How numbers of each format are stored: whole ones wrap around at their width, as files say they do. */
import { isInteger, type DType } from "../../dtype.ts";
import type { Constant } from "../constant.ts";

/** Bits of whole numbers, and whether they have a sign. */
const WIDTHS: Readonly<Partial<Record<DType, readonly [bits: number, signed: boolean]>>> = {
  I8: [8, true], I16: [16, true], I32: [32, true], I64: [64, true],
  U8: [8, false], U16: [16, false], U32: [32, false], U64: [64, false],
};

/** Bits of a format of whole numbers, and whether it has a sign; throws a `RangeError` for others. */
export function widthOf(dtype: DType): readonly [bits: number, signed: boolean] {
  const width = WIDTHS[dtype];
  if (width === undefined) throw new RangeError(`takes whole numbers, got ${dtype}`);
  return width;
}

/**
 * What is stored for a number that was calculated: whole numbers wrap around. Of 64 bits only what doubles hold exactly
 * can be had; throws a `RangeError` beyond.
 */
export function stored(dtype: DType): (value: number) => number {
  if (dtype === "BOOL") return (value) => (value === 0 ? 0 : 1);
  if (dtype === "F16") return roundToHalf;
  if (!isInteger(dtype)) return dtype === "F64" ? (value) => value : Math.fround;
  const [bits, signed] = widthOf(dtype);
  if (bits === 64) {
    return (value) => {
      if (!Number.isSafeInteger(value) || (!signed && value < 0)) {
        const within = signed ? "±2^53" : "0 and 2^53";
        throw new RangeError(`takes whole numbers of 64 bits that stay within ${within}, got more`);
      }
      return value + 0; // not −0
    };
  }
  const size = 2 ** bits;
  const half = signed ? size / 2 : 0;
  return (value) => {
    if (value >= -half && value < size - half) return value + 0; // not −0
    return ((value + half) % size + size) % size - half;
  };
}

/** The nearest value of the format; throws a `RangeError` for floats that no whole number of it stands for. */
export function converted(dtype: DType, from: DType): (value: number) => number {
  const store = stored(dtype);
  if (!isInteger(dtype) || dtype === "BOOL" || isInteger(from)) return store;
  const [low, high] = limitsOf(dtype);
  return (value) => {
    const whole = Math.trunc(value);
    if (!(whole >= low && whole <= high)) throw new RangeError(`takes floats that ${dtype} holds, got ${value}`);
    return store(whole);
  };
}

/** The least and the greatest number of a format of whole numbers. */
export function limitsOf(dtype: DType): readonly [low: number, high: number] {
  const [bits, signed] = widthOf(dtype);
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

/** A number kept within what the format holds. */
export function saturated(dtype: DType): (value: number) => number {
  const [low, high] = limitsOf(dtype);
  return (value) => Math.min(Math.max(value, low), high);
}

/** Halves go to even numbers, as IEEE rounds. */
export function roundToEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** The nearest half float. */
function roundToHalf(value: number): number {
  const size = Math.abs(value);
  if (!(size < Infinity) || size === 0) return value;
  if (size >= 65520) return Math.sign(value) * Infinity;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const step = 2 ** (exponent - 10);
  return roundToEven(value / step) * step;
}

/** The format that results of arithmetic on a constant have. */
export function numberType({ dtype }: Constant): DType {
  return isInteger(dtype) || dtype === "F64" || dtype === "F16" ? dtype : "F32";
}

/** The format that both fit. */
export function widest(a: DType, b: DType): DType {
  if (a === b) return a;
  if (!isInteger(a) || !isInteger(b)) {
    if ([a, b].includes("F64")) return "F64";
    return [a, b].every((dtype) => dtype === "F16" || isInteger(dtype)) ? "F16" : "F32";
  }
  return a === "BOOL" ? b : b === "BOOL" ? a : "I64";
}
