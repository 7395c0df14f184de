/** Blocks of channels laid out in space, and back. */
import { formatShape, ShapeError, type Shape } from "@relprop/tensor";
import { Routing, strided, strides, type Route } from "./routing.ts";

/** Where the position within a block stands among the channels: before the channel it belongs to, or behind it. */
export type BlockOrder = "depthLast" | "depthFirst";

/** `[N, C b², H, W]` to `[N, C, H b, W b]`: sub-pixel convolution; PyTorch's PixelShuffle is `"depthFirst"`. */
export class DepthToSpace extends Routing {
  readonly kind = "DepthToSpace";
  readonly axisUse = "channelsFirst";
  readonly rearranges = true;
  readonly block: number;
  readonly order: BlockOrder;

  constructor(block: number, order: BlockOrder = "depthLast") {
    super();
    this.block = checkBlock("DepthToSpace", block);
    this.order = order;
  }

  protected route(input: Shape): Route {
    const { block, order } = this;
    const [n, c, h, w] = input as [number, number, number, number];
    if (input.length !== 4 || c % (block * block) !== 0) {
      throw new ShapeError(`DepthToSpace: takes [N, ${block * block} C, H, W], got ${formatShape(input)}`);
    }
    const [sample, plane, row] = strides(input) as [number, number, number];
    const depth = c / (block * block);
    const step = order === "depthLast"
      ? [plane, block * depth * plane, depth * plane]
      : [block * block * plane, block * plane, plane];
    const offsets = [
      strided(n, sample), strided(depth, step[0]!), strided(h, row), strided(block, step[1]!), strided(w, 1),
      strided(block, step[2]!),
    ];
    return { shape: [n, depth, h * block, w * block], offsets };
  }
}

/** `[N, C, H b, W b]` to `[N, b² C, H, W]`, the position within the block before the channel. */
export class SpaceToDepth extends Routing {
  readonly kind = "SpaceToDepth";
  readonly axisUse = "channelsFirst";
  readonly rearranges = true;
  readonly block: number;

  constructor(block: number) {
    super();
    this.block = checkBlock("SpaceToDepth", block);
  }

  protected route(input: Shape): Route {
    const { block } = this;
    const [n, c, h, w] = input as [number, number, number, number];
    if (input.length !== 4 || h % block !== 0 || w % block !== 0) {
      throw new ShapeError(`SpaceToDepth: takes [N, C, ${block} H, ${block} W], got ${formatShape(input)}`);
    }
    const [sample, plane, row] = strides(input) as [number, number, number];
    const offsets = [
      strided(n, sample), strided(block, row), strided(block, 1), strided(c, plane),
      strided(h / block, row * block), strided(w / block, block),
    ];
    return { shape: [n, c * block * block, h / block, w / block], offsets };
  }
}

function checkBlock(who: string, block: number): number {
  if (!Number.isInteger(block) || block < 1) throw new ShapeError(`${who}: takes a block of at least 1, got ${block}`);
  return block;
}
