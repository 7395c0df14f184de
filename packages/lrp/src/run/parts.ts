/** A forward pass that is too large to be kept: its values are made again, a part of the steps at a time. */
import { slotsOf, type LoweredModel, type Model } from "@relprop/layers";
import { sizeOf, type Value } from "@relprop/tensor";
import { giveBackOnce, madeBy } from "./endings.ts";
import type { LargePasses } from "./passes.ts";
import { carriesRelevance, namesOf, recorder, valueOf, type Tape, type TapeStep } from "./tape.ts";

/** Parts of a pass, at most: one is little then, and so is what lies between them. */
const COUNT = 16;

/**
 * What an analyzer is given to explain networks whose values take too much memory, `{ large: inParts() }`: where a
 * forward pass has more than `most` elements, 2^28 by default (1 GiB), few of its values are kept, and the others are
 * made again on the way back, part by part. That is the same to the last bit, in a small part of the memory, for one
 * more forward pass. Throws a `RangeError` for a `most` that is no number >= 0.
 */
export function inParts(most: number = 2 ** 28): LargePasses {
  if (!(typeof most === "number" && most >= 0)) throw new RangeError(`inParts: takes a number >= 0, got ${most}`);
  return (model, inputs) => {
    const lowered = model.lower(...inputs);
    return lowered.elements > most ? recordInParts(model, lowered, inputs) : undefined;
  };
}

/** Runs the model forward; a step's values are there while one of its part was asked for last. */
function recordInParts(model: Model, lowered: LoweredModel, inputs: readonly Value[]): Tape {
  const { steps } = lowered;
  const slots = lowered.slots(inputs);
  const names = namesOf(model);
  const record = recorder(model, slots);
  const lastReads = new Map(steps.flatMap((step, i) => slotsOf(step).map((slot) => [slot, i])));
  for (const name of model.outputs) lastReads.set(lowered.slotOf(name)!, steps.length);
  const starts = cuts(lowered, lastReads);
  const partOf = (i: number): number => starts.findLastIndex((start) => start <= i);
  const outlives = (slot: number, part: number): boolean => lastReads.get(slot)! >= (starts[part + 1] ?? steps.length);
  /** What is there, by place among all steps. */
  const recorded = new Map<number, TapeStep>();
  let [there, isHeld] = [-1, false];

  /** Gives back what the steps of a part made, but what is read after it where that is kept. */
  const leave = (part: number, keeps: boolean): void => {
    const over = Array.from(recorded.values(), ({ seen }) => madeBy(seen));
    recorded.clear();
    for (const { writes } of part < 0 ? [] : steps.slice(starts[part], starts[part + 1])) {
      if (keeps && outlives(writes, part)) continue;
      over.push(arraysOf(slots[writes]));
      slots[writes] = undefined;
    }
    if (!isHeld) giveBackOnce(over.flat(), slots.flatMap(arraysOf));
  };
  const go = (part: number): void => {
    if (part === there) return;
    leave(there, true);
    // What outlived this part is made anew.
    leave(part, false);
    [there, isHeld] = [part, false];
    for (let i = starts[part]!; i < (starts[part + 1] ?? steps.length); i++) {
      const step = record(steps[i]!);
      if (step !== undefined) recorded.set(i, step);
    }
  };
  const asked = (i: number): TapeStep => {
    go(partOf(i));
    return recorded.get(i)!;
  };
  starts.forEach((_, part) => go(part));
  const places = steps.flatMap((step, i) => (carriesRelevance(step) ? [i] : []));
  return {
    model,
    inputs,
    steps: places.map((i) => ({
      node: steps[i]!.node,
      reads: steps[i]!.reads.map((slot) => names[slot]!),
      get layer() {
        return asked(i).layer;
      },
      get isBound() {
        return asked(i).isBound;
      },
      get seen() {
        return asked(i).seen;
      },
    })),
    value: valueOf(lowered, slots),
    hold: () => {
      isHeld = true;
    },
  };
}

function arraysOf(value: Value | undefined): readonly Float32Array[] {
  return value?.data instanceof Float32Array ? [value.data] : [];
}

/** Where parts begin: where enough was made since the last, and little of what was made is read further on. */
function cuts({ steps, shapes, elements }: LoweredModel, lastReads: ReadonlyMap<number, number>): readonly number[] {
  const sizes = steps.map(({ node }) => sizeOf(shapes.get(node.name) ?? []));
  const over = sizes.map(() => 0);
  steps.forEach(({ writes }, i) => {
    const last = lastReads.get(writes) ?? i;
    if (last < steps.length) over[last]! += sizes[i]!;
  });
  let [since, between] = [0, 0];
  const found = steps.slice(1).flatMap((_, i) => {
    since += sizes[i]!;
    between += sizes[i]! - over[i]!;
    if (since * COUNT < elements || 4 * between > since) return [];
    since = 0;
    return [i + 1];
  });
  return [0, ...found];
}
