// What nodes of hostile files are called, and the numbers and words that are said to them.

export const EXTENTS = [0, 0, 1, 1, 2, 3, 4, 7, 8, 64, 1000, 2 ** 16, 2 ** 20, 2 ** 31, 2 ** 40, 1e15];
export const COUNTS = [1, 1, 2, 2, 3, 5, 17, 100, 1000];
export const NUMBERS = [
  0, 0, 1, 1, 1, 2, 3, 4, 8, -1, -1, -2, 100, 65536, 2 ** 26, 2 ** 31 + 2, 2 ** 40, -(2 ** 40), 2 ** 53 - 1,
];

export const UNARY = [
  "Relu", "Sigmoid", "Tanh", "Abs", "Neg", "Exp", "Log", "Sqrt", "Erf", "Softmax", "LogSoftmax", "Identity", "Flatten",
  "Shape", "Size", "NonZero", "Not", "Floor", "Ceil", "Round", "Sign", "GlobalAveragePool", "GlobalMaxPool", "Softplus",
  "Dropout", "IsNaN", "HardSwish", "Selu", "Unique", "EyeLike", "DynamicQuantizeLinear", "Hardmax", "Det",
  "SequenceEmpty",
];
export const BINARY = [
  "Add", "Sub", "Mul", "Div", "Pow", "Mod", "MatMul", "Equal", "Greater", "Less", "And", "Or", "BitShift", "PRelu",
  "BitwiseAnd", "MatMulInteger", "Gemm", "Expand", "Reshape", "Tile", "Gather", "GatherND", "GatherElements", "Squeeze",
  "Unsqueeze", "Compress", "OneHot", "TopK", "CumSum", "ReduceSum", "ReduceMax", "ReduceMean", "ConstantOfShape",
  "Conv", "ConvTranspose", "Split", "Trilu", "CastLike", "DequantizeLinear", "QuantizeLinear", "ReverseSequence",
  "SequenceAt", "SplitToSequence", "ConcatFromSequence",
];
export const MANY = ["Sum", "Max", "Min", "Mean", "Concat", "Mul", "Einsum", "SequenceConstruct"];
export const OTHERS = [
  "Slice", "Pad", "Where", "Range", "Clip", "ScatterND", "ScatterElements", "BatchNormalization", "LayerNormalization",
  "InstanceNormalization", "GroupNormalization", "Resize", "Upsample", "MaxPool", "AveragePool", "LRN", "Transpose",
  "Cast", "DepthToSpace", "SpaceToDepth", "Conv", "ConvTranspose", "ReduceSum", "ReduceProd", "ReduceLogSumExp",
  "ArgMax", "NonMaxSuppression", "HannWindow", "MelWeightMatrix", "QLinearMatMul", "ConvInteger", "QLinearConv", "LSTM",
  "GRU", "RNN", "GridSample", "LpPool", "MaxUnpool", "If", "Loop", "Scan", "Bernoulli", "STFT", "DFT", "Attention",
  "Col2Im", "AffineGrid", "RoiAlign", "CenterCropPad", "TensorScatter", "RotaryEmbedding", "SequenceInsert",
  "TfIdfVectorizer", "LabelEncoder", "TreeEnsemble", "SVMClassifier", "ArrayFeatureExtractor", "Scaler", "Normalizer",
];

export const NAMED = {
  int: [
    "axis", "keepdims", "group", "to", "k", "ceil_mode", "blocksize", "num_groups", "size", "batch_dims",
    "exclusive",
    "transA", "transB", "transposeB", "num_outputs", "start", "end", "block_size", "hidden_size", "dtype", "upper",
    "largest", "allowzero", "noop_with_empty_axes", "count_include_pad", "center_point_box", "storage_order",
    "periodic",
    "time_axis", "batch_axis", "num_scan_inputs", "q_num_heads", "kv_num_heads", "output_height", "onesided",
    "new_axis",
  ],
  ints: [
    "perm", "axes", "pads", "strides", "dilations", "kernel_shape", "split", "shape", "output_padding", "output_shape",
    "starts", "ends", "repeats", "steps", "value_ints", "scan_input_axes", "nodes_featureids", "pool_int64s",
  ],
  text: ["mode", "auto_pad", "direction", "equation", "reduction", "coordinate_transformation_mode", "nearest_mode"],
  float: ["alpha", "beta", "epsilon", "bias", "value_float", "cubic_coeff_a"],
};
export const TEXTS = [
  "constant", "reflect", "edge", "wrap", "linear", "cubic", "nearest", "SAME_UPPER", "SAME_LOWER", "VALID", "LEFT",
  "add",
  "ij,jk->ik", "...i,...i", "abcdefghijklmnopqrstuvwxyz->a", "ii", "asymmetric", "align_corners", "half_pixel", "floor",
];
