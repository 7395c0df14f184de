/** Operators on planes of channels: convolutions, pools, resizing, normalisation. */
import type { Tensor } from "@relprop/tensor";
import { permuted } from "../../strided.ts";
import { activate, fusedInto } from "./fused.ts";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import type { Rewrite, Said } from "./rewrite.ts";

/** Operators with windows or with weights. */
export const spatial: readonly (readonly [string, GraphOperator])[] = [
  ...["Conv2D", "_FusedConv2D", "FusedConv2D", "Conv3D"].map((name): readonly [string, GraphOperator] => [name, conv]),
  ...["DepthwiseConv2dNative", "DepthwiseConv2d", "FusedDepthwiseConv2dNative", "_FusedDepthwiseConv2dNative"]
    .map((name): readonly [string, GraphOperator] => [name, depthwise]),
  ["Conv2DBackpropInput", transposed],
  ["MaxPool", (node, to) => pool(node, to, "MaxPool")], ["MaxPool3D", (node, to) => pool(node, to, "MaxPool")],
  ["AvgPool", average], ["AvgPool3D", average],
  ["ResizeBilinear", (node, to) => resized(node, to, "linear")],
  ["ResizeNearestNeighbor", (node, to) => resized(node, to, "nearest")],
  ["DepthToSpace", (node, to) => blocks(node, to, "DepthToSpace")],
  ["SpaceToDepth", (node, to) => blocks(node, to, "SpaceToDepth")],
  ["LRN", (node, to) => {
    const radius = node.says.integer("depth_radius") ?? 5;
    const float = (name: string, otherwise: number): number => node.says.float(name) ?? otherwise;
    to.makeFirst(node, "LRN", [to.first(node.inputs[0] ?? "")], {
      size: 2 * radius + 1, beta: { float: float("beta", 0.5) }, bias: { float: float("bias", 1) },
      alpha: { float: float("alpha", 1) * (2 * radius + 1) },
    });
  }],
  ...["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"].map((name): readonly [string, GraphOperator] => [
    name, (node, to) => {
      if (node.says.flag("is_training")) throw new RangeError("takes the inference form, got is_training");
      const epsilon = { float: node.says.float("epsilon") ?? 1e-4 };
      const parameters = node.inputs.slice(1).map((each) => to.plain(each));
      finish(node, to, "BatchNormalization", [source(node, to), ...parameters], { epsilon });
    },
  ]),
];

/** Whether the file itself has channels behind the batch. */
function isFirstInFile(node: GraphNode): boolean {
  return node.says.text("data_format")?.startsWith("NC") === true;
}

/** The number of axes of what a node reads and makes. */
function rankOf(node: GraphNode): number {
  return node.op.endsWith("3D") ? 5 : 4;
}

function source(node: GraphNode, to: Rewrite, index = 0): string {
  const name = node.inputs[index] ?? "";
  return isFirstInFile(node) ? to.plain(name) : to.first(name, rankOf(node));
}

function finish(
  node: GraphNode, to: Rewrite, op: string, inputs: readonly string[], says: Readonly<Record<string, Said>>,
): void {
  if (isFirstInFile(node)) to.make(node, op, inputs, says);
  else to.makeFirst(node, op, inputs, says, rankOf(node));
}

/** What stands at the spatial axes of a list over all. */
function spatialOf(node: GraphNode, list: readonly number[] | undefined): readonly number[] {
  if (list?.length !== rankOf(node)) return new Array<number>(rankOf(node) - 2).fill(1);
  return isFirstInFile(node) ? list.slice(2) : list.slice(1, -1);
}

function window(node: GraphNode): Record<string, Said> {
  const padding = node.says.text("padding") ?? "VALID";
  const strides = spatialOf(node, node.says.integers("strides"));
  if (padding === "SAME") return { strides, auto_pad: "SAME_UPPER" };
  if (padding === "VALID") return { strides };
  const pads = node.says.integers("explicit_paddings") ?? [];
  if (padding !== "EXPLICIT" || pads.length !== 2 * rankOf(node)) {
    throw new RangeError(`takes padding SAME, VALID or EXPLICIT, got ${padding}`);
  }
  const sides = isFirstInFile(node) ? pads.slice(4) : pads.slice(2, -2);
  return { strides, pads: [0, 1].flatMap((side) => sides.filter((_, i) => i % 2 === side)) };
}

function weightOf(node: GraphNode, to: Rewrite, index: number, rank: number): Tensor {
  const weight = to.constant(node.inputs[index]);
  if (weight === undefined) throw new RangeError(`takes a constant as input ${index}, got the output of a node`);
  if (weight.shape.length !== rank) throw new RangeError(`takes a weight of ${rank} axes, got ${weight.shape.length}`);
  return weight;
}

function conv(node: GraphNode, to: Rewrite): void {
  const rank = rankOf(node);
  const weight = weightOf(node, to, 1, rank);
  const order = [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)];
  product(node, to, "Conv", permuted(weight, order), {
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
  const inputs = [source(node, to, 2), weight];
  const says = { ...window(node), dilations: spatialOf(node, node.says.integers("dilations")) };
  const extents = to.constant(node.inputs[0]);
  if (extents !== undefined) {
    const output = spatialOf(node, Array.from(extents.data));
    return finish(node, to, "ConvTranspose", inputs, { ...says, output_shape: output });
  }
  // Which of the sizes that would fit it is, its extents say: no other is taken for it.
  const made = to.step(node, "ConvTranspose", inputs, says);
  const laid = isFirstInFile(node) ? made : to.step(node, "Transpose", [made], { perm: [0, 2, 3, 1] });
  to.make(node, "Reshape", [laid, to.plain(node.inputs[0] ?? "")], { allowzero: 1 });
}

/** A product with what was fused into it: a bias, then an activation. */
function product(
  node: GraphNode, to: Rewrite, op: string, weight: Tensor, says: Readonly<Record<string, Said>>,
): void {
  const { bias, activation } = fusedInto(node, to);
  const inputs = [source(node, to), to.tensor(weight), ...bias];
  if (activation === undefined) return finish(node, to, op, inputs, says);
  const x = to.step(node, op, inputs, says);
  activate(node, to, { activation, x, isFirst: !isFirstInFile(node) }, (name, from, more) =>
    finish(node, to, name, from, more));
}

function pool(node: GraphNode, to: Rewrite, op: string, says: Readonly<Record<string, Said>> = {}): void {
  const kernel = spatialOf(node, node.says.integers("ksize"));
  finish(node, to, op, [source(node, to)], { ...window(node), ...says, kernel_shape: kernel });
}

function average(node: GraphNode, to: Rewrite): void {
  pool(node, to, "AveragePool", { count_include_pad: 0 });
}

function resized(node: GraphNode, to: Rewrite, mode: string): void {
  const [corners, centers] = [node.says.flag("align_corners"), node.says.flag("half_pixel_centers")];
  const coordinates = corners ? "align_corners" : centers ? "half_pixel" : "asymmetric";
  const nearest = corners || centers ? "round_prefer_ceil" : "floor";
  const size = to.plain(node.inputs[1] ?? "");
  const x = to.first(node.inputs[0] ?? "");
  // Between whole numbers lie floats.
  const isWhole = mode === "linear" && (node.says.type("T") ?? "DT_FLOAT").includes("INT");
  to.makeFirst(node, "Resize", [isWhole ? to.step(node, "Cast", [x], { to: 1 }) : x, "", "", size], {
    mode, nearest_mode: nearest, coordinate_transformation_mode: coordinates, axes: [2, 3],
  });
}

function blocks(node: GraphNode, to: Rewrite, op: string): void {
  finish(node, to, op, [source(node, to)], { blocksize: node.says.integer("block_size") ?? 0 });
}
