export {
  breathe, eachUntilAborted, throwIfAborted, untilAborted, type Abortable, type AbortSignalLike,
} from "./abort.ts";
export { kernels, preferKernels, useKernels } from "./active.ts";
export { poolKernels, rowKernels, tapKernels } from "./kernel-groups.ts";
export {
  Arena, allocate, arenaRuns, giveBack, keep, lifetime, scope, sharedArena, type ArenaOptions, type Lifetime,
} from "./arena.ts";
export { encoded, type Encoding } from "./encoded.ts";
export { EncodedTensor } from "./encoded-tensor.ts";
export { brainFloats, halfFloat, halfFloats, levels, type Levels, type LevelScale } from "./encodings.ts";
export { checkDeadline, DeadlineError, withDeadline } from "./deadline.ts";
export { add, broadcastTo, map, multiply, sumTo, zip, type Pointwise } from "./elementwise.ts";
export { batched, stack } from "./batch.ts";
export type { ConvGeometry, Extent3, PoolGeometry } from "./geometry.ts";
export { Integers, integers, type IntegerData, type IntegerType, type Value } from "./integers.ts";
export {
  unbounded,
  type Bounds, type DenominatorGuard, type Kernels, type PoolKernels, type ProgramKernels, type Given, type Repeated,
  type RowKernels,
  type Standardization, type StridedOperand, type TapKernels, type TapLists,
} from "./kernels.ts";
export {
  assumedLayout, checkLayout, fromChannelsFirst, moveAxis, toChannelsFirst, type Layout,
} from "./layout.ts";
export { callable, checkKind } from "./check-kind.ts";
export { oneOf } from "./one-of.ts";
export { optionsOf } from "./options-of.ts";
export { permutedNumbers, type Stored } from "./permuted-numbers.ts";
export { permute } from "./permute.ts";
export { evaluate } from "./program/evaluate.ts";
export { allFinite, argmax, dot, relativeError, sum, sumAxis } from "./reduce.ts";
export { scalar } from "./scalar/index.ts";
export {
  broadcastShape,
  checkSameShape,
  checkShape,
  dims,
  formatShape,
  heldBy,
  sameShape,
  ShapeError,
  sizeOf,
  type Shape,
} from "./shape.ts";
export { showAs, type Shown } from "./show-as.ts";
export {
  checkTensor, clone, empty, full, ones, tensor, Tensor, weightsOf, zeros, type ChangeOfNumbers, type NestedNumbers,
} from "./tensor.ts";
export { act, called, decide, isTraceable, refuseTrace, traceable } from "./trace.ts";
export type { Encoded, Slab, TakeFloats, UseSlab, WeightLayout, Weights } from "./weights.ts";
