/** Scores as people read them. */
import { samplesOf } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import type { Explanation } from "@relprop/lrp";
import { toChannelsFirst, type Layout, type Tensor } from "@relprop/tensor";

/** One output of a model, with its name. */
export interface Score {
  /** Its flat index within its sample, channels first. */
  readonly index: number;
  readonly label: string;
  readonly score: number;
  /** Its share under a softmax, from 0 to 1, where the outputs are of one choice. */
  readonly share: number | undefined;
  /** Whether it is the one that was explained. */
  readonly explained: boolean;
}

/** What is known of the outputs. */
export interface ScoreOptions {
  /** Their names; `output 3` or, in a map, `channel 3 at 10, 12` unless given. */
  readonly labels?: readonly string[] | undefined;
  /** Whether they are of classes that exclude one another, so that a softmax makes shares of them. */
  readonly shares?: boolean;
  /** How many; 3 by default, and the explained one. */
  readonly count?: number;
  /** Which sample of a batch; the first unless given. */
  readonly sample?: number;
  /** Where the channels of a map stand; behind the batch unless given. */
  readonly layout?: Layout | undefined;
  /** The channel that was explained as a whole, where the output is a map. */
  readonly channel?: number | undefined;
}

/** Whether a softmax makes shares of the scores of a model, as it is in its file, however they are laid out then. */
export function endsInSoftmax({ nodes, outputs }: Model): boolean {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  // Labels beside probabilities carry nothing, and are not what is explained.
  let at = byName.get(outputs.find((name) => byName.get(name)?.inert !== true) ?? outputs[0]!);
  while (at?.layer.rearranges === true) at = byName.get(at.inputs[0]!);
  return at?.layer.kind === "Softmax" || at?.layer.kind === "LogSoftmax";
}

/** The largest scores of a sample, and the explained one. */
export function scored(
  { output: given, target }: Pick<Explanation, "output" | "target">, options: ScoreOptions = {},
): readonly Score[] {
  const { labels, shares = false, count = 3, sample = 0, layout, channel } = options;
  const output = toChannelsFirst(given, layout);
  const size = output.size / samplesOf(output);
  const scores = output.data.subarray(sample * size, (sample + 1) * size);
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const extents = output.shape.slice(1);
  const isMap = extents.length > 1;
  const asked = target?.[sample];
  const chosen = asked === undefined || (isMap && channel !== undefined) ? undefined : turned(asked, given, layout);
  const shown = order.slice(0, count);
  if (chosen !== undefined && !shown.includes(chosen)) shown.push(chosen);
  // Elsewhere, as over maps of pixels, the scores of a sample are not of one choice.
  const isChoice = shares && extents.slice(1).every((extent) => extent === 1);
  const listed = shown.map((index) => ({
    index,
    label: labelOf(index, extents, labels),
    score: scores[index]!,
    share: isChoice ? Math.exp(scores[index]! - largest) / total : undefined,
    explained: index === chosen,
  }));
  if (!isMap || channel === undefined) return listed;
  const plane = size / extents[0]!;
  const score = scores.subarray(channel * plane, (channel + 1) * plane).reduce((sum, each) => sum + each, 0);
  const label = `${labels?.[channel] ?? `output ${channel}`} at all positions`;
  return [{ index: channel * plane, label, score, share: undefined, explained: true }, ...listed];
}

/** An index of a sample with channels last as one of the sample with channels first. */
function turned(index: number, { shape }: Tensor, layout: Layout | undefined): number {
  if (layout !== "channelsLast" || shape.length < 3) return index;
  const channels = shape.at(-1)!;
  const plane = shape.slice(1, -1).reduce((product, extent) => product * extent, 1);
  return (index % channels) * plane + Math.floor(index / channels);
}

/** The name of an output: that of its channel and where it is in a map, `cat at 10, 12`. */
function labelOf(index: number, [channels = 1, ...rest]: readonly number[], labels?: readonly string[]): string {
  if (rest.every((extent) => extent === 1)) return labels?.[index] ?? `output ${index}`;
  const size = rest.reduce((product, extent) => product * extent, 1);
  let within = index % size;
  const position: number[] = [];
  for (const extent of rest.toReversed()) {
    position.unshift(within % extent);
    within = Math.floor(within / extent);
  }
  const channel = Math.floor(index / size);
  const named = labels?.length === channels ? labels[channel]! : `output ${channel}`;
  return `${named} at ${position.join(", ")}`;
}

/** A line for each score, with a mark at the explained one. */
export function formatScores(scores: readonly Score[]): string {
  return scores.map(({ label, score, share, explained }) => {
    const shared = share === undefined ? "" : ` (${(100 * share).toFixed(1)} %)`;
    return `${explained ? ">" : " "} ${label}: score ${score.toFixed(3)}${shared}`;
  }).join("\n");
}
