/** Statistics over a data set: values that merge in any order, and agree with counting by hand. */
import fc from "fast-check";
import { chain, Conv, Dense, Flatten, relu } from "@relprop/layers";
import { LRP, zPlus } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  channelRelevance, collect, compareReferences, ConceptStatistics, mergeReferences, SampleSet, statisticsFromBytes,
  StatisticsFormatError, statisticsToBytes, unitsOf, valueOf, withReference, type ChannelStatistics,
  type CollectOptions, type Reference, type Sample,
} from "@relprop/crp";
import { seeded } from "./random.ts";

const filled = seeded(3);

const float = fc.float({ noNaN: true, noDefaultInfinity: true });

describe("exact sums", () => {
  test("give back every float", () => {
    fc.assert(fc.property(float, (x) => valueOf(unitsOf(x)) === x || x === 0));
  });

  test("do not depend on the order, unlike floating point", () => {
    const [big, small] = [Math.fround(1e30), Math.fround(1e-30)];
    expect(valueOf(unitsOf(big) + unitsOf(small) - unitsOf(big))).toBe(small);
  });

  test("agree with doubles where those are exact", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 50 }), (numbers) => {
      const units = numbers.reduce((sum, x) => sum + unitsOf(x), 0n);
      return valueOf(units) === numbers.reduce((a, b) => a + b, 0);
    }));
  });
});

test("the double nearest to a sum is found where the last of many bits decides", () => {
  // A half of the last place of 2¹⁰⁰ as a double is rounded to even, down; a half and a bit is rounded up.
  expect(valueOf(2n ** 100n + 2n ** 47n)).toBe(2 ** (100 - 149));
  expect(valueOf(2n ** 100n + 2n ** 47n + 1n)).toBe((2 ** 100 + 2 ** 48) * 2 ** -149);
  expect(valueOf(-(2n ** 100n + 2n ** 47n + 1n))).toBe(-(2 ** 100 + 2 ** 48) * 2 ** -149);
});

test("of references that are as strong, the lower sample comes first, then the lower position", () => {
  const places = [[3, 1], [3, 2], [7, 0]] as const;
  const [a, b, c] = places.map(([sample, position]) => ({ value: 1, sample, position }));
  const strongest = { value: 2, sample: 9, position: 9 };
  expect([c!, b!, strongest, a!].sort(compareReferences)).toEqual([strongest, a, b, c]);
  expect(mergeReferences([a!, c!], [strongest, b!], 3)).toEqual([strongest, a, b]);
  expect([c!, b!, a!].reduce<readonly Reference[]>((kept, one) => withReference(kept, one, 2), [])).toEqual([a, b]);
});

describe("a pass over samples", () => {
  const lrp = new LRP(chain(new Dense(filled(2, 3)), relu));
  const inputs = [1, NaN, 2].map((x, id): Sample => ({ id, input: new Tensor([1, 3], Float32Array.of(x, 1, 1)) }));
  const options = { nodes: ["0"] };

  const last = async (given: CollectOptions): Promise<ConceptStatistics | undefined> => {
    let statistics: ConceptStatistics | undefined;
    for await (statistics of collect(lrp, inputs, given)) void statistics;
    return statistics;
  };

  test("says which sample cannot be used, or tells of it and goes on", async () => {
    await expect(last(options)).rejects.toThrow(/^collect: sample 1: /);
    const failed: number[] = [];
    const statistics = await last({ ...options, failed: ({ id }) => failed.push(id) });
    expect([failed, statistics!.samples.ranges]).toEqual([[1], [[0, 0], [2, 2]]]);
  });

  test("ends by its signal, also while a sample is waited for", async () => {
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      reason: new Error("closed"),
      addEventListener: (_: "abort", listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: "abort", listener: () => void) => void listeners.delete(listener),
    };
    async function* stalling(): AsyncGenerator<Sample> {
      yield inputs[0]!;
      await new Promise<never>(() => undefined);
    }
    const pass = collect(lrp, stalling(), { ...options, signal });
    expect((await pass.next()).value?.samples.size).toBe(1);
    const waiting = pass.next();
    while (listeners.size === 0) await Promise.resolve();
    for (const listener of listeners) listener();
    await expect(waiting).rejects.toThrow("closed");
  });
});

describe("sample sets", () => {
  test("hold what sets of numbers hold", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(60)), fc.nat(60), (ids, probe) => {
      const set = ids.reduce((all, id) => all.union(SampleSet.of([[id, id]])), SampleSet.empty);
      return set.size === ids.length && set.has(probe) === ids.includes(probe);
    }));
  });

  test("refuse a sample that is there already", () => {
    expect(() => SampleSet.of([[0, 4]]).union(SampleSet.of([[4, 6]]))).toThrow("takes each sample once, got 4 twice");
  });
});

const observation = fc.record({
  label: fc.nat(2),
  values: fc.array(float, { minLength: 3, maxLength: 3 }),
  positions: fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }),
});

function statisticsOf(
  rows: readonly (readonly [id: number, { label: number; values: number[]; positions: number[] }])[],
): ConceptStatistics {
  const empty = new ConceptStatistics({ nodes: { conv: 3 }, top: 2, about: { model: "π" } });
  return rows.reduce((all, [id, { label, values, positions }]) =>
    all.observe(id, label, [{ node: "conv", quantity: "relevance", values, positions }]), empty);
}

describe("merging", () => {
  const shards = fc.array(fc.tuple(observation, fc.nat(2)), { maxLength: 12 });

  test("is associative and commutative, and equals one pass, to the last bit", () => {
    fc.assert(fc.property(shards, (rows) => {
      const numbered = rows.map(([row, shard], id) => [id, row, shard] as const);
      const [a, b, c] = [0, 1, 2].map(
        (shard) => statisticsOf(numbered.filter((row) => row[2] === shard).map(([id, row]) => [id, row])),
      );
      const whole = statisticsToBytes(statisticsOf(numbered.map(([id, row]) => [id, row]))).join();
      for (const merged of [a!.merge(b!).merge(c!), a!.merge(b!.merge(c!)), c!.merge(a!).merge(b!)]) {
        expect(statisticsToBytes(merged).join() === whole).toBe(true);
      }
    }));
  });

  test("refuses statistics of other nodes and samples that were counted", () => {
    const one = statisticsOf([[4, { label: 0, values: [1, 2, 3], positions: [0, 0, 0] }]]);
    expect(() => one.merge(one)).toThrow("takes each sample once, got 4 twice");
    expect(() => one.merge(new ConceptStatistics({ nodes: { fc: 3 }, top: 2 }))).toThrow(
      "takes statistics of top 2 of conv (3), model π, got top 2 of fc (3)",
    );
  });
});

describe("bytes", () => {
  const bytes = statisticsToBytes(statisticsOf([[0, { label: 1, values: [1.5, -2, 0], positions: [3, 0, 1] }]]));

  test("give back equal statistics", () => {
    expect(statisticsToBytes(statisticsFromBytes(bytes))).toEqual(bytes);
  });

  test("keep which samples were seen, with gaps", () => {
    const row = { label: 1, values: [1.5, -2, 0], positions: [3, 0, 1] };
    const { samples } = statisticsFromBytes(statisticsToBytes(statisticsOf([[0, row], [1, row], [5, row]])));
    expect(samples.ranges).toEqual([[0, 1], [5, 5]]);
  });

  test("of another version, or with more references than are kept, are refused", () => {
    const text = String.fromCharCode(...bytes);
    const rewritten = (old: string, instead: string): Uint8Array => {
      expect(text.split(old)).toHaveLength(2);
      return Uint8Array.from(text.replace(old, instead), (character) => character.charCodeAt(0));
    };
    expect(() => statisticsFromBytes(rewritten('"version":1', '"version":2'))).toThrow("takes version 1, got 2");
    expect(() => statisticsFromBytes(rewritten('"top":2', '"top":0'))).toThrow("takes at most 0 references, got 1");
  });

  test("claim no more than they have reason to", () => {
    const file = (parts: object): Uint8Array => Uint8Array.from(JSON.stringify({
      format: "relprop concept statistics", version: 1, top: 3, nodes: [["n", 2]], about: [], samples: [[0, 1]],
      tables: [], ...parts,
    }), (character) => character.charCodeAt(0));
    const table = (position: number): readonly unknown[] =>
      ["n relevance -1", [[1, "1", [[1, 0, position]]], [1, "1", []]]];
    expect(statisticsFromBytes(file({})).channels("n", "relevance")).toHaveLength(2);
    expect(statisticsFromBytes(file({ tables: [table(2 ** 32 - 1)] })).channels("n", "relevance")).toHaveLength(2);
    const refused: readonly (readonly [object, string])[] = [
      [{ nodes: [["n", 2 ** 32]] }, "takes at most 65536 channels of a node without a table, got 4294967296"],
      [{ nodes: [["n", 2], ["n", 2]] }, "takes each node once"],
      [{ tables: [table(1), table(1)] }, "takes each table once"],
      [{ tables: [table(9e15)] }, "takes a whole number from 0 to 4294967295 for a position, got 9000000000000000"],
    ];
    for (const [parts, message] of refused) expect(() => statisticsFromBytes(file(parts))).toThrow(message);
  });

  test("that were cut or changed are statistics or a StatisticsFormatError, nothing else", () => {
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
      const changed = cut ? bytes.slice(0, at) : bytes.with(at, value);
      try {
        statisticsFromBytes(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(StatisticsFormatError);
      }
    }), { numRuns: 2000 });
  });
});

describe("a collection", () => {
  const model = chain(
    { conv: new Conv(filled(4, 1, 3, 3)), act: relu, out: chain(new Flatten(), new Dense(filled(3, 4 * 16))) },
  );
  const lrp = new LRP(model, zPlus());
  const samples: readonly Sample[] = Array.from({ length: 20 }, (_, id) => ({ id, input: filled(1, 1, 6, 6) }));
  const options = { nodes: ["conv", "act"], top: 3 };

  async function last(from?: ConceptStatistics, list: readonly Sample[] = samples): Promise<ConceptStatistics> {
    let statistics = from;
    const settings = { ...options, ...(statistics && { from: statistics }) };
    for await (const next of collect(lrp, list, settings)) statistics = next;
    return statistics!;
  }

  test("equals a naive double loop", async () => {
    const statistics = await last();
    for (let c = 0; c < 4; c++) {
      const rows = samples.map(({ id, input }) => {
        const { layers, target } = lrp.analyze(input, { layers: ["conv"], start: "value" });
        const relevance = layers.get("conv")!;
        const plane = relevance.data.subarray(16 * c, 16 * (c + 1));
        const position = plane.indexOf(Math.max(...plane));
        return { id, label: target![0]!, position, value: channelRelevance(relevance).data[c]! };
      });
      for (const label of [-1, ...statistics.classes]) {
        const mine = rows.filter((row) => label < 0 || row.label === label);
        const channel = statistics.channels("conv", "relevance", label)[c]!;
        const best = mine.toSorted((a, b) => b.value - a.value || a.id - b.id).slice(0, 3);
        expect(channel.references).toEqual(best.map(({ id, value, position }) => ({ sample: id, value, position })));
        expect(channel.count).toBe(mine.length);
        expect(channel.mean).toBeCloseTo(mine.reduce((sum, { value }) => sum + value, 0) / mine.length, 12);
      }
    }
  });

  test("has the classes that samples are labelled with", async () => {
    const labelled = samples.map((sample) => ({ ...sample, label: 10 + (sample.id % 2) }));
    const statistics = await last(undefined, labelled);
    expect(statistics.classes).toEqual([10, 11]);
    const [{ references }] = statistics.channels("conv", "relevance", 11) as [ChannelStatistics];
    expect(references.map(({ sample }) => sample % 2)).toEqual([1, 1, 1]);
  });

  test("that was interrupted anywhere goes on to the same bytes", async () => {
    const whole = statisticsToBytes(await last());
    for (const cut of [1, 7, 19]) {
      const half = statisticsFromBytes(statisticsToBytes(await last(undefined, samples.slice(0, cut))));
      expect(statisticsToBytes(await last(half))).toEqual(whole);
    }
  });

  test("goes on only from statistics of the same thing", async () => {
    const half = await last(undefined, samples.slice(0, 7));
    const again = (other: Partial<CollectOptions>): Promise<unknown> =>
      collect(lrp, samples, { ...options, from: half, ...other }).next();
    await expect(again({ top: 4 })).rejects.toThrow("takes statistics of top 4 of act (4), conv (4), got top 3 of");
    await expect(again({ nodes: ["conv"] })).rejects.toThrow("takes statistics of top 3 of conv (4), got top 3 of act");
    await expect(again({ about: { by: "max" } })).rejects.toThrow("conv (4), by max, got top 3 of act (4), conv (4)");
  });

  test("with normalize counts every sample alike", async () => {
    let shares: ConceptStatistics | undefined;
    for await (shares of collect(lrp, samples, { ...options, by: "absSum", normalize: true })) void shares;
    const means = shares!.channels("conv", "relevance").map(({ mean }) => mean);
    expect(means.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });

  test("stops below the lowest node it needs", async () => {
    const visited: string[] = [];
    const spy = new LRP(
      chain({ a: new Conv(filled(2, 1, 3, 3)), b: relu, c: chain(new Flatten(), new Dense(filled(2, 32))) }), zPlus(),
    );
    const backward = spy.backward.bind(spy);
    spy.backward = (tape, start, walkOptions) => backward(tape, start, { ...walkOptions, visit: (name, relevance) => {
      visited.push(name);
      walkOptions?.visit?.(name, relevance);
    } });
    for await (const _ of collect(spy, [{ id: 0, input: filled(1, 1, 6, 6) }], { nodes: ["b"] })) void _;
    expect(visited).toEqual(["c.1", "c.0", "b"]);
  });
});
