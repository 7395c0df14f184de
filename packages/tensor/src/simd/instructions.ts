/** The instructions the kernels use, a function for each, named as in the specification. */

/** Types of values. */
export type Value = "i32" | "f32" | "f64" | "v128";

/** A place in code where the position of the called function is to stand. */
export interface Callee {
  readonly callee: object;
  readonly operands: number;
}

/** Bytes, nested as they were put together. */
export type Bytes = readonly (number | Callee | Bytes)[];

/** An expression that leaves a value of this type on the stack, or statements that leave nothing. */
export type Code<Left extends Value | "nothing" = "nothing"> = Bytes & { readonly leaves?: Left };

/** A local variable, as far as instructions look at it. */
export interface Gettable<T extends Value> {
  /** `local.get` */
  readonly get: Code<T>;
}

/** What an instruction takes: an expression, a local variable for its value, or a number for an `i32.const`. */
export type Operand<T extends Value = "i32"> = Code<T> | Gettable<T> | (T extends "i32" ? number : never);

/** The code that puts an operand on the stack. */
export function push<T extends Value>(operand: Operand<T>): Bytes {
  if (typeof operand === "number") return i32.const(operand);
  return "get" in operand ? operand.get : operand;
}

/** Little-endian base 128, unsigned. */
export function leb(value: number): readonly number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Little-endian base 128, signed. */
export function sleb(value: number): readonly number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

type Unary<From extends Value, To extends Value> = (a: Operand<From>) => Code<To>;
type Binary<From extends Value, To extends Value> = (a: Operand<From>, b: Operand<From>) => Code<To>;
type Load<T extends Value> = (address: Operand, offset?: number) => Code<T>;
type Store<T extends Value> = (address: Operand, value: Operand<T>, offset?: number) => Code;
type Unaries<Opcodes, From extends Value, To extends Value = From> = Readonly<Record<keyof Opcodes, Unary<From, To>>>;
type Binaries<Opcodes, From extends Value, To extends Value = From> = Readonly<Record<keyof Opcodes, Binary<From, To>>>;

const scalar = (opcode: number): Bytes => [opcode];
const vector = (opcode: number): Bytes => [0xfd, ...leb(opcode)];

// The alignment (2: four bytes) is a hint; views may start at any element.
const load = <T extends Value>(opcode: Bytes): Load<T> => (address, offset = 0) =>
  [push(address), opcode, 2, leb(offset)];
const store = <T extends Value>(opcode: Bytes): Store<T> => (address, value, offset = 0) =>
  [push(address), push<T>(value), opcode, 2, leb(offset)];

/** An instruction with `operands` before it, for every opcode of a table. */
function each<Opcodes extends Record<string, number>>(
  opcodes: Opcodes, encode: (opcode: number) => Bytes,
): Record<keyof Opcodes, (...operands: readonly Operand<Value>[]) => Bytes> {
  const entries = Object.entries(opcodes).map(([name, opcode]) => {
    const bytes = encode(opcode);
    return [name, (...operands: readonly Operand<Value>[]) => [...operands.map(push), bytes]];
  });
  return Object.fromEntries(entries);
}

const i32Unary = { eqz: 0x45, ctz: 0x68, popcnt: 0x69 };
const i32Binary = {
  eq: 0x46, ne: 0x47, lt_s: 0x48, lt_u: 0x49, gt_s: 0x4a, gt_u: 0x4b, ge_u: 0x4f,
  add: 0x6a, sub: 0x6b, mul: 0x6c, div_u: 0x6e, rem_u: 0x70, and: 0x71, or: 0x72, shl: 0x74, shr_u: 0x76,
};
const f32Unary = { demote_f64: 0xb6 };
const f32Comparing = { eq: 0x5b, ne: 0x5c, lt: 0x5d, gt: 0x5e };
const f32Binary = { add: 0x92, mul: 0x94, div: 0x95, max: 0x97 };
const f64Binary = { add: 0xa0, sub: 0xa1, mul: 0xa2, div: 0xa3 };
const f64Comparing = { eq: 0x61 };
const f64Own = { sqrt: 0x9f };
const f64FromInteger = { convert_i32_u: 0xb8 };
const f64Unary = { promote_f32: 0xbb };
const v128Unary = { not: 77 };
const v128Testing = { any_true: 83 };
const v128Binary = { and: 78, andnot: 79, or: 80, xor: 81 };
const i32x4Splat = { splat: 17 };
const i32x4Binary = { add: 174, sub: 177, mul: 181 };
const i32x4Shift = { shl: 171, shr_s: 172 };
const f32x4Splat = { splat: 19 };
const f32x4Unary = {
  ceil: 103, floor: 104, trunc: 105, nearest: 106, abs: 224, neg: 225, sqrt: 227, convert_i32x4_s: 250,
};
const f32x4Binary = {
  eq: 65, ne: 66, lt: 67, gt: 68, le: 69, ge: 70, add: 228, sub: 229, mul: 230, div: 231, min: 232, max: 233,
  pmin: 234, pmax: 235,
};

const f64x2Splat = { splat: 20 };
const f64x2Unary = { promote_low_f32x4: 95, demote_f64x2_zero: 94 };
const f64x2Binary = { add: 240, sub: 241, mul: 242, div: 243 };

/** Instructions on 32-bit integers. */
export const i32: Unaries<typeof i32Unary, "i32"> & Binaries<typeof i32Binary, "i32"> & {
  const(value: number): Code<"i32">;
  readonly load: Load<"i32">;
  readonly store: Store<"i32">;
} = {
  ...each(i32Unary, scalar),
  ...each(i32Binary, scalar),
  const: (value) => [0x41, ...sleb(value)],
  load: load(scalar(0x28)),
  store: store(scalar(0x36)),
};

/** Instructions on 32-bit floats. */
export const f32: Unaries<typeof f32Unary, "f64", "f32"> & Binaries<typeof f32Comparing, "f32", "i32"> &
  Binaries<typeof f32Binary, "f32"> & {
    const(value: number): Code<"f32">;
    readonly load: Load<"f32">;
    readonly store: Store<"f32">;
  } = {
  ...each(f32Unary, scalar),
  ...each(f32Comparing, scalar),
  ...each(f32Binary, scalar),
  const: (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  load: load(scalar(0x2a)),
  store: store(scalar(0x38)),
};

/** Instructions on 64-bit floats. */
export const f64: Unaries<typeof f64Unary, "f32", "f64"> & Unaries<typeof f64Own, "f64"> &
  Unaries<typeof f64FromInteger, "i32", "f64"> & Binaries<typeof f64Binary, "f64"> &
  Binaries<typeof f64Comparing, "f64", "i32"> & {
    const(value: number): Code<"f64">;
    readonly load: Load<"f64">;
  } = {
  ...each(f64Unary, scalar),
  ...each(f64Own, scalar),
  ...each(f64FromInteger, scalar),
  ...each(f64Binary, scalar),
  ...each(f64Comparing, scalar),
  load: load(scalar(0x2b)),
  const: (value) => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
};

/** Instructions on 128 bits. */
export const v128: Unaries<typeof v128Unary, "v128"> & Unaries<typeof v128Testing, "v128", "i32"> &
  Binaries<typeof v128Binary, "v128"> & {
    readonly load: Load<"v128">;
    readonly load32_splat: Load<"v128">;
    readonly load32_zero: Load<"v128">;
    readonly load64_zero: Load<"v128">;
    /** One lane of `a` replaced by what is loaded. */
    load32_lane(address: Operand, a: Operand<"v128">, lane: number): Code<"v128">;
    readonly store: Store<"v128">;
    bitselect(a: Operand<"v128">, b: Operand<"v128">, mask: Operand<"v128">): Code<"v128">;
    /** `i8x16.shuffle` by whole 32-bit lanes: 0–3 name those of `a`, 4–7 those of `b`. */
    shuffle(a: Operand<"v128">, b: Operand<"v128">, lanes: readonly number[]): Code<"v128">;
  } = {
  ...each(v128Unary, vector),
  ...each(v128Testing, vector),
  ...each(v128Binary, vector),
  load: load(vector(0)),
  load32_splat: load(vector(9)),
  load32_zero: load(vector(92)),
  load64_zero: load(vector(93)),
  load32_lane: (address, a, lane) => [push(address), push(a), vector(86), 2, 0, lane],
  store: store(vector(11)),
  bitselect: (a, b, mask) => [push(a), push(b), push(mask), vector(82)],
  shuffle: (a, b, lanes) => [
    push(a), push(b), vector(13), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  ],
};

/** Instructions on four 32-bit integers. */
export const i32x4: Unaries<typeof i32x4Splat, "i32", "v128"> & Binaries<typeof i32x4Binary, "v128"> &
  Readonly<Record<keyof typeof i32x4Shift, (a: Operand<"v128">, by: Operand) => Code<"v128">>> & {
    const(...lanes: readonly number[]): Code<"v128">;
    extract_lane(a: Operand<"v128">, lane: number): Code<"i32">;
  } = {
  ...each(i32x4Splat, vector),
  ...each(i32x4Binary, vector),
  ...each(i32x4Shift, vector),
  const: (...lanes) => [...vector(12), ...new Uint8Array(Int32Array.from(lanes).buffer)],
  extract_lane: (a, lane) => [push(a), vector(27), lane],
};

/** Instructions on four 32-bit floats. */
export const f32x4: Unaries<typeof f32x4Splat, "f32", "v128"> & Unaries<typeof f32x4Unary, "v128"> &
  Binaries<typeof f32x4Binary, "v128"> & {
    extract_lane(a: Operand<"v128">, lane: number): Code<"f32">;
  } = {
  ...each(f32x4Splat, vector),
  ...each(f32x4Unary, vector),
  ...each(f32x4Binary, vector),
  extract_lane: (a, lane) => [push(a), vector(31), lane],
};

/** Instructions on two 64-bit floats; those of floats take or give the first two of four. */
export const f64x2: Unaries<typeof f64x2Splat, "f64", "v128"> & Unaries<typeof f64x2Unary, "v128"> &
  Binaries<typeof f64x2Binary, "v128"> & {
    extract_lane(a: Operand<"v128">, lane: number): Code<"f64">;
  } = {
  ...each(f64x2Splat, vector),
  ...each(f64x2Unary, vector),
  ...each(f64x2Binary, vector),
  extract_lane: (a, lane) => [push(a), vector(33), lane],
};

/** Four zeros. */
export const zero: Code<"v128"> = i32x4.const(0, 0, 0, 0);

/** `condition ? a : b` */
export function select<T extends Value = "i32">(a: Operand<T>, b: Operand<T>, condition: Operand): Code<T> {
  return [push(a), push(b), push(condition), 0x1b];
}

/** The smaller of two unsigned integers; both are evaluated twice. */
export function least(a: Operand, b: Operand): Code<"i32"> {
  return select(a, b, i32.lt_u(a, b));
}
