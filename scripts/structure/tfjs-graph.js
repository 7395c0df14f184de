// Small TensorFlow.js graph models of hostile structure: TensorFlow's operators, read again and again, wide and deep,
// with constants and attributes that ask for much.
import { COUNTS, NUMBERS } from "./operators.js";

const UNARY = [
  "Relu", "Relu6", "Sigmoid", "Tanh", "Square", "Rsqrt", "Exp", "Identity", "Softmax", "LogSoftmax", "Shape", "Rank",
  "Size", "ZerosLike", "Where", "Nonesuch", "Enter", "IdentityN", "ArgMax",
];
const BINARY = [
  "AddV2", "Mul", "Sub", "RealDiv", "Maximum", "MatMul", "BatchMatMulV2", "BiasAdd", "Reshape", "ExpandDims", "Squeeze",
  "Transpose", "Tile", "Fill", "BroadcastTo", "Pad", "Mean", "Sum", "Max", "Prod", "All", "ReverseV2", "Cumsum",
  "TopKV2", "Split", "OneHot", "Conv2D", "DepthwiseConv2dNative", "GatherNd", "SpaceToBatchND", "ResizeBilinear",
  "ResizeNearestNeighbor", "Prelu", "Einsum",
];
const OTHERS = [
  "Slice", "StridedSlice", "GatherV2", "Range", "SplitV", "SelectV2", "ScatterNd", "TensorScatterUpdate",
  "SparseToDense",
  "ConcatV2", "Pack", "Unpack", "AddN", "PadV2", "MirrorPad", "MaxPool", "AvgPool", "LRN", "DepthToSpace",
  "SpaceToDepth",
  "Conv2DBackpropInput", "FusedBatchNormV3", "_FusedConv2D", "_FusedMatMul", "BatchToSpaceND", "Cast", "ClipByValue",
];
const MANY = ["AddN", "ConcatV2", "Pack", "IdentityN", "Einsum"];
const NAMES = {
  i: ["axis", "N", "num", "num_split", "block_size", "begin_mask", "end_mask", "shrink_axis_mask", "new_axis_mask",
    "T"],
  list: ["strides", "dilations", "ksize", "explicit_paddings", "squeeze_dims"],
  s: ["padding", "data_format", "mode", "equation"],
  b: ["keep_dims", "transpose_a", "transpose_b", "align_corners", "half_pixel_centers"],
};
const WORDS = ["SAME", "VALID", "NHWC", "NCHW", "EXPLICIT", "REFLECT", "ij,jk->ik", "...i,...i"];

/** A description and its shards; the same for the same seed. */
export function tfjsGraphCase(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const count = (list) => Array.from({ length: pick(list) });
  const [node, weights, bytes] = [[], [], []];
  const shape = pick([
    [-1, 4], [1, 4], [-1, 8, 8, 2], [1, 8, 8, 2], [2 ** 15, 2 ** 15], [1, 2 ** 20], [0, 4], [-1, -1],
  ]);
  const dim = shape.map((size) => ({ size: `${size}` }));
  node.push({ name: "x", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, shape: { shape: { dim } } } });
  const values = ["x"];
  const constant = () => {
    const name = `c${weights.length}`;
    const isWhole = random() < 0.7;
    const list = count([0, 1, 1, 2, 2, 4, 4, 8]).map(() => Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), pick(NUMBERS))));
    const listed = list.length === 1 && random() < 0.5 ? [] : [list.length];
    const extents = isWhole ? listed : pick([[3, 3, 2, 2], [4, 4], [4], [2]]);
    const size = extents.reduce((product, extent) => product * extent, 1);
    weights.push({ name, shape: extents, dtype: isWhole ? "int32" : "float32" });
    bytes.push(isWhole ? Int32Array.from(list) : new Float32Array(size).fill(0.5));
    node.push({ name, op: "Const", attr: { dtype: { type: isWhole ? "DT_INT32" : "DT_FLOAT" } } });
    return name;
  };
  const attr = () => Object.fromEntries(count([0, 1, 2, 3]).map(() => {
    const kind = pick(Object.keys(NAMES));
    const said = { i: pick(NUMBERS), b: random() < 0.5, s: btoa(pick(WORDS)) };
    const list = () => ({ list: { i: count([0, 2, 4, 4, 8]).map(() => pick(NUMBERS)) } });
    return [pick(NAMES[kind]), kind === "list" ? list() : { [kind]: said[kind] }];
  }));
  const value = () => (random() < 0.35 ? constant() : random() < 0.6 ? values.at(-1) : pick(values));
  const put = (op, input) => {
    const name = `n${node.length}`;
    node.push({ name, op, input: random() < 0.05 ? input.slice(0, -1) : input, attr: attr() });
    values.push(random() < 0.1 ? `${name}:1` : name);
  };
  for (let left = pick([1, 2, 4, 8]); left > 0; left--) {
    const times = pick([1, 1, 1, 1, 2, 40, 1000]);
    const [op, more] = [pick(pick([UNARY, BINARY, BINARY, OTHERS, MANY])), [constant(), constant()]];
    for (let i = 0; i < times; i++) {
      const first = random() < 0.9 ? values.at(-1) : value();
      if (UNARY.includes(op)) put(op, [first]);
      else if (MANY.includes(op)) put(op, [...count(times > 1 ? [2, 17] : COUNTS).map(() => first), more[0]]);
      else put(op, BINARY.includes(op) ? [first, random() < 0.3 ? first : more[0]] : [first, ...more]);
    }
  }
  const all = new Uint8Array(bytes.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteLength } of bytes) {
    all.set(new Uint8Array(buffer), at);
    at += byteLength;
  }
  const weightsManifest = weights.length === 0 ? [] : [{ paths: ["a"], weights }];
  const json = { format: "graph-model", modelTopology: { node }, weightsManifest };
  return { json: JSON.stringify(json), shards: weights.length === 0 ? [] : [all] };
}
