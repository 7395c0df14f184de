/** What a file may make of itself while it is read. */
import { Allowance, spanOf } from "@relprop/layers";
import { kernels, sizeOf, type Shape } from "@relprop/tensor";
import { isInteger, type DType, type Numbers } from "./dtype.ts";

/** How much work and memory reading a file may take. */
export interface ReadLimits {
  /**
   * The elements that a file may write down, compute and walk over besides 8 for each of its bytes, when it is read and
   * again for each use with other shapes; 2^22 by default. A node counts for 64.
   */
  readonly elements?: number;
}

const ELEMENTS = 2 ** 22;
const PER_BYTE = 8;

/** The allowance of a file of so many bytes. Throws a `RangeError` for limits that are none. */
export function allowanceOf(bytes: number, { elements = ELEMENTS }: ReadLimits = {}): Allowance {
  if (!(elements >= 0)) throw new RangeError(`limits: takes elements >= 0, got ${elements}`);
  return new Allowance(elements + PER_BYTE * bytes);
}

/** How many inputs a node or a network has at most: they are arguments of functions, which hosts take so many of. */
export const MOST_INPUTS: number = 2 ** 14;

/** Throws a `RangeError` for more inputs than a node, or a network, can have. */
export function checkFanIn({ length }: readonly unknown[]): void {
  if (length > MOST_INPUTS) throw new RangeError(`takes at most ${MOST_INPUTS} inputs, got ${length}`);
}

/** What bytes that a file has beside it allow more. */
export function allowMore(allowance: Allowance, bytes: number): void {
  allowance.add(PER_BYTE * bytes);
}

/**
 * Memory for constants that are calculated, and whatever else layers and constants are made of, all of one allowance. A
 * file that asks for more than a multiple of its own size is refused before anything is allocated.
 */
export class Budget {
  /** What is left of the allowance; layers take the positions they write down. */
  readonly positions: Allowance;
  readonly #onlyShapes: boolean;

  /** With `onlyShapes`, for calculations that leave their results empty, no memory is taken. */
  constructor(allowance: Allowance, onlyShapes = false) {
    this.positions = allowance;
    this.#onlyShapes = onlyShapes;
  }

  /** Zeros of this shape, in an array that suits the type. */
  array(dtype: DType, shape: Shape): Numbers {
    if (this.#onlyShapes) return new Float32Array(0);
    const size = sizeOf(shape);
    const width = dtype === "BOOL" ? 1 : dtype === "F64" || isInteger(dtype) ? 8 : 4;
    this.positions.take(spanOf(shape) * (width === 8 ? 2 : 1));
    if (width === 1) return new Uint8Array(size);
    return width === 8 ? new Float64Array(size) : kernels().allocate(size).fill(0);
  }

  /** Takes memory for that many bytes; throws a `RangeError` where they are more than what is left. */
  spend(bytes: number): void {
    this.positions.take(bytes / 4);
  }
}
