/** Normalisation over groups of channels. */
import {
  checkTensor, formatShape, keep, ones, optionsOf, ShapeError, sizeOf, type Shape, type Tensor,
} from "@relprop/tensor";
import { GroupNormalization, type NormalizationOptions } from "./group-normalization.ts";
import { Scale } from "../weighted/scale.ts";

/** What a normalisation over channels may be given. */
export interface ChannelNormOptions extends NormalizationOptions {
  /** γ `[C]`; 1 if absent. */
  readonly weight?: Tensor | undefined;
  /** β `[C]`; 0 if absent. */
  readonly bias?: Tensor | undefined;
}

/** `γ (x − mean) / √(variance + ε) + β` over each of `groups` groups of channels of `[N, C, …]` (Wu & He 2018). */
export class GroupNorm extends GroupNormalization {
  readonly kind = "GroupNorm";
  readonly axisUse = "channelsFirst";
  readonly bare: GroupNorm;
  readonly groups: number;
  readonly scale: Scale | undefined;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(groups: number, options: ChannelNormOptions = {}) {
    const { weight, bias } = optionsOf("GroupNorm", options);
    super("GroupNorm", options);
    if (!Number.isInteger(groups) || groups < 1) {
      throw new RangeError(`GroupNorm: takes a number of groups >= 1, got ${groups}`);
    }
    this.groups = groups;
    this.scale = channelScale("GroupNorm", weight, bias);
    this.bare = this.scale === undefined ? this : new GroupNorm(this.groups, this.options);
  }

  outputShape(input: Shape): Shape {
    if (input.length < 2 || input[1]! % this.groups !== 0) {
      throw new ShapeError(`GroupNorm: takes [N, C, …] with C a multiple of ${this.groups}, got ${formatShape(input)}`);
    }
    return this.scale?.outputShape(input) ?? input;
  }

  protected groupSize(input: Shape): number {
    return sizeOf(input.slice(1)) / this.groups;
  }
}

/** `γ (x − mean) / √(variance + ε) + β` over every plane of `[N, C, …spatial]` (Ulyanov et al. 2016). */
export class InstanceNorm extends GroupNormalization {
  readonly kind = "InstanceNorm";
  readonly axisUse = "channelsFirst";
  readonly bare: InstanceNorm;
  readonly scale: Scale | undefined;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(options: ChannelNormOptions = {}) {
    const { weight, bias } = optionsOf("InstanceNorm", options);
    super("InstanceNorm", options);
    this.scale = channelScale("InstanceNorm", weight, bias);
    this.bare = this.scale === undefined ? this : new InstanceNorm(this.options);
  }

  outputShape(input: Shape): Shape {
    if (input.length < 3) throw new ShapeError(`InstanceNorm: takes [N, C, …spatial], got ${formatShape(input)}`);
    return this.scale?.outputShape(input) ?? input;
  }

  protected groupSize(input: Shape): number {
    return sizeOf(input.slice(2));
  }
}

function channelScale(who: string, weight: Tensor | undefined, bias: Tensor | undefined): Scale | undefined {
  for (const parameter of [weight, bias]) {
    if (parameter !== undefined) checkTensor(`${who} weight and bias`, parameter);
  }
  const given = weight ?? bias;
  if (given === undefined) return undefined;
  for (const parameter of [weight, bias]) {
    if (parameter !== undefined && (parameter.shape.length !== 1 || parameter.size !== given.size)) {
      throw new ShapeError(`${who}: takes weight and bias [${given.size}], got ${formatShape(parameter.shape)}`);
    }
  }
  return new Scale(weight ?? keep(() => ones(given.shape)), { bias, axis: 1 });
}
