/**
 * The backward pass: relevance runs through the graph against its direction and adds up where activations fanned out.
 */
import { called, isTraceable, sum, type Tensor } from "@relprop/tensor";
import { openAccount, type Account } from "../report/account.ts";
import { addStacks, checkStack, copyAt } from "./copies.ts";
import type { Propagation } from "../rules/rule.ts";
import { liesIn, type Endings } from "./endings.ts";
import type { Tape, TapeStep } from "./tape.ts";

/** What a backward pass is told besides where it starts. */
export interface WalkOptions {
  /** Called with the relevance of every node's output (and every input's) once it is complete. */
  readonly visit?: (name: string, relevance: Tensor) => void;
  /**
   * Replaces the relevance of a node's output before it goes on. It may return other copies than it got, and then has
   * to do the same to all that is pending: relevance on its way to other nodes and inputs.
   */
  readonly mask?: (name: string, relevance: Tensor, pending: Map<string, Tensor>) => Tensor;
  /** Nodes whose relevance goes no further. */
  readonly stop?: ReadonlySet<string>;
  /** Called with where relevance went at each node. */
  readonly balance?: (name: string, flow: Flow) => void;
  /** Gives memory back that the pass needs no more, of where it starts too; what `visit` keeps is held. */
  readonly endings?: Endings | undefined;
}

/** Relevance in and out of one node, and what it kept; one number per copy. */
export interface Flow extends Account {
  readonly in: Float64Array;
  readonly out: Float64Array;
  /** What was sent to values that carry none. */
  readonly ended: Float64Array;
  /** What was sent to each value it read. */
  readonly sent: readonly Float64Array[];
}

/**
 * Sends relevance from where it starts (by name of node or input) down to the inputs, and returns what arrives at each
 * of them; `undefined` where nothing does. All of it are stacks of K copies, `[K, …value]`.
 */
export function walk(
  tape: Tape,
  propagationOf: (step: TapeStep) => Propagation,
  start: ReadonlyMap<string, Tensor>,
  options: WalkOptions = {},
): readonly (Tensor | undefined)[] {
  const { visit, mask, stop, balance, endings } = options;
  const { steps, model: { inputs } } = tape;
  const arrived = new Map<string, Tensor>(start);
  for (const [name, stack] of start) checkStack(`relevance of "${name}"`, stack, tape.value(name).shape);
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    const { node: { name }, layer: { kind }, reads, seen } = step;
    const complete = arrived.get(name);
    if (complete === undefined) continue;
    arrived.delete(name);
    visit?.(name, complete);
    const relevance = mask?.(name, complete, arrived) ?? complete;
    if (stop?.has(name) === true) continue;
    const account = balance && openAccount(relevance.shape[0]!);
    const propagation = propagationOf(step);
    const below = called(propagation)(seen, relevance, account);
    if (below.length !== reads.length) {
      throw new RangeError(`rule at "${name}" (${kind}): takes ${reads.length} results, got ${below.length}`);
    }
    below.forEach((stack, k) => {
      checkStack(`relevance from "${name}" (${kind})`, stack, seen.inputs[k]!.shape, relevance.shape[0]!);
    });
    if (account !== undefined) balance?.(name, flow(account, relevance, below, seen.carries));
    const passed = [relevance];
    reads.forEach((source, k) => {
      const [already, more] = [arrived.get(source), below[k]!];
      if (seen.carries[k] !== true) return void passed.push(more);
      arrived.set(source, already === undefined ? more : addStacks(already, more));
      if (already !== undefined) passed.push(already, more);
    });
    // Rules of others may have kept what they got and gave, and what was seen may be given as relevance.
    if (!isTraceable(propagation) || (endings !== undefined && liesIn(below, seen))) {
      endings?.stop();
      tape.hold?.();
    }
    endings?.after(step, passed, arrived.values());
  }
  for (const { name } of inputs) {
    const complete = arrived.get(name);
    if (complete !== undefined) visit?.(name, complete);
  }
  return inputs.map(({ name }) => arrived.get(name));
}

function flow(account: Account, relevance: Tensor, below: readonly Tensor[], carries: readonly boolean[]): Flow {
  const perCopy = (total: (k: number) => number): Float64Array =>
    Float64Array.from({ length: relevance.shape[0]! }, (_, k) => total(k));
  const sent = below.map((stack) => perCopy((k) => sum(copyAt(stack, k))));
  const through = (k: number, goesOn: boolean): number =>
    sent.reduce((total, each, i) => (carries[i] === goesOn ? total + each[k]! : total), 0);
  // Looked-up rows are read off where they stand: nothing goes further, and nothing is lost.
  const isSource = below.length === 0;
  const arrives = (k: number): number => sum(copyAt(relevance, k));
  return {
    ...account,
    in: perCopy(arrives),
    out: perCopy((k) => (isSource ? arrives(k) : through(k, true))),
    ended: perCopy((k) => through(k, false)),
    sent,
  };
}
