/** Concepts: which part of a node's relevance is followed further down. */
import { stabilizedQuotient } from "@relprop/lrp";
import {
  broadcastTo, formatShape, multiply, permute, Tensor, toChannelsFirst, zeros, type Layout,
} from "@relprop/tensor";

/**
 * - a number: one channel.
 * - a list: any of these channels.
 * - `{ position }`: one neuron per channel, at this place (after the channel axis); with `channels`, of those only.
 * - `{ mask }`: weights that broadcast to one sample's activation, `[C, …]`.
 * - `{ at }`: places along the axes of one sample's value as it stands: one, several, or all (`undefined`, and along
 *   the axes behind); from the end if negative. `{ at: [2] }` is head 2 of `[h, T, d]`, `{ at: [undefined, 7] }` neuron
 *   7 of `[T, D]` at every token, `{ at: [-1, 7] }` at the last.
 * - `{ direction }`: a direction in channel space, `[C]`: the part of the relevance that the component
 *   `(v · a) v` of the activation carries (Chormai et al. 2022). Not normalised here.
 */
export type Concept =
  | number
  | readonly number[]
  | { readonly position: readonly number[]; readonly channels?: readonly number[] }
  | { readonly mask: Tensor }
  | { readonly at: readonly (number | readonly number[] | undefined)[] }
  | { readonly direction: Tensor };

/** One sample's relevance `[C, …]` with only what belongs to the concept; `activation` is what the node put out. */
export function restrictTo(concept: Concept, relevance: Tensor, activation: Tensor): Tensor {
  if (typeof concept === "number") return channels([concept], relevance);
  if (isList(concept)) return channels(concept, relevance);
  if ("mask" in concept) return multiply(relevance, broadcastTo(concept.mask, relevance.shape));
  if ("at" in concept) return placed(concept.at, relevance);
  if ("direction" in concept) return along(concept.direction, relevance, activation);
  return neuron(concept.position, concept.channels, relevance);
}

function isList(concept: Concept): concept is readonly number[] {
  return Array.isArray(concept);
}

function channels(ids: readonly number[], relevance: Tensor): Tensor {
  const out = zeros(relevance.shape);
  const size = relevance.size / Math.max(1, relevance.shape[0]!);
  for (const id of ids) {
    checkChannel(id, relevance);
    out.data.set(relevance.data.subarray(id * size, (id + 1) * size), id * size);
  }
  return out;
}

function neuron(position: readonly number[], ids: readonly number[] | undefined, relevance: Tensor): Tensor {
  const [count = 0, ...extents] = relevance.shape;
  if (position.length !== extents.length ||
    !position.every((p, axis) => Number.isInteger(p) && p >= 0 && p < extents[axis]!)) {
    throw new RangeError(`concept: takes a position within ${formatShape(extents)}, got ${formatShape(position)}`);
  }
  const offset = position.reduce((flat, p, axis) => flat * extents[axis]! + p, 0);
  const size = relevance.size / Math.max(1, count);
  const out = zeros(relevance.shape);
  for (const id of ids ?? Array.from({ length: count }, (_, c) => c)) {
    checkChannel(id, relevance);
    out.data[id * size + offset] = relevance.data[id * size + offset]!;
  }
  return out;
}

/** Only what stands at chosen places along each axis. */
function placed(at: readonly (number | readonly number[] | undefined)[], relevance: Tensor): Tensor {
  const { shape, data } = relevance;
  if (at.length > shape.length) {
    throw new RangeError(`concept: takes places along ${shape.length} axes of a sample, got ${at.length}`);
  }
  const open = at.map((places, axis) => {
    if (places === undefined) return undefined;
    const extent = shape[axis]!;
    const chosen = (typeof places === "number" ? [places] : places).map((place) => {
      if (Number.isInteger(place) && place >= -extent && place < extent) return place < 0 ? place + extent : place;
      throw new RangeError(`concept: takes a place below ${extent} along axis ${axis} of a sample, got ${place}`);
    });
    return new Set(chosen);
  });
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, extent) => size * extent, 1));
  const out = zeros(shape);
  for (let i = 0; i < data.length; i++) {
    const isIn = open.every((places, axis) => places?.has(Math.floor(i / strides[axis]!) % shape[axis]!) !== false);
    if (isIn) out.data[i] = data[i]!;
  }
  return out;
}

/** Channel `id` along an axis of a batch; along the channels if there is none. */
export function channelAt(id: number, axis: number | undefined): Concept {
  return axis === undefined ? id : { at: [...new Array<undefined>(axis - 1).fill(undefined), id] };
}

/** A batch with what concepts are counted along as axis 1: an axis, or the channels. */
export function conceptsFirst(value: Tensor, axis: number | undefined, layout: Layout | undefined): Tensor {
  if (axis === undefined) return toChannelsFirst(value, layout);
  const axes = value.shape.map((_, i) => i).filter((i) => i !== axis);
  return permute(value, [0, axis, ...axes.slice(1)]);
}

/** An axis behind the batch, from the front; `undefined` for channels. Throws a `RangeError` for others. */
export function conceptAxis(axis: number | undefined, { shape }: Tensor): number | undefined {
  if (axis === undefined) return undefined;
  const front = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(front) && front >= 1 && front < shape.length) return front;
  throw new RangeError(`concepts: takes an axis behind the batch of ${formatShape(shape)}, got ${axis}`);
}

function along(direction: Tensor, relevance: Tensor, activation: Tensor): Tensor {
  const [count = 0] = relevance.shape;
  if (direction.size !== count) {
    throw new RangeError(`concept: takes a direction of ${count} channels, got ${formatShape(direction.shape)}`);
  }
  const size = relevance.size / Math.max(1, count);
  const sensitivity = stabilizedQuotient(relevance, activation, { epsilon: 1e-9 });
  const out = zeros(relevance.shape);
  for (let p = 0; p < size; p++) {
    let component = 0;
    for (let c = 0; c < count; c++) component += direction.data[c]! * activation.data[c * size + p]!;
    for (let c = 0; c < count; c++) {
      out.data[c * size + p] = component * direction.data[c]! * sensitivity.data[c * size + p]!;
    }
  }
  return out;
}

function checkChannel(id: number, relevance: Tensor): void {
  if (!Number.isInteger(id) || id < 0 || id >= relevance.shape[0]!) {
    throw new RangeError(`concept: takes a channel below ${relevance.shape[0]}, got ${id}`);
  }
}
