/**
 * A backward pass that splits: at some nodes every copy of the relevance becomes one or several, each restricted to
 * its own concept. What lies above a split is propagated once, whatever the number of concepts below.
 */
import { copyAt, explainedInput, type LRP, type Tape } from "@relprop/lrp";
import { clone, empty, formatShape, fromChannelsFirst, Tensor, toChannelsFirst, type Layout } from "@relprop/tensor";
import { restrictTo, type Concept } from "./concept.ts";

/** What becomes of the copies at a node. */
export interface Split {
  /** Per new copy, the copy it comes from. */
  readonly parents: readonly number[];
  /** The concept that copy `k` of sample `n` is restricted to; `undefined` leaves it as it is. */
  readonly concept: (k: number, n: number) => Concept | undefined;
}

/** Decides a split when the relevance of the node, `[K, N, …]`, is known. */
export type Splitter = (relevance: Tensor) => Split;

/** What a branching pass is told. */
export interface BranchingOptions {
  /** Nodes whose relevance is kept, as it was before their own restriction. */
  readonly layers?: readonly string[];
  /** Whether relevance that runs past a conditioned node, through parallel branches, is left out. */
  readonly excludeParallel?: boolean;
}

/** The relevance at the ends of a branching pass, for every copy there is at the end. */
export interface Branches {
  /** How many copies there are. */
  readonly copies: number;
  /** The name of the input, or of the looked-up rows, that explanations are first of. */
  readonly explained: string;
  /** The relevance of the inputs of floats, and of rows that whole numbers look up: per name, one tensor per copy. */
  readonly inputs: ReadonlyMap<string, readonly Tensor[]>;
  /** The relevance of the nodes that were asked for: per name, one tensor per copy. */
  readonly layers: ReadonlyMap<string, readonly Tensor[]>;
}

/** Runs relevance back from `start`, splitting at the given nodes. */
export function branch(
  lrp: LRP,
  tape: Tape,
  start: ReadonlyMap<string, Tensor>,
  splitters: ReadonlyMap<string, Splitter>,
  options: BranchingOptions = {},
): Branches {
  const { layers = [], excludeParallel = true } = options;
  const explained = explainedInput(tape);
  const inputs = [
    ...tape.model.inputs.filter((_, i) => tape.inputs[i] instanceof Tensor).map(({ name }) => name),
    ...tape.steps.filter(({ reads }) => reads.length === 0).map(({ node }) => node.name),
  ];
  const wanted = new Set([...layers, ...inputs]);
  const kept = new Map<string, { readonly relevance: Tensor; readonly splits: number }>();
  const lineage: (readonly number[])[] = [];
  const samples = tape.inputs[0]!.shape[0] ?? 1;
  lrp.backward(tape, start, {
    visit: (name, relevance) => {
      if (wanted.has(name)) kept.set(name, { relevance, splits: lineage.length });
    },
    mask: (name, relevance, pending) => {
      const splitter = splitters.get(name);
      if (splitter === undefined) return relevance;
      const value = tape.value(name);
      checkSamples(name, value, samples);
      const { parents, concept } = splitter(relevance);
      lineage.push(parents);
      for (const [other, stack] of pending) {
        const copies = gather(stack, parents);
        pending.set(other, excludeParallel ? without(other, copies, samples, concept) : copies);
      }
      return restricted(gather(relevance, parents), value, concept, lrp.model.layout(name));
    },
  });
  const ancestors = (splits: number): readonly number[] | undefined =>
    lineage.slice(splits).reduceRight<readonly number[] | undefined>(
      (below, parents) => (below === undefined ? parents : below.map((k) => parents[k]!)),
      undefined,
    );
  const copies = lineage.at(-1)?.length ?? [...start.values()][0]!.shape[0]!;
  const unstack = (stack: Tensor | undefined, like: Tensor, splits: number): readonly Tensor[] => {
    const map = ancestors(splits);
    return Array.from({ length: copies }, (_, copy) => {
      return stack === undefined
        ? new Tensor(like.shape, new Float32Array(like.size))
        : clone(copyAt(stack, map?.[copy] ?? copy));
    });
  };
  const relevanceOf = (name: string): readonly Tensor[] => {
    const entry = kept.get(name);
    return unstack(entry?.relevance, tape.value(name), entry?.splits ?? lineage.length);
  };
  return {
    copies,
    explained: explained.name,
    inputs: new Map(inputs.map((name) => [name, relevanceOf(name)])),
    layers: new Map(layers.map((name) => [name, relevanceOf(name)])),
  };
}

/** The copies `parents` of a stack, in memory of their own. */
function gather(stack: Tensor, parents: readonly number[]): Tensor {
  const out = empty([parents.length, ...stack.shape.slice(1)]);
  parents.forEach((parent, k) => {
    const { data, size } = copyAt(stack, parent);
    out.data.set(data, k * size);
  });
  return out;
}

/** Clears, in place, the samples of each copy that a concept restricts elsewhere. */
function without(name: string, stack: Tensor, samples: number, concept: Split["concept"]): Tensor {
  for (let k = 0; k < stack.shape[0]!; k++) {
    const copy = copyAt(stack, k);
    const dropped = Array.from({ length: samples }, (_, n) => concept(k, n) !== undefined);
    if (dropped.every(Boolean)) copy.data.fill(0);
    else if (dropped.some(Boolean)) {
      checkSamples(name, copy, samples);
      dropped.forEach((drop, n) => {
        if (drop) copy.rows(n, n + 1).data.fill(0);
      });
    }
  }
  return stack;
}

/** Restricts each sample of each copy, in place, to its concept. */
function restricted(stack: Tensor, value: Tensor, concept: Split["concept"], layout: Layout | undefined): Tensor {
  const [samples] = value.shape as [number, ...number[]];
  for (let k = 0; k < stack.shape[0]!; k++) {
    const copy = copyAt(stack, k);
    for (let n = 0; n < samples; n++) {
      const chosen = concept(k, n);
      if (chosen === undefined) continue;
      const row = copy.rows(n, n + 1);
      if (typeof chosen === "object" && "at" in chosen) {
        row.data.set(restrictTo(chosen, row.reshape(row.shape.slice(1)), value).data);
        continue;
      }
      const [relevance, activation] = [row, value.rows(n, n + 1)].map((x) => toChannelsFirst(x, layout));
      const shape = relevance!.shape.slice(1);
      const kept = restrictTo(chosen, relevance!.reshape(shape), activation!.reshape(shape));
      row.data.set(fromChannelsFirst(kept.reshape(relevance!.shape), layout).data);
    }
  }
  return stack;
}

/** Concepts belong to samples, so a node's first axis has to be theirs. */
export function checkSamples(name: string, { shape }: Tensor, samples: number): void {
  if (shape[0] === samples) return;
  const got = formatShape(shape);
  throw new RangeError(`concepts: take nodes whose first axis is the batch, here ${samples}, got "${name}" of ${got}`);
}
