/** One group of samples that are explained alike: what it hangs on. */
import type { Model } from "@relprop/layers";
import { samplesAtOnce } from "@relprop/lrp";
import {
  argmax, batched, breathe, sharedArena, Tensor, untilAborted, type AbortSignalLike, type Layout,
} from "@relprop/tensor";
import { boxesOf } from "../clusters/pooled-relevance.ts";
import { constant, mean } from "../impute/fills.ts";
import { randomFor, shuffled } from "../draw/random.ts";
import { MaskedModel } from "../run/masked-model.ts";
import { leastShare, meanOf } from "../result/interval.ts";
import type { AuditData } from "./audit-data.ts";

/** A cluster, and what was found out about it. */
export interface ExaminedCluster {
  readonly label: number;
  /** The numbers of its samples. */
  readonly members: readonly number[];
  /** The member that is most like all of them. */
  readonly prototype: number;
  /** Mean relevance of its members, pooled (of texts by token), each divided by its length. */
  readonly mean: Float64Array;
  /** The fewest boxes of `mean`, or token ids, that hold half of what speaks for the class. */
  readonly region: readonly number[];
  /** The part of all boxes that they are, or of the words of members. */
  readonly area: number;
  /** The mean probability of the class for its members; `undefined` where it was not examined. */
  readonly before: number | undefined;
  /** The same with what samples of other classes have in the region and around it. */
  readonly without: number | undefined;
  /** Share of samples of other classes that are called by this one when members' regions are put into them. */
  readonly transplanted: number | undefined;
  /** Whether a small region decides by itself: most others follow it, as far as those that were tried tell. */
  readonly suspicious: boolean;
}

/** A region that is larger is part of what a class is. */
const SMALL = 0.1;
/** More than so many of other classes must follow the region. */
const DECIDES = 0.5;
/**
 * So many members are looked at without it, so many others with it, from so many members. What happens to be in the
 * prototype may look like a class once; a shortcut is in every member.
 */
const [MEMBERS, OTHERS, DONORS] = [16, 48, 4];

/** The samples of a cluster. */
export interface ExaminedGroup {
  readonly label: number;
  readonly members: readonly number[];
  readonly prototype: number;
}

interface Setting {
  /** Pooled relevance of the members. */
  readonly vectors: readonly Float64Array[];
  /** Samples of other classes. */
  readonly others: readonly number[];
  readonly layout: Layout | undefined;
  readonly seed: number;
  readonly least: number;
  readonly signal: AbortSignalLike | undefined;
}

/** Finds the region of a group, takes it from members, and puts it into samples of other classes. */
export async function examine(
  model: Model, data: AuditData, group: ExaminedGroup, setting: Setting,
): Promise<ExaminedCluster> {
  const { vectors, others, layout, seed, least, signal } = setting;
  const average = meanVector(vectors);
  const region = halfOf(average);
  const area = region.length / average.length;
  const nothing = { before: undefined, without: undefined, transplanted: undefined, suspicious: false };
  if (group.members.length < least || region.length === 0) return { ...group, mean: average, region, area, ...nothing };
  const read = async (id: number): Promise<Tensor> => {
    await breathe(signal);
    return untilAborted(Promise.resolve(data.read(id)), signal);
  };
  const prototype = await read(group.prototype);
  const boxes = boxesOf(prototype, layout);
  const within = (chosen: readonly number[]): Uint8Array => {
    const these = new Set(chosen);
    return Uint8Array.from(boxes, (box) => Number(these.has(box)));
  };
  const mask = within(region);
  // What is taken away is taken with what lies around it: its rest would do.
  const around = within(withNeighbours(region, average.length, prototype.shape.length));
  const chosen = (from: readonly number[], count: number, what: string): readonly number[] =>
    Array.from(shuffled(from.length, randomFor(seed, group.prototype, what)).subarray(0, count), (i) => from[i]!);

  const changes: { readonly before: number; readonly without: number }[] = [];
  const units = { name: "region", count: 1, of: Int32Array.from(around, (is) => is - 1) };
  const lenders = chosen(others, MEMBERS, "lenders");
  for (const [i, id] of chosen(group.members, MEMBERS, "members").entries()) {
    const input = await read(id);
    // A plain colour could be taken for what stood there; what others have there cannot.
    const lender = lenders.length === 0 ? undefined : await read(lenders[i % lenders.length]!);
    const imputer = lender?.size === input.size ? constant(lender) : mean();
    const sample = { id, input, target: group.label };
    const masked = new MaskedModel("audit", model, sample, { units: () => units, imputer, ...(layout && { layout }) });
    const [without] = masked.outcomes(1, () => Uint8Array.of(1));
    changes.push({ before: masked.whole.score, without: without!.score });
  }
  const donors = [prototype];
  for (const id of chosen(group.members.filter((each) => each !== group.prototype), DONORS - 1, "donors")) {
    const donor = await read(id);
    if (donor.size === mask.length) donors.push(donor);
  }
  const into: Tensor[] = [];
  for (const id of chosen(others, OTHERS, "others")) {
    const { shape, data: values } = await read(id);
    if (values.length !== mask.length) continue;
    const donor = donors[into.length % donors.length]!;
    into.push(new Tensor(shape, values.map((value, i) => (mask[i] === 1 ? donor.data[i]! : value))));
  }
  const count = into.length === 0 ? 0 : followers(model, into, group.label);
  return {
    ...group, mean: average, region, area,
    before: meanOf(changes.map(({ before }) => before)),
    without: meanOf(changes.map(({ without }) => without)),
    transplanted: into.length === 0 ? undefined : count / into.length,
    suspicious: area <= SMALL && leastShare(count, into.length) > DECIDES,
  };
}

function followers(model: Model, inputs: readonly Tensor[], label: number): number {
  const together = samplesAtOnce("audit", model, [inputs[0]!]);
  let count = 0;
  for (let from = 0; from < inputs.length; from += together) {
    const some = inputs.slice(from, from + together);
    sharedArena().run(() => {
      const output = model.forward(some.length === 1 ? some[0]! : batched(some))[0]!;
      const size = output.size / some.length;
      some.forEach((_, i) => {
        if (argmax(output.data, i * size, (i + 1) * size) - i * size === label) count++;
      });
    });
  }
  return count;
}

/** The mean of vectors, each divided by its length. */
export function meanVector(vectors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) {
    const size = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
    vector.forEach((value, i) => {
      mean[i]! += value / size / vectors.length;
    });
  }
  return mean;
}

/** Boxes with those beside them, where they are those of a square picture; a row of features has no neighbours. */
function withNeighbours(region: readonly number[], boxes: number, rank: number): readonly number[] {
  const side = Math.round(Math.sqrt(boxes));
  if (rank !== 4 || side * side !== boxes) return region;
  const steps = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => [down, right] as const));
  return region.flatMap((box) => steps.flatMap(([down, right]) => {
    const [row, column] = [Math.floor(box / side) + down, (box % side) + right];
    return row < 0 || column < 0 || row >= side || column >= side ? [] : [row * side + column];
  }));
}

/** The fewest elements that hold half of all that is above 0, largest first. */
export function halfOf(mean: Float64Array): readonly number[] {
  const order = Array.from(mean.keys()).filter((i) => mean[i]! > 0).sort((a, b) => mean[b]! - mean[a]!);
  const total = order.reduce((sum, i) => sum + mean[i]!, 0);
  let held = 0;
  const found: number[] = [];
  for (const i of order) {
    if (held >= total / 2) break;
    held += mean[i]!;
    found.push(i);
  }
  return found;
}
