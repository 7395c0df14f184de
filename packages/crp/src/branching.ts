/**
 * A backward pass that splits: at some nodes every copy of the relevance becomes one or several, each restricted to
 * its own concept. What lies above a split is propagated once, whatever the number of concepts below.
 */
import { stackShape, type LRP, type Tape } from "@relprop/lrp";
import { clone, empty, Tensor } from "@relprop/tensor";
import { restrictTo, type Concept } from "./concept.ts";

/** What becomes of the copies at a node. */
export interface Split {
  /** Per new copy, the copy it comes from. */
  readonly parents: readonly number[];
  /** The concept that copy `k` of sample `n` is restricted to; `undefined` leaves it as it is. */
  readonly concept: (k: number, n: number) => Concept | undefined;
}

/** Decides a split when the relevance of the node, `[K · N, …]`, is known. */
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
  /** The relevance of the first input, one tensor per copy. */
  readonly relevance: readonly Tensor[];
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
  const wanted = new Set(layers);
  const kept = new Map<string, { readonly relevance: Tensor; readonly splits: number }>();
  const lineage: (readonly number[])[] = [];
  const arrived = lrp.backward(tape, start, {
    visit: (name, relevance) => {
      if (wanted.has(name)) kept.set(name, { relevance, splits: lineage.length });
    },
    mask: (name, relevance, pending) => {
      const splitter = splitters.get(name);
      if (splitter === undefined) return relevance;
      const value = tape.value(name);
      const { parents, concept } = splitter(relevance);
      lineage.push(parents);
      const batch = value.shape[0]!;
      for (const [other, stack] of pending) {
        pending.set(other, gather(stack, batch, parents, (k, n) => excludeParallel && concept(k, n) !== undefined));
      }
      return restricted(gather(relevance, batch, parents), value, parents.length, concept);
    },
  });
  const ancestors = (splits: number): readonly number[] | undefined =>
    lineage.slice(splits).reduceRight<readonly number[] | undefined>(
      (below, parents) => (below === undefined ? parents : below.map((k) => parents[k]!)),
      undefined,
    );
  const first = tape.inputs[0]!;
  const copies = lineage.at(-1)?.length ?? [...start.values()][0]!.shape[0]! / Math.max(1, first.shape[0]!);
  const unstack = (stack: Tensor | undefined, like: Tensor, splits: number): readonly Tensor[] => {
    const map = ancestors(splits);
    return Array.from({ length: copies }, (_, copy) => {
      const k = map?.[copy] ?? copy;
      const data = stack?.data.subarray(k * like.size, (k + 1) * like.size);
      return data === undefined
        ? new Tensor(like.shape, new Float32Array(like.size))
        : clone(new Tensor(like.shape, data));
    });
  };
  return {
    copies,
    relevance: unstack(arrived[0], first, lineage.length),
    layers: new Map(layers.map((name) => {
      const entry = kept.get(name);
      return [name, unstack(entry?.relevance, tape.value(name), entry?.splits ?? lineage.length)];
    })),
  };
}

/** The copies `parents` of a stack, zero where `dropped` says so. */
function gather(
  stack: Tensor, batch: number, parents: readonly number[], dropped: (k: number, n: number) => boolean = () => false,
): Tensor {
  const [, ...rest] = stack.shape;
  const out = empty(stackShape([batch, ...rest], parents.length));
  const row = out.size / Math.max(1, parents.length * batch);
  parents.forEach((parent, k) => {
    for (let n = 0; n < batch; n++) {
      const to = out.data.subarray((k * batch + n) * row, (k * batch + n + 1) * row);
      if (dropped(k, n)) to.fill(0);
      else to.set(stack.data.subarray((parent * batch + n) * row, (parent * batch + n + 1) * row));
    }
  });
  return out;
}

/** Restricts each row of a stack, in place, to its concept. */
function restricted(stack: Tensor, value: Tensor, copies: number, concept: Split["concept"]): Tensor {
  const [batch, ...shape] = value.shape as [number, ...number[]];
  const row = value.size / Math.max(1, batch);
  for (let k = 0; k < copies; k++) {
    for (let n = 0; n < batch; n++) {
      const chosen = concept(k, n);
      if (chosen === undefined) continue;
      const at = (k * batch + n) * row;
      const relevance = new Tensor(shape, stack.data.subarray(at, at + row));
      const activation = new Tensor(shape, value.data.subarray(n * row, (n + 1) * row));
      stack.data.set(restrictTo(chosen, relevance, activation).data, at);
    }
  }
  return stack;
}
