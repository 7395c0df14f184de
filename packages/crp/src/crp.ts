/** The analyzer of concepts: relevance that runs through chosen channels of chosen nodes. */
import {
  copyAt, onlyCopy, outputOf, startAt, tapeOf, type Analyzable, type LRP, type StartValue, type Target,
} from "@relprop/lrp";
import { checkKind, clone, optionsOf, Tensor } from "@relprop/tensor";
import { branch, checkSamples, type Split } from "./branching.ts";
import { channelRelevance } from "./channel-relevance.ts";
import { channelAt, conceptAxis, conceptsFirst } from "./concept.ts";
import { planConditions, planPairs, type Condition, type Pairing } from "./conditions.ts";
import { allFeatures, type FeatureSelector } from "./features.ts";

/** What is explained, and what else is returned. */
export interface ConceptOptions {
  /** `"max"` by default. */
  readonly target?: Target;
  /** Start with 1 (`"one"`, the default) or with the output's own value. */
  readonly start?: StartValue;
  /** The name of the output to explain, if there are several; the first by default. */
  readonly output?: string;
  /** The axis of a node's value that concepts are counted along, batch included; that of the channels by default. */
  readonly axis?: number;
  /** Nodes whose relevance (before their own restriction) is returned for every concept. */
  readonly layers?: readonly string[];
  /** Whether relevance that runs past a conditioned node, through parallel branches, is left out; `true` by default. */
  readonly excludeParallel?: boolean;
}

/** What conditional analyses may be given besides. */
export interface ConditionOptions extends Omit<ConceptOptions, "axis"> {
  /** `"product"` by default. */
  readonly pairing?: Pairing;
  /** Start at this node, from its activation (or the conditions' targets within it), instead of at the output. */
  readonly startAt?: string;
}

/** The relevance of one concept per sample. */
export interface ConceptRelevance {
  /** Per sample, the channel. */
  readonly ids: readonly number[];
  /** Per sample, the relevance the channel has at its node. */
  readonly atNode: readonly number[];
  /** Relevance of the (first) input through this channel. */
  readonly relevance: Tensor;
  /** Relevance of every input of floats, and of rows that whole numbers look up, by name. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly layers: ReadonlyMap<string, Tensor>;
}

/** The concepts of an input, in the order of the selector. */
export interface ConceptExplanation {
  readonly concepts: readonly ConceptRelevance[];
  /** Relevance of the (first) input through all of them, `[concepts, N, …]`. */
  readonly relevance: Tensor;
  readonly output: Tensor;
  readonly target: readonly number[] | undefined;
}

/** What one condition leaves of the relevance. */
export interface ConditionalRelevance {
  readonly condition: Condition;
  /** Relevance of the (first) input: of all samples, or of the one sample it was paired with. */
  readonly relevance: Tensor;
  /** Relevance of every input of floats, and of rows that whole numbers look up, by name. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly layers: ReadonlyMap<string, Tensor>;
}

/**
 * Concept relevance propagation (Achtibat et al. 2023): LRP down to a node, a mask per concept there, and LRP of all
 * masked copies together below it. They share the forward pass, everything above the node, and every denominator.
 */
export class CRP {
  readonly lrp: LRP;
  /** The node whose channels are the concepts; `undefined` where conditions name their own. */
  readonly node: string | undefined;
  readonly features: FeatureSelector;

  /** `node` by name or by its index; throws a `RangeError` that lists the nodes when there is none such. */
  constructor(lrp: LRP, node?: string | number | readonly number[], features: FeatureSelector = allFeatures()) {
    checkKind("CRP", "an analyzer, new LRP(…)", lrp, Object(lrp).rules !== undefined);
    this.lrp = lrp;
    this.node = node === undefined ? undefined : nodeName(lrp, node);
    this.features = features;
  }

  /** The relevance of the selected concepts of this analyzer's node. */
  concepts(input: Analyzable, options: ConceptOptions = {}): ConceptExplanation {
    optionsOf("concepts", options);
    const { node, lrp, features } = this;
    const { target = "max", start = "one" } = options;
    if (node === undefined) {
      throw new RangeError("concepts: takes an analyzer of a node, new CRP(lrp, node), got one without");
    }
    const output = outputOf(lrp.model, options.output);
    return lrp.scratch(() => {
      const tape = tapeOf(lrp.model, input);
      const { relevance, chosen } = startAt(
        tape.value(output), target, start, lrp.model.layout(output), tape.inputs[0]?.shape[0],
      );
      let ids: readonly (readonly number[])[] = [];
      let measures = new Float32Array();
      let channels = 0;
      const splitter = (stack: Tensor): Split => {
        const whole = copyAt(stack, 0);
        const axis = conceptAxis(options.axis, whole);
        const at = conceptsFirst(whole, axis, lrp.model.layout(node));
        ids = features.select(at);
        measures = Float32Array.from(channelRelevance(at).data);
        channels = at.shape[1]!;
        return { parents: (ids[0] ?? []).map(() => 0), concept: (k, n) => channelAt(ids[n]![k]!, axis) };
      };
      const branches = branch(
        lrp, tape, new Map([[output, onlyCopy(relevance)]]), new Map([[node, splitter]]), options,
      );
      const through = branches.inputs.get(branches.explained)!;
      return {
        concepts: Array.from({ length: branches.copies }, (_, k): ConceptRelevance => ({
          ids: ids.map((sample) => sample[k]!),
          atNode: ids.map((sample, n) => measures[n * channels + sample[k]!]!),
          relevance: through[k]!,
          inputs: copyOf(branches.inputs, k),
          layers: copyOf(branches.layers, k),
        })),
        relevance: joined(through, tape.value(branches.explained)),
        output: clone(tape.value(output)),
        target: chosen,
      };
    });
  }

  /** What each condition leaves of the relevance; conditions name their own nodes. */
  conditional(
    input: Analyzable, conditions: readonly Condition[], options: ConditionOptions = {},
  ): readonly ConditionalRelevance[] {
    optionsOf("conditional", options);
    if (conditions.length === 0) return [];
    const { lrp } = this;
    const { pairing = "product", startAt: at, start: from = "one" } = options;
    const output = at === undefined ? outputOf(lrp.model, options.output) : lrp.model.node(at).name;
    return lrp.scratch(() => {
      const tape = tapeOf(lrp.model, input);
      const samples = tape.inputs[0]!.shape[0] ?? 1;
      if (pairing === "zip" && conditions.length !== samples) {
        throw new RangeError(
          `conditional: takes one condition per sample to pair them, ${samples} in all, got ${conditions.length}`,
        );
      }
      const settings = { target: options.target ?? (at === undefined ? ("max" as const) : undefined), from, output };
      const plan = (pairing === "zip" ? planPairs : planConditions)(tape, conditions, settings);
      const branches = branch(lrp, tape, new Map([[output, plan.start]]), plan.splitters, options);
      return conditions.map((condition, i): ConditionalRelevance => {
        const pick = (all: ReadonlyMap<string, readonly Tensor[]>): ReadonlyMap<string, Tensor> => {
          const copies = copyOf(all, plan.copyOf[i]!);
          if (pairing !== "zip") return copies;
          return new Map([...copies].map(([name, copy]) => [name, sampleOf(name, copy, i, samples)]));
        };
        const inputs = pick(branches.inputs);
        return { condition, relevance: inputs.get(branches.explained)!, inputs, layers: pick(branches.layers) };
      });
    });
  }
}

function nodeName({ model }: LRP, node: string | number | readonly number[]): string {
  if (typeof node === "string") return model.node(node).name;
  const path = typeof node === "number" ? [node] : node;
  const found = model.nodes.findLast(({ index }) => path.every((part, depth) => index[depth] === part));
  if (found === undefined) {
    const existing = model.nodes.map(({ index }) => index.join(".")).join(", ");
    throw new RangeError(`CRP: takes the index of a node, got ${path.join(".")}; there are ${existing}`);
  }
  return found.name;
}

function copyOf(all: ReadonlyMap<string, readonly Tensor[]>, k: number): ReadonlyMap<string, Tensor> {
  return new Map([...all].map(([name, copies]) => [name, copies[k]!]));
}

function sampleOf(name: string, copy: Tensor, n: number, samples: number): Tensor {
  if (samples === 1) return copy;
  checkSamples(name, copy, samples);
  return clone(copy.rows(n, n + 1));
}

function joined(relevances: readonly Tensor[], like: Tensor): Tensor {
  const data = new Float32Array(relevances.length * like.size);
  relevances.forEach((relevance, k) => data.set(relevance.data, k * like.size));
  return new Tensor([relevances.length, ...like.shape], data);
}
