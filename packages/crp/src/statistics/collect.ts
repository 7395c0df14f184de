/** One pass over a data set. */
import {
  outputOf, record, samplesAtOnce, startAt, type LRP, type StartValue, type Target,
} from "@relprop/lrp";
import {
  argmax, batched, checkKind, eachUntilAborted, optionsOf, sizeOf, toChannelsFirst, type Abortable, type Layout,
  type Tensor,
  type Value,
} from "@relprop/tensor";
import { checkSamples } from "../branching.ts";
import { channelRelevance, type ChannelMeasure } from "../channel-relevance.ts";
import { relevanceAt, shares } from "../concept-relevance.ts";
import { ConceptStatistics, type NodeObservation, type Quantity } from "./concept-statistics.ts";

/** A sample of a data set. */
export interface LabelledSample {
  /** Its number, a whole number >= 0 that is its own throughout the data set. */
  readonly id: number;
  /** `[1, …]`; a list of those for a model with several inputs. */
  readonly input: Value | readonly Value[];
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
  readonly target?: Target | ((sample: LabelledSample) => Target);
  /** Start with 1 or with the output's own value, the default here, so that confident samples count for more. */
  readonly start?: StartValue;
  /** The name of the output to explain, if there are several; the first by default. */
  readonly output?: string;
  /** Samples in one pass, 1 or more; by default as many as have their values in 100 MB. Results do not depend on it. */
  readonly batch?: number;
  /** How the positions of a channel are put together; `"sum"` by default. */
  readonly by?: ChannelMeasure;
  /** Divide a sample's measures by the sum of their sizes, so that every sample counts alike. */
  readonly normalize?: boolean;
  /** What else statistics must agree on to be merged; see `StatisticsSettings`. */
  readonly about?: Readonly<Record<string, string>>;
  /** Statistics to go on from: samples they hold are passed over. Throws a `RangeError` unless they are of the same. */
  readonly from?: ConceptStatistics;
  /** Is told of a sample that cannot be explained or holds NaN, which is left out; without it, that ends the pass. */
  readonly failed?: (sample: LabelledSample, error: unknown) => void;
}

/**
 * The statistics so far, after each sample that was new. A sample that cannot be explained ends it with a `RangeError`
 * that says which, unless `failed` is given.
 */
export async function* collect(
  lrp: LRP, samples: Iterable<LabelledSample> | AsyncIterable<LabelledSample>, options: CollectOptions,
): AsyncGenerator<ConceptStatistics, void, undefined> {
  const { nodes, top = 40, about = {}, from, failed } = optionsOf("collect", options);
  checkKind("collect", "names of nodes as a list", nodes, Array.isArray(nodes));
  for (const name of nodes) lrp.model.node(name);
  const nothing = (channels: (node: string) => number): ConceptStatistics =>
    new ConceptStatistics({ nodes: Object.fromEntries(nodes.map((node) => [node, channels(node)])), top, about });
  let statistics = from && nothing((node) => from.settings.nodes[node] ?? 0).merge(from);
  const isNew = ({ id }: LabelledSample): boolean => statistics?.samples.has(id) !== true;
  for await (const batch of batches(lrp, samples, isNew, options)) {
    const together = batch.length > 1 ? attempt(() => observeSamples(lrp, batch, options)) : undefined;
    for (const [i, sample] of batch.entries()) {
      try {
        const { label, observations } = together?.[i] ?? observeSample(lrp, sample, options);
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
}

/** New samples in groups whose inputs have the same shapes. */
async function* batches(
  lrp: LRP,
  samples: Iterable<LabelledSample> | AsyncIterable<LabelledSample>,
  isNew: (sample: LabelledSample) => boolean,
  { batch: asked, signal }: CollectOptions,
): AsyncGenerator<readonly LabelledSample[], void, undefined> {
  let batch: LabelledSample[] = [];
  let [size, known]: [number, string | undefined] = [1, undefined];
  const full = (): readonly (readonly LabelledSample[])[] => {
    const whole = batch;
    batch = [];
    return [whole];
  };
  try {
    for await (const sample of eachUntilAborted(samples, signal)) {
      if (!isNew(sample) || batch.some(({ id }) => id === sample.id)) continue;
      if (batch.length > 0 && shapesOf(sample) !== shapesOf(batch[0]!)) yield* full();
      if (batch.length === 0 && shapesOf(sample) !== known) {
        known = shapesOf(sample);
        size = samplesAtOnce("collect", lrp.model, inputsOf(sample), asked);
      }
      batch.push(sample);
      if (batch.length === size) yield* full();
    }
  } catch (error) {
    // Samples that came before one that cannot be read count.
    if (batch.length > 0 && signal?.aborted !== true) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}

/** The result of `body`, or `undefined` where it throws: samples are then taken one by one, to say which it was. */
function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}

/** The same error, saying which sample it is about. */
function named({ id }: LabelledSample, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return new RangeError(`collect: sample ${id}: ${error.message}`, { cause: error });
}

const inputsOf = ({ input }: LabelledSample): readonly Value[] => ("shape" in input ? [input] : input);
const shapesOf = (sample: LabelledSample): string => inputsOf(sample).map(({ shape }) => shape).join(" ");

/** What one sample shows of the chosen nodes. */
export interface SampleObservation {
  /** Its class, or the explained output where it has none. */
  readonly label: number;
  /** Relevance and activation of every channel. */
  readonly observations: readonly NodeObservation[];
}

/** Relevance and activation of every channel of the chosen nodes in one sample. */
export function observeSample(lrp: LRP, sample: LabelledSample, options: CollectOptions): SampleObservation {
  return observeSamples(lrp, [sample], options)[0]!;
}

/** The same for samples whose inputs have the same shapes, in one pass. */
function observeSamples(
  lrp: LRP, samples: readonly LabelledSample[], options: CollectOptions,
): readonly SampleObservation[] {
  const { nodes, target = "max", start = "value" } = options;
  const output = outputOf(lrp.model, options.output);
  return lrp.scratch(() => {
    const inputs = inputsOf(samples[0]!).map((_, i) => batched(samples.map((sample) => inputsOf(sample)[i]!)));
    const tape = record(lrp.model, inputs);
    for (const name of [...nodes, output]) checkSamples(name, tape.value(name), samples.length);
    const starts = samples.map((sample, n) => {
      const value = tape.value(output).rows(n, n + 1);
      const chosen = typeof target === "function" ? target(sample) : target;
      return startAt(value, chosen, start, lrp.model.layout(output));
    });
    const arrived = relevanceAt(lrp, tape, nodes, output, batched(starts.map(({ relevance }) => relevance)));
    return samples.map((sample, n) => ({
      label: sample.label ?? starts[n]!.chosen?.[0] ?? 0,
      observations: nodes.flatMap((node) => [
        observation(node, "relevance", rowOf(arrived.get(node)!, n, lrp.model.layout(node)), options),
        observation(node, "activation", rowOf(tape.value(node), n, lrp.model.layout(node)), options),
      ]),
    }));
  });
}

/** Sample `n` with its channels behind the batch. */
function rowOf(x: Tensor, n: number, layout: Layout | undefined): Tensor {
  return toChannelsFirst(x.rows(n, n + 1), layout);
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
