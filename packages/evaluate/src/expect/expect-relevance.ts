/** Expectations of explanations, for tests of any runner. */
import { checkKind, Tensor } from "@relprop/tensor";
import {
  checkRelevance, type CheckedExplanation, type RelevanceMask, type RelevanceQuantity,
} from "./relevance-check.ts";

/** Thrown where an explanation is not as expected. */
export class RelevanceExpectationError extends Error {
  override readonly name = "RelevanceExpectationError";
  readonly found: number | undefined;

  constructor(message: string, found: number | undefined) {
    super(message);
    this.found = found;
  }
}

/** What a quantity should be. */
export interface Bounded {
  /** Throws a `RelevanceExpectationError` unless it is as much. */
  atLeast(value: number): void;
  /** Throws a `RelevanceExpectationError` if it is more. */
  atMost(value: number): void;
}

/** What can be expected of an explanation. */
export interface ExpectedRelevance {
  /** The part of what speaks for the target that lies on a mask. */
  on(mask: RelevanceMask): Bounded;
  /** The part of the most relevant positions that lie on a mask. */
  ranked(mask: RelevanceMask): Bounded;
  /** The sum on a mask as part of all relevance: above 0 where it speaks for the target, below where against. */
  sumOn(mask: RelevanceMask): Bounded;
  /** The likeness to stored relevance: 1 where only the scale differs. */
  similarTo(stored: Tensor): Bounded;
  /** The part of the relevance that arrived. */
  conserved(): Bounded;
}

/** `expectRelevance(lrp.analyze(input)).on(mask).atLeast(0.8)` */
export function expectRelevance(explained: CheckedExplanation): ExpectedRelevance {
  checkKind("expectRelevance", "an explanation", explained, Object(explained).relevance instanceof Tensor);
  const bounded = (quantity: RelevanceQuantity): Bounded => {
    const check = (bounds: { readonly atLeast?: number; readonly atMost?: number }): void => {
      const { holds, found, sentence } = checkRelevance(explained, quantity, bounds);
      if (!holds) throw new RelevanceExpectationError(sentence, found);
    };
    return { atLeast: (atLeast) => check({ atLeast }), atMost: (atMost) => check({ atMost }) };
  };
  return {
    on: (share) => bounded({ share }),
    ranked: (rank) => bounded({ rank }),
    sumOn: (sign) => bounded({ sign }),
    similarTo: (similarity) => bounded({ similarity }),
    conserved: () => bounded({ conserved: true }),
  };
}

/** A mask of a picture: 1 within a box of pixels. */
export function boxMask(
  size: readonly [height: number, width: number], box: readonly [x: number, y: number, width: number, height: number],
): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(size) || !Array.isArray(box)) {
    throw new TypeError("boxMask: takes [height, width] and [x, y, width, height], got something else");
  }
  const [height, width] = size;
  const [left, top, wide, high] = box;
  if (!(left >= 0 && top >= 0 && wide > 0 && high > 0 && left + wide <= width && top + high <= height)) {
    throw new RangeError(`boxMask: takes a box within ${width} × ${height} pixels, got ${box.join(", ")}`);
  }
  return Uint8Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Number(x >= left && x < left + wide && y >= top && y < top + high);
  });
}
