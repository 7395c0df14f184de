/** Operators on planes of channels, and products: convolutions, pools, resizing, normalisation, matrix products. */
import { tensor, Tensor } from "@relprop/tensor";
import { permuted } from "../../strided.ts";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import type { Rewrite, Said } from "./rewrite.ts";

/** Operators with windows or with weights. */
export const spatial: readonly (readonly [string, GraphOperator])[] = [
  ["Conv2D", conv], ["_FusedConv2D", conv],
  ["DepthwiseConv2dNative", depthwise], ["FusedDepthwiseConv2dNative", depthwise],
  ["Conv2DBackpropInput", transposed],
  ["MaxPool", (node, to) => pool(node, to, "MaxPool")],
  ["AvgPool", (node, to) => pool(node, to, "AveragePool", { count_include_pad: 0 })],
  ["ResizeBilinear", (node, to) => resized(node, to, "linear")],
  ["ResizeNearestNeighbor", (node, to) => resized(node, to, "nearest")],
  ["DepthToSpace", (node, to) => blocks(node, to, "DepthToSpace")],
  ["SpaceToDepth", (node, to) => blocks(node, to, "SpaceToDepth")],
  ...["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"].map((name): readonly [string, GraphOperator] => [
    name, (node, to) => {
      if (node.says.flag("is_training")) throw new RangeError("takes the inference form, got is_training");
      const epsilon = { float: node.says.float("epsilon") ?? 1e-4 };
      const parameters = node.inputs.slice(1).map((each) => to.plain(each));
      finish(node, to, "BatchNormalization", [source(node, to), ...parameters], { epsilon });
    },
  ]),
  ["MatMul", matrixProduct], ["_FusedMatMul", matrixProduct],
  ["BatchMatMul", batchProduct], ["BatchMatMulV2", batchProduct],
];

/** Whether the file itself has channels behind the batch. */
function isFirstInFile(node: GraphNode): boolean {
  return node.says.text("data_format") === "NCHW";
}

function source(node: GraphNode, to: Rewrite, index = 0): string {
  const name = node.inputs[index] ?? "";
  return isFirstInFile(node) ? to.plain(name) : to.first(name);
}

function finish(
  node: GraphNode, to: Rewrite, op: string, inputs: readonly string[], says: Readonly<Record<string, Said>>,
): void {
  if (isFirstInFile(node)) to.make(node, op, inputs, says);
  else to.makeFirst(node, op, inputs, says);
}

/** What stands at the two spatial axes of a list over four. */
function spatialOf(node: GraphNode, list: readonly number[] | undefined): readonly number[] {
  if (list === undefined || list.length !== 4) return [1, 1];
  return isFirstInFile(node) ? list.slice(2) : list.slice(1, 3);
}

function window(node: GraphNode): Record<string, Said> {
  const padding = node.says.text("padding") ?? "VALID";
  const strides = spatialOf(node, node.says.integers("strides"));
  if (padding === "SAME") return { strides, auto_pad: "SAME_UPPER" };
  if (padding === "VALID") return { strides };
  const pads = node.says.integers("explicit_paddings") ?? [];
  if (padding !== "EXPLICIT" || pads.length !== 8) throw new RangeError(`takes padding SAME or VALID, got ${padding}`);
  const [top, bottom, left, right] = isFirstInFile(node) ? pads.slice(4) : pads.slice(2, 6);
  return { strides, pads: [top!, left!, bottom!, right!] };
}

function weightOf(node: GraphNode, to: Rewrite, index: number, rank: number): Tensor {
  const weight = to.constant(node.inputs[index]);
  if (weight === undefined) throw new RangeError(`takes a constant as input ${index}, got the output of a node`);
  if (weight.shape.length !== rank) throw new RangeError(`takes a weight of ${rank} axes, got ${weight.shape.length}`);
  return weight;
}

function conv(node: GraphNode, to: Rewrite): void {
  product(node, to, "Conv", permuted(weightOf(node, to, 1, 4), [3, 2, 0, 1]), {
    ...window(node), dilations: spatialOf(node, node.says.integers("dilations")),
  });
}

function depthwise(node: GraphNode, to: Rewrite): void {
  const weight = weightOf(node, to, 1, 4);
  const [height, width, channels, multiplier] = weight.shape as [number, number, number, number];
  const each = permuted(weight, [2, 3, 0, 1]).reshape([channels * multiplier, 1, height, width]);
  product(node, to, "Conv", each, {
    ...window(node), dilations: spatialOf(node, node.says.integers("dilations")), group: channels,
  });
}

/** The gradient of a convolution: inputs are its output's extents, the weight, what it is transposed for. */
function transposed(node: GraphNode, to: Rewrite): void {
  const weight = to.tensor(permuted(weightOf(node, to, 1, 4), [3, 2, 0, 1]));
  const extents = to.constant(node.inputs[0]);
  const says = window(node);
  const output = extents === undefined ? {} : { output_shape: spatialOf(node, Array.from(extents.data)) };
  finish(node, to, "ConvTranspose", [source(node, to, 2), weight], { ...says, ...output });
}

/** A product with what was fused into it: a bias, then an activation. */
function product(
  node: GraphNode, to: Rewrite, op: string, weight: Tensor, says: Readonly<Record<string, Said>>,
): void {
  const fused = node.says.texts("fused_ops");
  const hasBias = fused[0] === "BiasAdd";
  const inputs = [source(node, to), to.tensor(weight), ...(hasBias ? [to.plain(node.inputs[2] ?? "")] : [])];
  activated(node, to, hasBias ? fused.slice(1) : fused, (isLast) =>
    (isLast ? (finish(node, to, op, inputs, says), "") : to.step(node, op, inputs, says)));
}

/** `make` says whether it makes the node's own output; activations do otherwise. */
function activated(
  node: GraphNode, to: Rewrite, fused: readonly string[], make: (isLast: boolean) => string, isPlane = true,
): void {
  const [name, ...more] = fused;
  if (name === undefined) return void make(true);
  const x = make(false);
  const done = (op: string, inputs: readonly string[] = [], says: Readonly<Record<string, Said>> = {}): void =>
    (isPlane ? finish(node, to, op, [x, ...inputs], says) : to.make(node, op, [x, ...inputs], says));
  if (more.length > 0) throw new RangeError(`takes one fused activation, got ${fused.join(", ")}`);
  if (name === "Relu6") return done("Clip", [to.tensor(tensor(0)), to.tensor(tensor(6))]);
  if (name === "LeakyRelu") {
    return done(name, [], { alpha: { float: node.says.float("leakyrelu_alpha") ?? 0.2 } });
  }
  if (name === "Prelu") {
    const alpha = weightless(to.constant(node.inputs.at(-1)));
    return done("PRelu", [to.tensor(isPlane && !isFirstInFile(node) ? planes(alpha) : alpha)]);
  }
  if (["Relu", "Elu", "Sigmoid", "Tanh"].includes(name)) return done(name);
  throw new RangeError(`takes fused Relu, Relu6, Elu, LeakyRelu, Prelu, Sigmoid or Tanh, got ${name}`);
}

function weightless(alpha: Tensor | undefined): Tensor {
  if (alpha === undefined) throw new RangeError("takes a constant slope, got the output of a node");
  return alpha;
}

function planes(alpha: Tensor): Tensor {
  return permuted(alpha.reshape([...new Array<number>(4 - alpha.shape.length).fill(1), ...alpha.shape]), [0, 3, 1, 2]);
}

function pool(node: GraphNode, to: Rewrite, op: string, says: Readonly<Record<string, Said>> = {}): void {
  const kernel = spatialOf(node, node.says.integers("ksize"));
  finish(node, to, op, [source(node, to)], { ...window(node), ...says, kernel_shape: kernel });
}

function resized(node: GraphNode, to: Rewrite, mode: string): void {
  const [corners, centers] = [node.says.flag("align_corners"), node.says.flag("half_pixel_centers")];
  const coordinates = corners ? "align_corners" : centers ? "half_pixel" : "asymmetric";
  const nearest = corners || centers ? "round_prefer_ceil" : "floor";
  const size = to.plain(node.inputs[1] ?? "");
  to.makeFirst(node, "Resize", [to.first(node.inputs[0] ?? ""), "", "", size], {
    mode, nearest_mode: nearest, coordinate_transformation_mode: coordinates, axes: [2, 3],
  });
}

function blocks(node: GraphNode, to: Rewrite, op: string): void {
  finish(node, to, op, [source(node, to)], { blocksize: node.says.integer("block_size") ?? 0 });
}

function matrixProduct(node: GraphNode, to: Rewrite): void {
  const [a = "", b = "", bias = ""] = node.inputs;
  const fused = node.says.texts("fused_ops");
  const hasBias = fused[0] === "BiasAdd";
  const inputs = [to.plain(a), to.plain(b), ...(hasBias ? [to.plain(bias)] : [])];
  const says = { transA: node.says.flag("transpose_a") ? 1 : 0, transB: node.says.flag("transpose_b") ? 1 : 0 };
  const make = (isLast: boolean): string =>
    (isLast ? (to.make(node, "Gemm", inputs, says), "") : to.step(node, "Gemm", inputs, says));
  activated(node, to, hasBias ? fused.slice(1) : fused, make, false);
}

function batchProduct(node: GraphNode, to: Rewrite): void {
  if (node.says.flag("adj_x") || node.says.flag("adj_y")) {
    const turns = ["adj_x", "adj_y"].map((name) => (node.says.flag(name) ? 1 : 0));
    const inputs = node.inputs.map((name) => to.plain(name));
    const constant = to.constant(node.inputs[1]);
    if (turns[0] === 1 || constant === undefined) throw new RangeError("takes adj_y of constants, got another");
    const rank = constant.shape.length;
    const order = [...constant.shape.keys()].slice(0, rank - 2);
    return to.make(node, "MatMul", [inputs[0]!, to.tensor(permuted(constant, [...order, rank - 1, rank - 2]))]);
  }
  return to.make(node, "MatMul", node.inputs.map((name) => to.plain(name)));
}
