/** Explanations as short vectors that can be compared. */
import { channelRelevance } from "@relprop/crp";
import { toChannelsFirst, type Layout, type Tensor } from "@relprop/tensor";
import { gridOf } from "../units/grid.ts";

/** Relevance of one sample summed over channels and over boxes, at most 16 of them along each axis. */
export function pooledRelevance(relevance: Tensor, layout: Layout | undefined): Float64Array {
  const boxes = boxesOf(relevance, layout);
  const sums = new Float64Array(boxes.reduce((most, box) => Math.max(most, box + 1), 0));
  relevance.data.forEach((value, i) => {
    sums[boxes[i]!]! += value;
  });
  return sums;
}

/** Per element of a sample the box that it is in; of a row of features every element is one. */
export function boxesOf({ shape, size }: Tensor, layout: Layout | undefined): Int32Array {
  if (shape.length < 3) return Int32Array.from({ length: size }, (_, i) => i);
  const grid = gridOf("boxesOf", shape, layout);
  const counts = grid.extents.map((extent) => Math.min(MOST, extent));
  const boxOf = Int32Array.from({ length: grid.positions }, (_, position) => {
    let [rest, box, stride] = [position, 0, 1];
    for (let axis = counts.length - 1; axis >= 0; axis--) {
      const extent = grid.extents[axis]!;
      box += Math.floor(((rest % extent) * counts[axis]!) / extent) * stride;
      stride *= counts[axis]!;
      rest = Math.floor(rest / extent);
    }
    return box;
  });
  return Int32Array.from({ length: size }, (_, i) => boxOf[grid.positionOf(i)]!);
}

const MOST = 16;

/** Relevance of the channels of a node, one number each, for prototypes of concepts (Dreyer et al. 2024). */
export function conceptVector(atNode: Tensor, layout?: Layout): Float64Array {
  return Float64Array.from(channelRelevance(toChannelsFirst(atNode, layout)).data);
}
