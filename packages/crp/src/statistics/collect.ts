/** One pass over a data set. */
import { copyAt, record, startAt, type LRP, type StartValue, type Target } from "@relprop/lrp";
import { argmax, clone, sizeOf, Tensor } from "@relprop/tensor";
import { channelRelevance, type ChannelMeasure } from "../channel-relevance.ts";
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
export interface CollectOptions {
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
  /** Statistics to go on from: samples they hold are passed over. */
  readonly from?: ConceptStatistics;
}

/** The statistics so far, after each sample that was new. */
export async function* collect(
  lrp: LRP, samples: Iterable<Sample> | AsyncIterable<Sample>, options: CollectOptions,
): AsyncGenerator<ConceptStatistics, void, undefined> {
  for (const name of options.nodes) lrp.model.node(name);
  let statistics = options.from;
  for await (const sample of samples) {
    if (statistics?.samples.has(sample.id) === true) continue;
    const { label, observations } = observeSample(lrp, sample, options);
    statistics ??= new ConceptStatistics({
      nodes: Object.fromEntries(observations.map(({ node, values }) => [node, values.length])),
      top: options.top ?? 40,
    });
    statistics = statistics.observe(sample.id, label, observations);
    yield statistics;
  }
}

/** Relevance and activation of every channel of the chosen nodes in one sample. */
export function observeSample(
  lrp: LRP, sample: Sample, options: CollectOptions,
): { readonly label: number; readonly observations: readonly NodeObservation[] } {
  const { nodes, target = "max", start = "value", by = "sum" } = options;
  return lrp.scratch(() => {
    const tape = record(lrp.model, [sample.input]);
    const output = lrp.model.outputs[0]!;
    const begin = startAt(tape.value(output), typeof target === "function" ? target(sample) : target, start);
    const arrived = new Map<string, Tensor>();
    lrp.backward(tape, new Map([[output, begin.relevance]]), {
      visit: (name, relevance) => {
        if (nodes.includes(name)) arrived.set(name, clone(copyAt(relevance, tape.value(name).shape, 0)));
      },
      stop: lowest(lrp, nodes),
    });
    const observations = nodes.flatMap((node) => {
      const activation = tape.value(node);
      const relevance = arrived.get(node) ?? new Tensor(activation.shape, new Float32Array(activation.size));
      return [measured(node, "relevance", relevance, by), measured(node, "activation", activation, by)];
    });
    return { label: sample.label ?? begin.chosen?.[0] ?? 0, observations };
  });
}

/** The chosen nodes below which no other chosen node lies: relevance need not go further. */
function lowest({ model }: LRP, nodes: readonly string[]): ReadonlySet<string> {
  const needed = new Set<string>();
  const stops = new Set<string>();
  for (const { name, inputs } of model.nodes) {
    const below = inputs.some((source) => needed.has(source));
    if (nodes.includes(name) && !below) stops.add(name);
    if (nodes.includes(name) || below) needed.add(name);
  }
  return new Set([...stops, ...model.nodes.map(({ name }) => name).filter((name) => !needed.has(name))]);
}

function measured(node: string, quantity: Quantity, tensor: Tensor, by: ChannelMeasure): NodeObservation {
  const [, channels = 0, ...extents] = tensor.shape;
  const size = sizeOf(extents);
  const values = channelRelevance(tensor, by).data;
  const positions = Int32Array.from(
    { length: channels }, (_, c) => argmax(tensor.data, c * size, (c + 1) * size) - c * size,
  );
  return { node, quantity, values, positions };
}
