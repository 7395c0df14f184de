/** The analyzer of concepts: relevance that runs through chosen channels of chosen nodes. */
import {
  copyAt, explainedInput, onlyCopy, record, startAt, type LRP, type StartValue, type Tape, type Target,
} from "@relprop/lrp";
import { clone, Tensor } from "@relprop/tensor";
import { branch, type Branches } from "./branching.ts";
import { channelRelevance } from "./channel-relevance.ts";
import { planConditions, planPairs, type Condition, type Pairing } from "./conditions.ts";
import { allFeatures, type FeatureSelector } from "./features.ts";

/** What is explained, and what else is returned. */
export interface ConceptOptions {
  /** `"max"` by default. */
  readonly target?: Target;
  /** Start with 1 (`"one"`, the default) or with the output's own value. */
  readonly start?: StartValue;
  /** Nodes whose relevance (before their own restriction) is returned for every concept. */
  readonly layers?: readonly string[];
  /** Whether relevance that runs past a conditioned node, through parallel branches, is left out; `true` by default. */
  readonly excludeParallel?: boolean;
}

/** What conditional analyses may be given besides. */
export interface ConditionOptions extends ConceptOptions {
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
  readonly share: readonly number[];
  /** Relevance of the input through this channel. */
  readonly relevance: Tensor;
  readonly layers: ReadonlyMap<string, Tensor>;
}

/** The concepts of an input, in the order of the selector. */
export interface ConceptExplanation {
  readonly concepts: readonly ConceptRelevance[];
  /** All of them, `[concepts, N, …]`. */
  readonly relevance: Tensor;
  readonly output: Tensor;
  readonly target: readonly number[] | undefined;
}

/** What one condition leaves of the relevance. */
export interface ConditionalRelevance {
  readonly condition: Condition;
  /** Relevance of the input: of all samples, or of the one sample it was paired with. */
  readonly relevance: Tensor;
  readonly layers: ReadonlyMap<string, Tensor>;
}

/** What can be analysed: an input, or a forward pass that was kept. */
export type ConceptInput = Tensor | Tape;

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
    this.lrp = lrp;
    this.node = node === undefined ? undefined : nodeName(lrp, node);
    this.features = features;
  }

  /** The relevance of the selected concepts, or, given conditions, what each of them leaves of it. */
  analyze(input: ConceptInput, options?: ConceptOptions): ConceptExplanation;
  analyze(
    input: ConceptInput, conditions: readonly Condition[], options?: ConditionOptions,
  ): readonly ConditionalRelevance[];
  analyze(
    input: ConceptInput, second: ConceptOptions | readonly Condition[] = {}, third: ConditionOptions = {},
  ): ConceptExplanation | readonly ConditionalRelevance[] {
    return this.lrp.scratch(() => {
      const tape = input instanceof Tensor ? record(this.lrp.model, [input]) : input;
      return isConditions(second) ? this.#conditional(tape, second, third) : this.#concepts(tape, second);
    });
  }

  #concepts(tape: Tape, options: ConceptOptions): ConceptExplanation {
    const { target = "max", start = "one" } = options;
    if (this.node === undefined) throw new RangeError("CRP: takes a node to analyse concepts of, got none");
    const output = this.lrp.model.outputs[0]!;
    const { relevance, chosen } = startAt(tape.value(output), target, start);
    let ids: readonly (readonly number[])[] = [];
    let shares = new Float32Array();
    let channels = 0;
    const branches = branch(
      this.lrp, tape, new Map([[output, onlyCopy(relevance)]]),
      new Map([[this.node, (stack: Tensor) => {
        const at = copyAt(stack, 0);
        ids = this.features.select(at);
        shares = Float32Array.from(channelRelevance(at).data);
        channels = at.shape[1]!;
        return { parents: (ids[0] ?? []).map(() => 0), concept: (k: number, n: number) => ids[n]![k]! };
      }]]),
      options,
    );
    const concepts = branches.relevance.map((through, k): ConceptRelevance => ({
      ids: ids.map((sample) => sample[k]!),
      share: ids.map((sample, n) => shares[n * channels + sample[k]!]!),
      relevance: through,
      layers: layersOf(branches, k),
    }));
    return {
      concepts,
      relevance: joined(branches.relevance, explainedInput(tape).value),
      output: clone(tape.value(output)),
      target: chosen,
    };
  }

  #conditional(
    tape: Tape, conditions: readonly Condition[], options: ConditionOptions,
  ): readonly ConditionalRelevance[] {
    if (conditions.length === 0) return [];
    const { pairing = "product", startAt: at, start: from = "one" } = options;
    const samples = tape.inputs[0]!.shape[0] ?? 1;
    if (pairing === "zip" && conditions.length !== samples) {
      throw new RangeError(
        `analyze: takes one condition per sample to pair them, ${samples} in all, got ${conditions.length}`,
      );
    }
    if (at !== undefined) tape.model.node(at);
    const output = at ?? this.lrp.model.outputs[0]!;
    const settings = { target: options.target ?? (at === undefined ? ("max" as const) : undefined), from, output };
    const plan = (pairing === "zip" ? planPairs : planConditions)(tape, conditions, settings);
    const branches = branch(this.lrp, tape, new Map([[output, plan.start]]), plan.splitters, options);
    return conditions.map((condition, i) => {
      const k = plan.copyOf[i]!;
      const pick = (stack: Tensor): Tensor => (pairing === "zip" ? clone(stack.rows(i, i + 1)) : stack);
      const layers = new Map([...layersOf(branches, k)].map(([name, stack]) => [name, pick(stack)]));
      return { condition, relevance: pick(branches.relevance[k]!), layers };
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

function layersOf(branches: Branches, k: number): ReadonlyMap<string, Tensor> {
  return new Map([...branches.layers].map(([name, stacks]) => [name, stacks[k]!]));
}

function joined(relevances: readonly Tensor[], like: Tensor): Tensor {
  const data = new Float32Array(relevances.length * like.size);
  relevances.forEach((relevance, k) => data.set(relevance.data, k * like.size));
  return new Tensor([relevances.length, ...like.shape], data);
}

function isConditions(options: ConceptOptions | readonly Condition[]): options is readonly Condition[] {
  return Array.isArray(options);
}
