/** Whole numbers and truth values with a shape: token ids, masks, positions, extents. They carry no relevance. */
import { checkList } from "./check-kind.ts";
import { heldBy, type Shape } from "./shape.ts";
import { oneOf } from "./one-of.ts";
import type { Tensor } from "./tensor.ts";

/** How whole numbers calculate: their width decides where they wrap around. */
export type IntegerType =
  | "bool"
  | "int8" | "int16" | "int32" | "int64"
  | "uint8" | "uint16" | "uint32" | "uint64";

/** Arrays that hold whole numbers; 64-bit ones are doubles, exact up to 2^53. */
export type IntegerData =
  | Float64Array
  | Int32Array | Int16Array | Int8Array
  | Uint32Array | Uint16Array | Uint8Array;

/** `shape` and the whole numbers it lays out, row-major. Treat both as read-only. */
export class Integers {
  readonly shape: Shape;
  readonly data: IntegerData;
  readonly type: IntegerType;

  /** Wraps `data` without copying; throws a `ShapeError` unless it has exactly the shape's number of elements. */
  constructor(shape: Shape, data: IntegerData, type: IntegerType = "int64") {
    this.shape = shape;
    this.data = data;
    heldBy(this, "Integers");
    this.type = type;
  }

  /** The number of elements. */
  get size(): number {
    return this.data.length;
  }
}

/** What flows through a network: floats, which carry relevance, or whole numbers, which do not. */
export type Value = Tensor | Integers;

const TYPES: readonly IntegerType[] = [
  "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
];

/** Integers of the given values: `integers([3, 1, 4])` is a list, `integers([101, 7, 102], [1, 3])` one row of ids. */
export function integers(
  values: ArrayLike<number>, shape: Shape = [values?.length], type: IntegerType = "int64",
): Integers {
  checkList("integers", values);
  const data = Float64Array.from(values);
  const broken = data.findIndex((value) => !Number.isSafeInteger(value));
  if (broken >= 0) throw new RangeError(`integers: takes whole numbers, got ${data[broken]} at ${broken}`);
  oneOf("integers", "type", type, TYPES);
  return new Integers(shape, data, type);
}
