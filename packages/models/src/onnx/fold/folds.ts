/** Operators on values that are all known: calculated when the model is read. */
import type { Fold } from "./call.ts";
import { elementwiseFolds } from "./elementwise.ts";
import { gatherFolds } from "./gather.ts";
import { layoutFolds } from "./layout.ts";
import { makeFolds } from "./make.ts";
import { quantizedFolds } from "./quantized.ts";
import { reduceFolds } from "./reduce.ts";

/** Every operator that can be calculated beforehand, by name. */
export const FOLDS: ReadonlyMap<string, Fold> = new Map([
  ...elementwiseFolds,
  ...gatherFolds,
  ...layoutFolds,
  ...makeFolds,
  ...quantizedFolds,
  ...reduceFolds,
]);
