export {
  activate,
  identity,
  programActivation,
  relu,
  type Activation,
  type ActivationFacts,
  type ActivationPrograms,
} from "./activation.ts";
export { activationByName, activationNames } from "./activation-by-name.ts";
export { ActivationLayer } from "./activation-layer.ts";
export { AdaptiveAvgPool, AdaptiveMaxPool, type OutputSize } from "./adaptive-pool.ts";
export { Add } from "./add.ts";
export { Affine } from "./affine.ts";
export { AvgPool, SumPool, type AvgPoolOptions } from "./avg-pool.ts";
export { BatchNorm, type BatchNormParameters } from "./batch-norm.ts";
export { chain, parallel, skip, type Part } from "./build.ts";
export { Concat } from "./concat.ts";
export { Constant } from "./constant.ts";
export { Conv, type ConvOptions } from "./conv.ts";
export { ConvTranspose, type ConvTransposeOptions } from "./conv-transpose.ts";
export { Dense, type DenseOptions } from "./dense.ts";
export { DepthToSpace, SpaceToDepth, type BlockOrder } from "./depth-to-space.ts";
export { Determinant } from "./determinant.ts";
export { Divide } from "./divide.ts";
export { Allowance, MOST_AXES, spanOf, STEP } from "./allowance.ts";
export { AlphaDropout, Dropout } from "./dropout.ts";
export { Einsum } from "./einsum.ts";
export { exp, log, pow, reciprocal, sqrt } from "./elementary.ts";
export { Expand } from "./expand.ts";
export { Maximum, Minimum } from "./extremum.ts";
export { Flatten, type FlattenOptions } from "./flatten.ts";
export {
  isElementwiseAffine,
  isFoldable,
  type ChannelScale,
  type ElementwiseAffine,
  type FoldableLayer,
} from "./fold.ts";
export { Fourier, type FourierOptions } from "./fourier.ts";
export { Gather, type GatherOptions } from "./gather.ts";
export type { GateKind, Gating, ProductLayerOptions } from "./gating.ts";
export { GlobalAvgPool, GlobalMaxPool, type GlobalPoolOptions } from "./global-pool.ts";
export type { Graph, Limits, ModelInput, Node } from "./graph.ts";
export { GroupNorm, InstanceNorm, type ChannelNormOptions } from "./group-norm.ts";
export { GroupNormalization, type NormalizationOptions } from "./group-normalization.ts";
export {
  isAffine, isExponential,
  type AffineLayer, type AxisUse, type ExponentialLayer, type Layer, type LayerKind, type Linearization, type Region,
  type Role,
} from "./layer.ts";
export { LayerNorm, RMSNorm, type NormalizedShape, type TrailingNormOptions } from "./layer-norm.ts";
export { withLayouts } from "./layouts.ts";
export { celu, elu, gelu, geluTanh, mish, selu, silu, softplus } from "./linear-units.ts";
export { LocalResponseNorm, type LocalResponseNormOptions } from "./local-response-norm.ts";
export { describe, Undetermined } from "./lower.ts";
export {
  execute, layerOf, LoweredModel, readTensors, type BoundStep, type ComputedStep, type LayerStep, type Step,
} from "./lowered-model.ts";
export { Hardmax, LpNormalization } from "./lp-normalization.ts";
export { MatMul } from "./mat-mul.ts";
export { MaxPool } from "./max-pool.ts";
export { Model, unknownNode } from "./model.ts";
export { inOrder, type GivenInputs, type NamedInputs } from "./named-inputs.ts";
export { Multiply } from "./multiply.ts";
export { isNormalization, type NormalizationLayer } from "./normalization-layer.ts";
export {
  isOperator, valueAt, ValueNeeded,
  type BoundLayer, type ComputedValue, type Described, type ElementType, type KnownValue, type LoweredLayer,
  type Lowering, type Operator,
} from "./operator.ts";
export { PRelu } from "./p-relu.ts";
export { Pad, type PadMode, type PadOptions } from "./pad.ts";
export { Collect, Pick, type Placing } from "./picking/pick.ts";
export { Scatter, type Meeting, type ScatterOptions } from "./picking/scatter.ts";
export { TopK, type TopKOptions } from "./picking/top-k.ts";
export type { AxisWindows } from "./pool-windows.ts";
export { AveragePooling, MaxPooling, Pooling } from "./pooling.ts";
export { Power, Remainder } from "./power.ts";
export { Quantize, type QuantizeOptions } from "./quantize.ts";
export { abs, clip, hardSigmoid, hardSwish, hardtanh, leakyRelu, relu6, threshold } from "./rectifiers.ts";
export { FinalStates, type FinalStatesOptions } from "./recurrent/final-states.ts";
export { GateWeights, type GateBlock, type GateParameters } from "./recurrent/gate-weights.ts";
export { GRUCell, type GRUParameters } from "./recurrent/gru-cell.ts";
export { LSTMCell, type LSTMParameters } from "./recurrent/lstm-cell.ts";
export {
  isRecurrent, Recurrent, type RecurrentLinearization, type RecurrentOptions,
} from "./recurrent/recurrent.ts";
export type { CellState, CellStep, RecurrentCell, StepCovectors, WayBack } from "./recurrent/recurrent-cell.ts";
export { RecurrentTrace, type Course, type Present } from "./recurrent/recurrent-trace.ts";
export { RNNCell, type RNNParameters } from "./recurrent/rnn-cell.ts";
export { gatesRule, type RecurrentRuleOptions } from "./recurrent/gates-rule.ts";
export type { SumSharing } from "./recurrent/sum-sharing.ts";
export { ValidSteps } from "./recurrent/valid-steps.ts";
export { ReduceMax, ReduceMean, ReduceSum, type ReduceOptions } from "./reduce.ts";
export { Reshape, Squeeze, Unsqueeze, type ReshapeOptions } from "./reshape.ts";
export { Identity, Reshaping } from "./reshaping.ts";
export { Routing, type Route } from "./routing.ts";
export { ReduceLogSumExp, ReduceProduct } from "./running/reduce-product.ts";
export { CumulativeProduct, CumulativeSum, type RunningOptions } from "./running/running.ts";
export { DeformableSample, type DeformableOptions } from "./sampling/deformable-sample.ts";
export { GridSample, type GridSampleOptions } from "./sampling/grid-sample.ts";
export type { Interpolation, ResizeCoordinates } from "./sampling/interpolation.ts";
export { Resize, type ResizeOptions } from "./sampling/resize.ts";
export { TapList, Taps, type TapTable } from "./sampling/taps.ts";
export { Scale, type ScaleOptions } from "./scale.ts";
export { erf, sigmoid, softsign, tanh } from "./sigmoids.ts";
export { isSharing, type Books, type OwnRule, type Passed, type SharingLayer } from "./sharing-layer.ts";
export { Slice, type SliceRange } from "./slice.ts";
export { SlidingWindow, type SlidingOptions } from "./sliding-window.ts";
export { LogSoftmax, Softmax, type SoftmaxOptions } from "./softmax.ts";
export { ceil, floor, round, shrink, sign } from "./steps.ts";
export { Subtract } from "./subtract.ts";
export { Tile } from "./tile.ts";
export { Transpose } from "./transpose.ts";
export type { DecisionTree, Leaf, Split, SplitComparison, TreeNode } from "./trees/decision-tree.ts";
export type { Contributions } from "./trees/shapley.ts";
export { TreeEnsemble, type TreeEnsembleOptions } from "./trees/tree-ensemble.ts";
export {
  acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan,
} from "./trigonometric.ts";
export { Upsample, type Coordinates, type Rounding, type UpsampleOptions } from "./upsample.ts";
export { Where } from "./where.ts";
export type { Padding, PerAxis, SamePadding } from "./window.ts";
