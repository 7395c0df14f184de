/** Calls of `@relprop/layers` that work, for each of which every argument is then given wrong. */
import * as layers from "@relprop/layers";
import { full, tensor, type Tensor } from "@relprop/tensor";
import type { Calls } from "./calls.ts";

const plane = full([1, 1, 4, 4], 0.5);

export function layersCalls(): Calls {
  const { chain, Conv, Dense, Model, relu, identity } = layers;
  const w = full([2, 1, 3, 3], 0.1);
  const b = tensor([0, 0]);
  const sliding = { stride: 1, padding: 0, same: undefined, dilation: 1, ceilMode: false };
  const model = chain(new Conv(w), relu);
  const gates = (n: number): object => ({
    weight: full([2 * n, 3], 0.1), recurrent: full([2 * n, 2], 0.1), bias: full([2 * n], 0.1),
    recurrentBias: full([2 * n], 0.1),
  });
  const cell = new layers.RNNCell({ weight: full([2, 3], 0.1), recurrent: full([2, 2], 0.1) });
  const trailing = { weight: tensor([1, 1]), bias: b, epsilon: 1e-5, epsilonOutside: false };
  const used = (Layer: unknown, x: Tensor, ...args: readonly unknown[]): readonly [unknown, ...unknown[]] => [
    (...all: readonly unknown[]) => chain(Reflect.construct(Layer as never, all) as never).predict(x), ...args,
  ];
  const places = { kind: "Pick", input: [2], output: [2], positions: Int32Array.of(0, 1) };
  const tree = { features: 1, targets: 1, aggregate: "sum", base: [0], trees: [] };
  return {
    Conv: used(Conv, plane, w, {
      bias: b, stride: 1, padding: 0, same: undefined, dilation: 1, groups: 1, activation: relu,
    }),
    ConvTranspose: used(layers.ConvTranspose, plane, full([1, 2, 3, 3], 0.1), {
      bias: b, stride: 1, padding: 0, outputPadding: 0, dilation: 1, groups: 1, activation: relu,
    }),
    Dense: used(Dense, tensor([[1, 2]]), tensor([[1, 2], [3, 4]]), { bias: b, activation: relu }),
    Scale: used(layers.Scale, tensor([[1, 2]]), b, { bias: b, axis: 1, activation: relu, repeats: false }),
    BatchNorm: used(layers.BatchNorm, full([1, 2, 4, 4], 1), {
      gamma: b, beta: b, mean: b, variance: tensor([1, 1]), epsilon: 1e-5, activation: relu,
    }),
    MaxPool: used(layers.MaxPool, plane, 2, sliding), SumPool: used(layers.SumPool, plane, 2, sliding),
    AvgPool: used(layers.AvgPool, plane, 2, { ...sliding, countPadding: true }),
    AdaptiveAvgPool: used(layers.AdaptiveAvgPool, plane, 2), AdaptiveMaxPool: used(layers.AdaptiveMaxPool, plane, 2),
    GlobalAvgPool: used(layers.GlobalAvgPool, plane, { keepDims: true }),
    GlobalMaxPool: used(layers.GlobalMaxPool, plane, { keepDims: true }),
    ReduceSum: used(layers.ReduceSum, plane, { axes: [2], keepDims: true }),
    ReduceMean: used(layers.ReduceMean, plane, { axes: [2], keepDims: true }),
    ReduceMax: used(layers.ReduceMax, plane, { axes: [2], keepDims: true }),
    ReduceProduct: used(layers.ReduceProduct, plane, { axes: [2], keepDims: true }),
    ReduceLogSumExp: used(layers.ReduceLogSumExp, plane, { axes: [2], keepDims: true }),
    ActivationLayer: used(layers.ActivationLayer, plane, relu),
    Flatten: used(layers.Flatten, plane, { startAxis: 1, endAxis: -1 }),
    Softmax: used(layers.Softmax, plane, -1, { masked: "nan" }), LogSoftmax: used(layers.LogSoftmax, plane, -1),
    Hardmax: used(layers.Hardmax, plane, -1), LpNormalization: used(layers.LpNormalization, plane, 2, -1),
    LayerNorm: used(layers.LayerNorm, tensor([[1, 2]]), 2, trailing),
    RMSNorm: used(layers.RMSNorm, tensor([[1, 2]]), 2, trailing),
    GroupNorm: used(layers.GroupNorm, full([1, 2, 4, 4], 1), 2, trailing),
    InstanceNorm: used(layers.InstanceNorm, full([1, 2, 4, 4], 1), trailing),
    LocalResponseNorm: used(layers.LocalResponseNorm, plane, 1, { alpha: 1e-4, beta: 0.75, bias: 1 }),
    Dropout: used(layers.Dropout, plane, 0.5), AlphaDropout: used(layers.AlphaDropout, plane),
    Identity: used(layers.Identity, plane),
    Constant: [layers.Constant, b], PRelu: used(layers.PRelu, full([1, 2, 4, 4], 1), b, { axis: 1 }),
    Add: [layers.Add], Subtract: [layers.Subtract], MatMul: [layers.MatMul, { gating: undefined }],
    Multiply: [layers.Multiply, { gating: undefined }], Divide: [layers.Divide, { gating: undefined }],
    Maximum: [layers.Maximum], Minimum: [layers.Minimum], Power: [layers.Power], Remainder: [layers.Remainder, "floor"],
    Concat: [layers.Concat, 1], Reshape: used(layers.Reshape, plane, [16], { from: 1, zeroKeeps: false }),
    Squeeze: used(layers.Squeeze, plane, [1]), Unsqueeze: used(layers.Unsqueeze, plane, [1]),
    Transpose: used(layers.Transpose, plane, [0, 1, 3, 2]), Tile: used(layers.Tile, plane, [1, 1, 2, 1]),
    Expand: used(layers.Expand, plane, [1, 2, 4, 4]),
    Pad: used(layers.Pad, plane, [[0, 0], [0, 0], [1, 1], [1, 1]], { mode: "constant", value: 0 }),
    Slice: used(layers.Slice, plane, { axis: 2, start: 0, end: 2, step: 1, clampStart: false }),
    Gather: used(layers.Gather, plane, [0], { axis: 1, shape: [1] }),
    DepthToSpace: used(layers.DepthToSpace, full([1, 4, 2, 2], 1), 2, "DCR"),
    SpaceToDepth: used(layers.SpaceToDepth, plane, 2),
    Upsample: used(layers.Upsample, plane, { scale: 2, mode: "nearest" }),
    Resize: used(
      layers.Resize, plane,
      {
        mode: "linear", coordinates: "half_pixel", rounding: "floor", cubic: -0.75, excludeOutside: false,
        antialias: false,
      },
      {
        scales: [1, 1, 2, 2], sizes: undefined, axes: undefined, proportions: undefined, region: undefined,
        extrapolation: 0,
      },
    ),
    GridSample: [layers.GridSample, { mode: "linear", padding: "zeros", alignCorners: false }],
    DeformableSample: [
      layers.DeformableSample, { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [0, 0], groups: 1 },
    ],
    TopK: used(layers.TopK, plane, 1, { axis: -1, largest: true }), Pick: used(layers.Pick, tensor([1, 2]), places, 0),
    Collect: used(layers.Collect, tensor([1, 2]), { ...places, kind: "Collect" }),
    Scatter: [
      layers.Scatter, { kind: "Scatter", meeting: "none", input: [2], updates: [2], positions: Int32Array.of(0, 1) },
    ],
    CumulativeSum: used(layers.CumulativeSum, plane, { axis: 1, exclusive: false, reverse: false }),
    CumulativeProduct: used(layers.CumulativeProduct, plane, { axis: 1, exclusive: false, reverse: false }),
    Determinant: used(layers.Determinant, plane), Einsum: [layers.Einsum, "ij,jk->ik", { gating: undefined }],
    Fourier: [layers.Fourier, { axis: 1, inverse: false, onesided: false, length: undefined }],
    Quantize: used(
      layers.Quantize, tensor([[1, 2]]), tensor([1]), { axis: 1, low: [-1], high: [1], block: 0, multiply: false },
    ),
    Taps: used(layers.Taps, tensor([1, 2]), {
      kind: "Taps", role: "linear", input: [2], output: [1], starts: Int32Array.of(0, 1), positions: Int32Array.of(0),
      weights: Float64Array.of(1), combine: "sum",
    }),
    TreeEnsemble: [layers.TreeEnsemble, tree], Where: [layers.Where, b],
    LSTMCell: [
      layers.LSTMCell,
      {
        ...gates(4), peepholes: undefined, gate: layers.sigmoid, candidate: layers.tanh, output: layers.tanh,
        clip: 1, coupled: false,
      },
    ],
    GRUCell: [layers.GRUCell, { ...gates(3), resetAfter: true, gate: layers.sigmoid, candidate: layers.tanh, clip: 1 }],
    RNNCell: [layers.RNNCell, { ...gates(1), activation: layers.tanh, clip: 1 }],
    Recurrent: used(layers.Recurrent, full([2, 1, 3], 0.1), [cell], {
      directions: ["forward"], batchFirst: false, withCells: false, initial: [], lengths: undefined, mask: undefined,
    }),
    FinalStates: [layers.FinalStates, { reverse: [false], batchFirst: false, part: [0, 1] }],
    ValidSteps: [layers.ValidSteps, [1, 2], { batchFirst: false }],
    Model: [Model, { inputs: [{ name: "input" }], nodes: [], outputs: ["input"], limits: undefined, remarks: [] }],
    ModelNode: [
      (node: never) => new Model({ inputs: [{ name: "x" }] as never, nodes: [node], outputs: ["y"] }),
      { name: "y", layer: new Dense(tensor([[1, 2]])), inputs: ["x"], index: [0] },
    ],
    "Model.predict": [(x: never) => model.predict(x), plane], "Model.forward": [(x: never) => model.forward(x), plane],
    "Model.node": [(name: never) => model.node(name), "0"],
    "Model.shapes": [(shape: never) => model.shapes(shape), [1, 1, 4, 4]],
    "Model.layout": [(name: never) => model.layout(name), "0"], "Model.run": [(x: never) => model.run(x), plane],
    "Model.lower": [(x: never) => model.lower(x), plane],
    chain: [chain, new Dense(tensor([[1, 2]]))], chainNamed: [chain, { a: relu }],
    parallel: [layers.parallel, [relu, identity], new layers.Add()],
    parallelNamed: [layers.parallel, { a: relu, b: identity }],
    skip: [layers.skip, relu, new layers.Add()], activate: [layers.activate, relu, b],
    activationByName: [layers.activationByName, "elu", { alpha: 1 }], activationNames: [layers.activationNames],
    celu: [layers.celu, 1], clip: [layers.clip, 0, 1], elu: [layers.elu, 1],
    hardSigmoid: [layers.hardSigmoid, 0.2, 0.5],
    hardtanh: [layers.hardtanh, -1, 1], leakyRelu: [layers.leakyRelu, 0.1], selu: [layers.selu, 1, 1],
    shrink: [layers.shrink, 0.5, 0],
    softplus: [layers.softplus, 1, 20], threshold: [layers.threshold, 0, 0], pow: [layers.pow, 2],
    isAffine: [layers.isAffine, relu], outputChannels: [layers.outputChannels, new Conv(w)],
  };
}
