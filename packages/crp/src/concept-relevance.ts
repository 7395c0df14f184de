/** Relevance and activation of every channel of some nodes, without going further down than the lowest of them. */
import {
  copyAt, onlyCopy, outputOf, startAt, tapeOf, type Analyzable, type LRP, type StartValue, type Tape, type Target,
} from "@relprop/lrp";
import { clone, optionsOf, Tensor } from "@relprop/tensor";
import { checkSamples } from "./branching.ts";
import { channelRelevance, type ChannelMeasure } from "./channel-relevance.ts";

/** What is measured, and how. */
export interface ConceptRelevanceOptions {
  /** How the positions of a channel are put together; `"sum"` by default. */
  readonly by?: ChannelMeasure;
  /** Divide each sample's measures by the sum of their sizes: shares, comparable between samples. */
  readonly normalize?: boolean;
  /** What is explained; `"max"` by default. For relevance per class call it with every class and the same tape. */
  readonly target?: Target;
  /** Start with 1 (`"one"`, the default) or with the output's own value. */
  readonly start?: StartValue;
  /** The name of the output to explain, if there are several; the first by default. */
  readonly output?: string;
}

/** The measures of one node, `[N, C]` each. */
export interface NodeConcepts {
  readonly relevance: Tensor;
  readonly activation: Tensor;
}

/** Per node the relevance and activation of its channels, per sample. */
export function conceptRelevance(
  lrp: LRP, input: Analyzable, nodes: readonly string[], options: ConceptRelevanceOptions = {},
): ReadonlyMap<string, NodeConcepts> {
  const { by = "sum", normalize = false, target = "max", start = "one" } = optionsOf("conceptRelevance", options);
  for (const name of nodes) lrp.model.node(name);
  const output = outputOf(lrp.model, options.output);
  return lrp.scratch(() => {
    const tape = tapeOf(lrp.model, input);
    for (const name of nodes) checkSamples(name, tape.value(name), tape.inputs[0]!.shape[0] ?? 1);
    const begin = startAt(
      tape.value(output), target, start, lrp.model.layout(output), tape.inputs[0]?.shape[0],
    );
    const arrived = relevanceAt(lrp, tape, nodes, output, begin.relevance);
    return new Map(nodes.map((name): [string, NodeConcepts] => {
      const measured = (x: Tensor): Tensor => {
        const measures = channelRelevance(x, by, lrp.model.layout(name));
        return normalize ? shares(measures) : measures;
      };
      return [name, { relevance: measured(arrived.get(name)!), activation: measured(tape.value(name)) }];
    }));
  });
}

/**
 * The relevance that arrives at each of `nodes` from `start` at an output; zero where none does. What lies below the
 * lowest of them is not visited.
 */
export function relevanceAt(
  lrp: LRP, tape: Tape, nodes: readonly string[], output: string, start: Tensor,
): ReadonlyMap<string, Tensor> {
  const arrived = new Map(nodes.map((name): [string, Tensor] => {
    const { shape, size } = tape.value(name);
    return [name, new Tensor(shape, new Float32Array(size))];
  }));
  lrp.backward(tape, new Map([[output, onlyCopy(start)]]), {
    visit: (name, relevance) => {
      if (arrived.has(name)) arrived.set(name, clone(copyAt(relevance, 0)));
    },
    stop: unneeded(lrp, nodes),
  });
  return arrived;
}

/** Rows `[N, C]` divided by `Σ |r_c|`; rows of zeros stay. */
export function shares(measures: Tensor): Tensor {
  const [batch = 0, channels = 0] = measures.shape;
  const data = Float32Array.from(measures.data);
  for (let n = 0; n < batch; n++) {
    const row = data.subarray(n * channels, (n + 1) * channels);
    const total = row.reduce((sum, value) => sum + Math.abs(value), 0);
    if (total > 0) row.forEach((value, c) => (row[c] = value / total));
  }
  return new Tensor(measures.shape, data);
}

/** The nodes from which relevance need not go further: the lowest of those wanted, and what leads to none of them. */
function unneeded({ model }: LRP, nodes: readonly string[]): ReadonlySet<string> {
  const leading = new Set<string>();
  const ends = new Set<string>();
  for (const { name, inputs } of model.nodes) {
    const wantedBelow = inputs.some((source) => leading.has(source));
    if (!wantedBelow) ends.add(name);
    if (wantedBelow || nodes.includes(name)) leading.add(name);
  }
  return ends;
}
