/** One pass over a data set. */
import { record, startAt, type LRP, type StartValue, type Target } from "@relprop/lrp";
import { argmax, eachUntilAborted, sizeOf, type Abortable, type Tensor } from "@relprop/tensor";
import { checkSamples } from "../branching.ts";
import { channelRelevance, type ChannelMeasure } from "../channel-relevance.ts";
import { relevanceAt, shares } from "../concept-relevance.ts";
import { ConceptStatistics, type NodeObservation, type Quantity } from "./concept-statistics.ts";

/** A sample of a data set. */
export interface Sample {
  /** Its number, a whole number >= 0 that is its own throughout the data set. */
  readonly id: number;
  /** `[1, …]` */
  readonly input: Tensor;
  /** Its class; the explained output where it is absent. */
  readonly label?: number;
}

/** What is collected, and how. */
export interface CollectOptions extends Abortable {
  /** The nodes whose channels are the concepts. */
  readonly nodes: readonly string[];
  /** How many references are kept per channel; 40 by default. */
  readonly top?: number;
  /** What is explained; `"max"` by default. */
  readonly target?: Target | ((sample: Sample) => Target);
  /** Start with 1 or with the output's own value, the default here, so that confident samples count for more. */
  readonly start?: StartValue;
  /** How the positions of a channel are put together; `"sum"` by default. */
  readonly by?: ChannelMeasure;
  /** Divide a sample's measures by the sum of their sizes, so that every sample counts alike. */
  readonly normalize?: boolean;
  /** What else statistics must agree on to be merged; see `StatisticsSettings`. */
  readonly about?: Readonly<Record<string, string>>;
  /** Statistics to go on from: samples they hold are passed over. Throws a `RangeError` unless they are of the same. */
  readonly from?: ConceptStatistics;
  /** Is told of a sample that cannot be explained or holds NaN, which is left out; without it, that ends the pass. */
  readonly failed?: (sample: Sample, error: unknown) => void;
}

/**
 * The statistics so far, after each sample that was new. A sample that cannot be explained ends it with a `RangeError`
 * that says which, unless `failed` is given.
 */
export async function* collect(
  lrp: LRP, samples: Iterable<Sample> | AsyncIterable<Sample>, options: CollectOptions,
): AsyncGenerator<ConceptStatistics, void, undefined> {
  const { nodes, top = 40, about = {}, from, failed, signal } = options;
  for (const name of nodes) lrp.model.node(name);
  const nothing = (channels: (node: string) => number): ConceptStatistics =>
    new ConceptStatistics({ nodes: Object.fromEntries(nodes.map((node) => [node, channels(node)])), top, about });
  let statistics = from && nothing((node) => from.settings.nodes[node] ?? 0).merge(from);
  for await (const sample of eachUntilAborted(samples, signal)) {
    if (statistics?.samples.has(sample.id) === true) continue;
    try {
      const { label, observations } = observeSample(lrp, sample, options);
      const before: ConceptStatistics =
        statistics ?? nothing((node) => observations.find((observation) => observation.node === node)!.values.length);
      statistics = before.observe(sample.id, label, observations);
    } catch (error) {
      if (failed === undefined) throw named(sample, error);
      failed(sample, error);
      continue;
    }
    yield statistics;
  }
}

/** The same error, saying which sample it is about. */
function named({ id }: Sample, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return new RangeError(`collect: sample ${id}: ${error.message}`, { cause: error });
}

/** Relevance and activation of every channel of the chosen nodes in one sample. */
export function observeSample(
  lrp: LRP, sample: Sample, options: CollectOptions,
): { readonly label: number; readonly observations: readonly NodeObservation[] } {
  const { nodes, target = "max", start = "value" } = options;
  return lrp.scratch(() => {
    const tape = record(lrp.model, [sample.input]);
    for (const name of nodes) checkSamples(name, tape.value(name), 1);
    const output = tape.value(lrp.model.outputs[0]!);
    const begin = startAt(output, typeof target === "function" ? target(sample) : target, start);
    const arrived = relevanceAt(lrp, tape, nodes, begin.relevance);
    const observations = nodes.flatMap((node) => [
      observation(node, "relevance", arrived.get(node)!, options),
      observation(node, "activation", tape.value(node), options),
    ]);
    return { label: sample.label ?? begin.chosen?.[0] ?? 0, observations };
  });
}

function observation(
  node: string, quantity: Quantity, tensor: Tensor, { by = "sum", normalize = false }: CollectOptions,
): NodeObservation {
  const [, channels = 0, ...extents] = tensor.shape;
  const size = sizeOf(extents);
  const measures = channelRelevance(tensor, by);
  const positions = Int32Array.from(
    { length: channels }, (_, c) => argmax(tensor.data, c * size, (c + 1) * size) - c * size,
  );
  return { node, quantity, values: (normalize ? shares(measures) : measures).data, positions };
}
