/** Blocks of channels laid out in space, and back. */
import { formatShape, permute, ShapeError, Tensor, type Shape } from "@relprop/tensor";
import type { Layer, Linearization } from "../layer/layer.ts";

/** Where the position within a block stands among the channels: before the channel it belongs to, or behind it. */
export type BlockOrder = "depthLast" | "depthFirst";

/** Axes that are parts of others, and the order they come in. */
interface Rearrangement {
  /** The input's shape with axes in parts. */
  readonly parts: Shape;
  readonly axes: readonly number[];
  /** The output's shape, parts put together. */
  readonly shape: Shape;
}

abstract class BlockLayout implements Layer {
  abstract readonly kind: string;
  readonly role = "route";
  readonly keepsSign = true;
  readonly axisUse = "channelsFirst";
  readonly rearranges = true;
  readonly block: number;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(who: string, block: number) {
    if (!Number.isInteger(block) || block < 1) {
      throw new ShapeError(`${who}: takes a block of at least 1, got ${block}`);
    }
    this.block = block;
  }

  /** Checks the input's shape and says what becomes of it. */
  protected abstract rearrangement(input: Shape): Rearrangement;

  outputShape(input: Shape): Shape {
    return this.rearrangement(input).shape;
  }

  forward(x: Tensor): Tensor {
    const { parts, axes, shape } = this.rearrangement(x.shape);
    return new Tensor(shape, permute(new Tensor(parts, x.data), axes).data);
  }

  pullback(x: Tensor): Linearization {
    const { parts, axes } = this.rearrangement(x.shape);
    const permuted = axes.map((axis) => parts[axis]!);
    const inverse = axes.map((_, axis) => axes.indexOf(axis));
    const back = (s: Tensor): Tensor[] =>
      [new Tensor(x.shape, permute(new Tensor(permuted, s.data), inverse).data)];
    return { output: this.forward(x), back };
  }
}

/** `[N, C b², H, W]` to `[N, C, H b, W b]`: sub-pixel convolution; PyTorch's PixelShuffle is `"depthFirst"`. */
export class DepthToSpace extends BlockLayout {
  readonly kind = "DepthToSpace";
  readonly order: BlockOrder;

  constructor(block: number, order: BlockOrder = "depthLast") {
    super("DepthToSpace", block);
    this.order = order;
  }

  protected rearrangement(input: Shape): Rearrangement {
    const { block: b, order } = this;
    const [n, c, h, w] = input as [number, number, number, number];
    if (input.length !== 4 || c % (b * b) !== 0) {
      throw new ShapeError(`DepthToSpace: takes [N, ${b * b} C, H, W], got ${formatShape(input)}`);
    }
    const depth = c / (b * b);
    const shape = [n, depth, h * b, w * b];
    return order === "depthLast"
      ? { parts: [n, b, b, depth, h, w], axes: [0, 3, 4, 1, 5, 2], shape }
      : { parts: [n, depth, b, b, h, w], axes: [0, 1, 4, 2, 5, 3], shape };
  }
}

/** `[N, C, H b, W b]` to `[N, b² C, H, W]`, the position within the block before the channel. */
export class SpaceToDepth extends BlockLayout {
  readonly kind = "SpaceToDepth";

  constructor(block: number) {
    super("SpaceToDepth", block);
  }

  protected rearrangement(input: Shape): Rearrangement {
    const { block: b } = this;
    const [n, c, h, w] = input as [number, number, number, number];
    if (input.length !== 4 || h % b !== 0 || w % b !== 0) {
      throw new ShapeError(`SpaceToDepth: takes [N, C, ${b} H, ${b} W], got ${formatShape(input)}`);
    }
    return { parts: [n, c, h / b, b, w / b, b], axes: [0, 3, 5, 1, 2, 4], shape: [n, c * b * b, h / b, w / b] };
  }
}
