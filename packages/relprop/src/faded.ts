/** Pictures in which only what matters keeps its colours. */
import { blank, type Image } from "@relprop/heatmap";
import { toChannelsFirst, type Layout, type Tensor } from "@relprop/tensor";

/** How much is left of a pixel that does not matter, and the gray the rest of it becomes. */
const [REST, GRAY] = [0.25, 190];

/**
 * The picture, faded to gray where the relevance `[1, C, H, W]` of the same extents, its sizes summed over channels and
 * smoothed over about a tenth of the picture, is below `threshold` of its largest.
 */
export function faded(image: Image, given: Tensor, layout?: Layout, threshold = 0.15): Image {
  const relevance = toChannelsFirst(given, layout);
  const { width, height, data } = image;
  const weights = smoothed(sizes(relevance, width * height), width, height);
  const least = threshold * weights.reduce((most, weight) => Math.max(most, weight), 0);
  const out = blank(width, height, "#000");
  for (let pixel = 0; pixel < width * height; pixel++) {
    // A short ramp instead of an edge, so that nothing looks cut out that is not.
    const kept = least === 0 ? 0 : Math.min(1, Math.max(0, (2 * weights[pixel]!) / least - 1));
    const share = REST + (1 - REST) * kept;
    for (let c = 0; c < 3; c++) out.data[4 * pixel + c] = share * data[4 * pixel + c]! + (1 - share) * GRAY;
  }
  return out;
}

function sizes({ data }: Tensor, pixels: number): Float64Array {
  const out = new Float64Array(pixels);
  for (let i = 0; i < data.length; i++) out[i % pixels]! += Math.abs(data[i]!);
  return out;
}

/** Two passes of a moving mean along each axis. */
function smoothed(values: Float64Array, width: number, height: number): Float64Array {
  const radius = Math.max(1, Math.round(Math.max(width, height) / 20));
  let plane = values;
  for (const [count, step, lines, apart] of [[width, 1, height, width], [height, width, width, 1]] as const) {
    for (let pass = 0; pass < 2; pass++) plane = averaged(plane, radius, count, step, lines, apart);
  }
  return plane;
}

function averaged(
  values: Float64Array, radius: number, count: number, step: number, lines: number, apart: number,
): Float64Array {
  const out = new Float64Array(values.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < count; i++) {
      let total = 0;
      for (let k = Math.max(0, i - radius); k <= Math.min(count - 1, i + radius); k++) {
        total += values[line * apart + k * step]!;
      }
      out[line * apart + i * step] = total / (2 * radius + 1);
    }
  }
  return out;
}
