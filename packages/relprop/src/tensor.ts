/** All of `@relprop/tensor`. Written by scripts/subpaths.js. */
export {
  Arena, DeadlineError, EncodedTensor, Integers, ShapeError, Tensor, act, add, allFinite, allocate, arenaRuns, argmax,
  assumedLayout, batched, brainFloats, breathe, broadcastShape, broadcastTo, callable, called, checkDeadline, checkKind,
  checkLayout, checkSameShape, checkShape, checkTensor, clone, decide, dims, dot, eachUntilAborted, empty, encoded,
  evaluate, formatShape, fromChannelsFirst, full, giveBack, halfFloat, halfFloats, heldBy, integers, isTraceable, keep,
  kernels, levels, lifetime, map, moveAxis, multiply, oneOf, ones, optionsOf, permute, permutedNumbers, poolKernels,
  preferKernels, refuseTrace, relativeError, rowKernels, sameShape, scalar, scope, sharedArena, showAs, sizeOf, stack,
  sum, sumAxis, sumTo, tapKernels, tensor, throwIfAborted, toChannelsFirst, traceable, unbounded, untilAborted,
  useKernels, weightsOf, withDeadline, zeros, zip, type AbortSignalLike, type Abortable, type ArenaOptions, type Bounds,
  type ChangeOfNumbers, type ConvGeometry, type DenominatorGuard, type Encoded, type Encoding, type Extent3, type Given,
  type IntegerData, type IntegerType, type Kernels, type Layout, type LevelScale, type Levels, type Lifetime,
  type NestedNumbers, type Pointwise, type PoolGeometry, type PoolKernels, type ProgramKernels, type Repeated,
  type RowKernels, type Shape, type Shown, type Slab, type Standardization, type Stored, type StridedOperand,
  type TakeFloats, type TapKernels, type TapLists, type UseSlab, type Value, type WeightLayout, type Weights,
} from "@relprop/tensor";
