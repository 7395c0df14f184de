/** What every implementation of `Kernels` must do. */
import type { Kernels } from "../../src/index.ts";
import { convolutionTests } from "./convolution.ts";
import { elementwiseTests } from "./elementwise.ts";
import { encodedTests } from "./encoded.ts";
import { fewChannelTests } from "./few-channels.ts";
import { Laboratory } from "./laboratory.ts";
import { overflowTests } from "./overflow.ts";
import { productTests } from "./products.ts";
import { programTests } from "./programs.ts";
import { rowTests } from "./rows.ts";
import { poolingTests } from "./pooling.ts";
import { smallSumTests } from "./small-sums.ts";
import { tapTests } from "./taps.ts";

/**
 * Declares the tests of an implementation; `tolerance` is the rounding error allowed, relative to the sum of the sizes
 * of the terms, and `fast` what convolutions may lose that get by with fewer products.
 */
export function conforms(kernels: Kernels, tolerance: number, fast = tolerance): void {
  const laboratory = new Laboratory(kernels, tolerance, fast);
  productTests(laboratory);
  convolutionTests(laboratory);
  smallSumTests(laboratory);
  fewChannelTests(laboratory);
  overflowTests(laboratory);
  poolingTests(laboratory);
  elementwiseTests(laboratory);
  encodedTests(laboratory);
  programTests(laboratory);
  rowTests(laboratory);
  tapTests(laboratory);
}
