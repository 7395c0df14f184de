/** Conditions on several nodes at once, organised so that what they share is propagated once. */
import { onlyCopy, startAt, type StartValue, type Tape, type Target } from "@relprop/lrp";
import { empty, formatShape, zeros, type Tensor } from "@relprop/tensor";
import type { Splitter } from "./branching.ts";
import type { Concept } from "./concept.ts";

/** Follow only relevance that passes every one of these nodes through the given concept (AND over nodes). */
export interface Condition {
  /** The concept per node name; a list of channels means any of them (OR). */
  readonly nodes?: Readonly<Record<string, Concept>>;
  /** What is explained; the target of the analysis by default. */
  readonly target?: Target;
}

/** Every condition with every sample, or the i-th condition with the i-th sample. */
export type Pairing = "product" | "zip";

/** Where a conditional pass starts, how it splits, and which copy belongs to which condition. */
export interface ConditionPlan {
  /** `[K, …output]` */
  readonly start: Tensor;
  readonly splitters: ReadonlyMap<string, Splitter>;
  /** Per condition, the copy that holds it in the end. */
  readonly copyOf: readonly number[];
}

/** What `planConditions` needs to know besides the conditions. */
export interface PlanSettings {
  /** The target of conditions that name none; `undefined` starts from the value of `output` itself. */
  readonly target: Target | undefined;
  readonly from: StartValue;
  /** The node (or output) relevance starts at. */
  readonly output: string;
}

/** Groups conditions by what they share from the output down. */
export function planConditions(tape: Tape, conditions: readonly Condition[], settings: PlanSettings): ConditionPlan {
  const value = tape.value(settings.output);
  const layout = tape.model.layout(settings.output);
  const begin = (target: Target | undefined): Tensor =>
    (target === undefined ? value : startAt(value, target, settings.from, layout).relevance);
  const targets = conditions.map((condition) => condition.target ?? settings.target);
  let groups = group(targets.map((target) => keyOf(target)));
  const start = stack(groups.firsts.map((i) => begin(targets[i])), value);
  const splitters = new Map<string, Splitter>();
  for (const name of conditionedNodes(tape, conditions)) {
    const concepts = conditions.map((condition) => condition.nodes?.[name]);
    const above = groups.of;
    const below = group(concepts.map((concept, i) => `${above[i]} ${keyOf(concept)}`));
    const split = { parents: below.firsts.map((i) => above[i]!), concept: (k: number) => concepts[below.firsts[k]!] };
    splitters.set(name, () => split);
    groups = below;
  }
  return { start, splitters, copyOf: groups.of };
}

/** The i-th condition for the i-th sample: one copy, every row with its own target and concepts. */
export function planPairs(tape: Tape, conditions: readonly Condition[], settings: PlanSettings): ConditionPlan {
  const value = tape.value(settings.output);
  if (value.shape[0] !== conditions.length) {
    const got = formatShape(value.shape);
    throw new RangeError(`analyze: takes a start whose first axis is the batch to pair conditions with, got ${got}`);
  }
  const start = zeros(value.shape);
  const row = value.size / Math.max(1, conditions.length);
  conditions.forEach((condition, n) => {
    const sample = value.rows(n, n + 1);
    const target = condition.target ?? settings.target;
    const begin = target === undefined
      ? sample
      : startAt(sample, target, settings.from, tape.model.layout(settings.output)).relevance;
    start.data.set(begin.data, n * row);
  });
  const splitters = new Map<string, Splitter>();
  for (const name of conditionedNodes(tape, conditions)) {
    const split = { parents: [0], concept: (_: number, n: number) => conditions[n]!.nodes?.[name] };
    splitters.set(name, () => split);
  }
  return { start: onlyCopy(start), splitters, copyOf: conditions.map(() => 0) };
}

/** Every node some condition names, from the output down. */
function conditionedNodes(tape: Tape, conditions: readonly Condition[]): readonly string[] {
  const names = new Set(conditions.flatMap(({ nodes }) => Object.keys(nodes ?? {})));
  for (const name of names) tape.model.node(name);
  return tape.model.nodes.map((node) => node.name).filter((name) => names.has(name)).reverse();
}

/** Equal keys share a group; groups are numbered by first appearance. */
function group(keys: readonly string[]): { readonly of: readonly number[]; readonly firsts: readonly number[] } {
  const numbers = new Map<string, number>();
  const firsts: number[] = [];
  const of = keys.map((key, i) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, firsts.length);
    return firsts.push(i) - 1;
  });
  return { of, firsts };
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** A string that is equal for equal plain values and for the same tensor. */
function keyOf(value: Target | Concept | undefined): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !("data" in part)) return part;
    if (!identities.has(part)) identities.set(part, nextIdentity++);
    return `#${identities.get(part)}`;
  }) ?? "";
}

function stack(starts: readonly Tensor[], value: Tensor): Tensor {
  const out = empty([starts.length, ...value.shape]);
  starts.forEach((start, k) => out.data.set(start.data, k * value.size));
  return out;
}
