export {
  activate,
  identity,
  programActivation,
  relu,
  type Activation,
  type ActivationFacts,
  type ActivationPrograms,
} from "./layer/activation.ts";
export { activationByName, activationNames } from "./activations/activation-by-name.ts";
export { ActivationLayer } from "./activations/activation-layer.ts";
export { AdaptiveAvgPool, AdaptiveMaxPool, type OutputSize } from "./pools/adaptive-pool.ts";
export { Add } from "./arithmetic/add.ts";
export { Affine } from "./weighted/affine.ts";
export { AvgPool, SumPool, type AvgPoolOptions } from "./pools/avg-pool.ts";
export { BatchNorm, type BatchNormParameters } from "./weighted/batch-norm.ts";
export { chain, parallel, skip, type Part } from "./build.ts";
export { Concat } from "./shaping/concat.ts";
export { Constant } from "./model/constant.ts";
export { Conv, type ConvOptions } from "./weighted/conv.ts";
export { ConvTranspose, type ConvTransposeOptions } from "./weighted/conv-transpose.ts";
export { Dense, type DenseOptions } from "./weighted/dense.ts";
export { DepthToSpace, SpaceToDepth, type BlockOrder } from "./shaping/depth-to-space.ts";
export { Determinant } from "./weighted/determinant.ts";
export { Divide } from "./arithmetic/divide.ts";
export { Allowance, MOST_AXES, spanOf, STEP } from "./layer/allowance.ts";
export { AlphaDropout, Dropout } from "./activations/dropout.ts";
export { Einsum } from "./weighted/einsum.ts";
export { exp, log, pow, reciprocal, sqrt } from "./activations/elementary.ts";
export { Expand } from "./shaping/expand.ts";
export { Maximum, Minimum } from "./arithmetic/extremum.ts";
export { Flatten, type FlattenOptions } from "./shaping/flatten.ts";
export {
  foldAfter,
  foldBefore,
  isElementwiseAffine,
  isFoldable,
  outputChannels,
  type ChannelScale,
  type ElementwiseAffine,
  type FoldableLayer,
  type WeightChannels,
} from "./weighted/fold.ts";
export { Fourier, type FourierOptions } from "./arithmetic/fourier.ts";
export { Gather, type GatherOptions } from "./shaping/gather.ts";
export type { GateKind, Gating, ProductLayerOptions } from "./arithmetic/gating.ts";
export { GlobalAvgPool, GlobalMaxPool, type GlobalPoolOptions } from "./pools/global-pool.ts";
export type { Graph, Limits, ModelInput, Node } from "./model/graph.ts";
export { GroupNorm, InstanceNorm, type ChannelNormOptions } from "./norms/group-norm.ts";
export { GroupNormalization, type NormalizationOptions } from "./norms/group-normalization.ts";
export {
  isAffine, isExponential,
  type AffineLayer, type AxisUse, type ExponentialLayer, type Layer, type LayerKind, type Linearization, type Region,
  type Role,
} from "./layer/layer.ts";
export { LayerNorm, RMSNorm, type NormalizedShape, type TrailingNormOptions } from "./norms/layer-norm.ts";
export { withLayouts } from "./model/layouts.ts";
export { celu, elu, gelu, geluTanh, mish, selu, silu, softplus } from "./activations/linear-units.ts";
export { LocalResponseNorm, type LocalResponseNormOptions } from "./norms/local-response-norm.ts";
export { describe, Undetermined } from "./model/lower.ts";
export {
  execute, layerOf, LoweredModel, readTensors, slotsOf, type BoundStep, type ComputedStep, type LayerStep, type Step,
} from "./model/lowered-model.ts";
export { Hardmax, LpNormalization } from "./norms/lp-normalization.ts";
export { MatMul } from "./weighted/mat-mul.ts";
export { MaxPool } from "./pools/max-pool.ts";
export { Model, unknownNode } from "./model/model.ts";
export { inOrder, type GivenInputs, type NamedInputs } from "./model/named-inputs.ts";
export { Multiply } from "./arithmetic/multiply.ts";
export { isNormalization, type NormalizationLayer } from "./layer/normalization-layer.ts";
export {
  isOperator, valueAt, ValueNeeded,
  type BoundLayer, type ComputedValue, type Described, type ElementType, type KnownValue, type LoweredLayer,
  type Lowering, type Operator,
} from "./layer/operator.ts";
export { PRelu } from "./weighted/p-relu.ts";
export { Pad, type PadMode, type PadOptions } from "./shaping/pad.ts";
export { Collect, Pick, type Placing } from "./picking/pick.ts";
export { Scatter, type Meeting, type ScatterOptions } from "./picking/scatter.ts";
export { TopK, type TopKOptions } from "./picking/top-k.ts";
export type { AxisWindows } from "./pools/pool-windows.ts";
export { AveragePooling, MaxPooling, Pooling } from "./pools/pooling.ts";
export { Power, Remainder } from "./arithmetic/power.ts";
export { Quantize, type QuantizeOptions } from "./activations/quantize.ts";
export { abs, clip, hardSigmoid, hardSwish, hardtanh, leakyRelu, relu6, threshold } from "./activations/rectifiers.ts";
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
export { ReduceMax, ReduceMean, ReduceSum, type ReduceOptions } from "./pools/reduce.ts";
export { Reshape, Squeeze, Unsqueeze, type ReshapeOptions } from "./shaping/reshape.ts";
export { Identity, Reshaping } from "./shaping/reshaping.ts";
export { Routing, type Route } from "./shaping/routing.ts";
export { ReduceLogSumExp, ReduceProduct } from "./running/reduce-product.ts";
export { CumulativeProduct, CumulativeSum, type RunningOptions } from "./running/running.ts";
export { DeformableSample, type DeformableOptions } from "./sampling/deformable-sample.ts";
export { GridSample, type GridSampleOptions } from "./sampling/grid-sample.ts";
export type { Interpolation, ResizeCoordinates } from "./sampling/interpolation.ts";
export { Resize, type ResizeOptions } from "./sampling/resize.ts";
export { TapList } from "./sampling/tap-list.ts";
export { Taps, type TapTable } from "./sampling/taps.ts";
export { Scale, type ScaleOptions } from "./weighted/scale.ts";
export { erf, sigmoid, softsign, tanh } from "./activations/sigmoids.ts";
export { taylorRule } from "./norms/taylor-rule.ts";
export { isSharing, type Books, type OwnRule, type Passed, type SharingLayer } from "./layer/sharing-layer.ts";
export { Slice, type SliceRange } from "./shaping/slice.ts";
export { SlidingWindow, type SlidingOptions } from "./pools/sliding-window.ts";
export { LogSoftmax, Softmax, type SoftmaxOptions } from "./norms/softmax.ts";
export { ceil, floor, round, shrink, sign } from "./activations/steps.ts";
export { Subtract } from "./arithmetic/subtract.ts";
export { Tile } from "./shaping/tile.ts";
export { Transpose } from "./shaping/transpose.ts";
export type { DecisionTree, Leaf, Split, SplitComparison, TreeNode } from "./trees/decision-tree.ts";
export type { Contributions } from "./trees/shapley.ts";
export { TreeEnsemble, type TreeEnsembleOptions } from "./trees/tree-ensemble.ts";
export {
  acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan,
} from "./activations/trigonometric.ts";
export { Upsample, type Coordinates, type Rounding, type UpsampleOptions } from "./sampling/upsample.ts";
export { Where } from "./arithmetic/where.ts";
export type { Padding, PerAxis, SamePadding } from "./pools/window.ts";
