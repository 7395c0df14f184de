/** How much relevance (or activation) each channel of a node has. */
import { checkLayout, oneOf, ShapeError, sizeOf, Tensor, toChannelsFirst, type Layout } from "@relprop/tensor";

/** How the positions of a channel are put together: their sum, the sum of their sizes, or their maximum. */
export type ChannelMeasure = "sum" | "absSum" | "max";

/** `[N, C, …] → [N, C]`: the positions of each channel put together; channels stand last if the layout says so. */
export function channelRelevance(given: Tensor, by: ChannelMeasure = "sum", layout?: Layout): Tensor {
  const relevance = toChannelsFirst(given, checkLayout("channelRelevance", layout));
  oneOf("channelRelevance", "measure", by, ["sum", "absSum", "max"]);
  const [batch, channels = 1, ...extents] = relevance.shape;
  if (batch === undefined) throw new ShapeError("channelRelevance: takes [N, C, …], got a tensor without axes");
  const size = sizeOf(extents);
  const out = new Float32Array(batch * channels);
  for (let i = 0; i < out.length; i++) out[i] = measure(relevance.data, i * size, (i + 1) * size, by);
  return new Tensor([batch, channels], out);
}

function measure(values: Float32Array, from: number, to: number, by: ChannelMeasure): number {
  let [total, largest] = [0, -Infinity];
  for (let i = from; i < to; i++) {
    total += by === "absSum" ? Math.abs(values[i]!) : values[i]!;
    largest = Math.max(largest, values[i]!);
  }
  return by === "max" ? largest : total;
}
