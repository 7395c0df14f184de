/** What a concept looks like: the strongest samples, cropped to what the neuron saw and masked by its relevance. */
import { explainedInput, tapeOf, type Analyzable, type LRP } from "@relprop/lrp";
import {
  checkLayout, formatShape, fromChannelsFirst, oneOf, optionsOf, sizeOf, Tensor, toChannelsFirst, type Layout,
} from "@relprop/tensor";
import { CRP } from "./crp.ts";
import { receptiveField, spatial } from "./receptive-field.ts";
import type { Reference } from "./statistics/references.ts";

/** A reference sample as it is shown. */
export interface ReferenceCrop {
  readonly reference: Reference;
  /** The part of the input in the receptive field of the strongest neuron, `[1, C, …]` or as the model has it. */
  readonly crop: Tensor;
  /** The relevance of the same part, conditional on the channel. */
  readonly relevance: Tensor;
  /** Where the channels of both stand; `undefined` where the network does not say. */
  readonly layout?: Layout | undefined;
}

/** How reference crops are made. */
export interface CropOptions {
  /** Start at the model's output (the default), as the relevance was measured, or at the neuron's own activation. */
  readonly from?: "output" | "neuron";
  /** The name of the output the relevance starts at, if there are several; the first by default. */
  readonly output?: string;
  /** The name of the input that is shown, if there are several; the first by default. */
  readonly input?: string;
}

/** The crop of a reference sample of channel `channel` at `node`. */
export function referenceCrop(
  lrp: LRP, inputs: Analyzable, node: string, channel: number, reference: Reference,
  options: CropOptions = {},
): ReferenceCrop {
  const { from = "output", output, input } = optionsOf("referenceCrop", options);
  oneOf("referenceCrop", "from", from, ["output", "neuron"]);
  const tape = tapeOf(lrp.model, inputs);
  const shown = input ?? explainedInput(tape).name;
  const extents = spatial(tape.value(node).shape, lrp.model.layout(node));
  if (!(reference.position < sizeOf(extents))) {
    const takes = `a reference whose position is within ${formatShape(extents)}`;
    throw new RangeError(`referenceCrop: takes ${takes}, got ${reference.position}: it is of another model or input`);
  }
  const position = unflattened(reference.position, extents);
  const concept = { position, channels: [channel] };
  const start = from === "neuron" ? { startAt: node } : output === undefined ? {} : { output };
  const [conditional] = new CRP(lrp).conditional(tape, [{ nodes: { [node]: concept } }], start);
  const region = receptiveField(lrp.model, tape.inputs.map(({ shape }) => shape), node, position, shown);
  const layout = lrp.model.layout(shown);
  const relevance = cropped(conditional!.inputs.get(shown)!, region, layout);
  return { reference, crop: cropped(tape.value(shown), region, layout), relevance, layout };
}

/** The box of a tensor `[N, C, …]`, or `[N, …, C]` if the layout says so, in the same layout. */
export function cropped(given: Tensor, region: readonly (readonly [number, number])[], layout?: Layout): Tensor {
  const x = toChannelsFirst(given, checkLayout("cropped", layout));
  const [batch = 1, channels = 1, ...extents] = x.shape;
  const isWithin = region.length === extents.length && region.every(([from, to], axis) =>
    Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= extents[axis]!);
  if (!isWithin) {
    const got = region.map(([from, to]) => `${from} to ${to}`).join(", ");
    throw new RangeError(`cropped: takes a stretch of each axis of ${formatShape(extents)}, got ${got}`);
  }
  const sizes = region.map(([from, to]) => to - from);
  const inner = sizes.reduce((a, b) => a * b, 1);
  const out = new Float32Array(batch * channels * inner);
  for (let i = 0; i < out.length; i++) {
    const place = unflattened(i % inner, sizes);
    const from = place.reduce((flat, p, axis) => flat * extents[axis]! + region[axis]![0] + p, Math.floor(i / inner));
    out[i] = x.data[from]!;
  }
  return fromChannelsFirst(new Tensor([batch, channels, ...sizes], out), layout);
}

function unflattened(flat: number, extents: readonly number[]): number[] {
  const position: number[] = [];
  for (const extent of extents.toReversed()) {
    position.unshift(flat % extent);
    flat = Math.floor(flat / extent);
  }
  return position;
}
