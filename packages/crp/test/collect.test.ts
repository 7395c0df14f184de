/** Passes over a data set: what is collected, whatever the batches, and how a pass ends or goes on. */
import { chain, Conv, Dense, Flatten, GlobalAvgPool, relu } from "@relprop/layers";
import { alphaBeta, LRP, zPlus, type Target } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  channelRelevance, collect, statisticsFromBytes, statisticsToBytes, type ChannelStatistics, type CollectOptions,
  type ConceptStatistics, type LabelledSample,
} from "@relprop/crp";
import { seeded } from "./random.ts";

const filled = seeded(3);

describe("a pass over samples", () => {
  const lrp = new LRP(chain(new Dense(filled(2, 3)), relu));
  const filledWith = (x: number): Tensor => new Tensor([1, 3], Float32Array.of(x, 1, 1));
  const inputs = [1, NaN, 2].map((x, id): LabelledSample => ({ id, input: filledWith(x) }));
  const options = { nodes: ["0"] };

  const last = async (given: CollectOptions): Promise<ConceptStatistics | undefined> => {
    let statistics: ConceptStatistics | undefined;
    for await (statistics of collect(lrp, inputs, given)) void statistics;
    return statistics;
  };

  test("says which sample cannot be used, or tells of it and goes on", async () => {
    await expect(last(options)).rejects.toThrow(/^collect: sample 1: /);
    for (const batch of [1, 2, 3]) {
      const failed: number[] = [];
      const statistics = await last({ ...options, batch, failed: ({ id }) => failed.push(id) });
      expect([failed, statistics!.samples.ranges]).toEqual([[1], [[0, 0], [2, 2]]]);
    }
  });

  test("ends by its signal, also while a sample is waited for", async () => {
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      reason: new Error("closed"),
      addEventListener: (_: "abort", listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: "abort", listener: () => void) => void listeners.delete(listener),
    };
    async function* stalling(): AsyncGenerator<LabelledSample> {
      yield inputs[0]!;
      await new Promise<never>(() => undefined);
    }
    const pass = collect(lrp, stalling(), { ...options, signal, batch: 1 });
    expect((await pass.next()).value?.samples.size).toBe(1);
    const waiting = pass.next();
    while (listeners.size === 0) await Promise.resolve();
    for (const listener of listeners) listener();
    await expect(waiting).rejects.toThrow("closed");
  });
});

describe("a collection", () => {
  const model = chain(
    { conv: new Conv(filled(4, 1, 3, 3)), act: relu, out: chain(new Flatten(), new Dense(filled(3, 4 * 16))) },
  );
  const lrp = new LRP(model, zPlus());
  const samples: readonly LabelledSample[] = Array.from({ length: 20 }, (_, id) => ({ id, input: filled(1, 1, 6, 6) }));
  const options = { nodes: ["conv", "act"], top: 3 };

  async function last(from?: ConceptStatistics, list: readonly LabelledSample[] = samples): Promise<ConceptStatistics> {
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

  test.each([NaN, 1.5, -1, "a", "1", null])("counts no sample whose label is %s", async (label) => {
    const given = label as never;
    const labelled = samples.slice(0, 3).map((sample) => (sample.id === 1 ? { ...sample, label: given } : sample));
    // An absent label is that of the output.
    if (label !== null) {
      await expect(last(undefined, labelled)).rejects.toThrow(
        `collect: sample 1: ConceptStatistics: takes a whole number >= 0 as label, got ${label}`,
      );
    }
    let statistics: ConceptStatistics | undefined;
    const left: number[] = [];
    const failed = ({ id }: LabelledSample): void => void left.push(id);
    for await (statistics of collect(lrp, labelled, { ...options, failed })) void statistics;
    expect(left).toEqual(label === null ? [] : [1]);
    expect(statisticsFromBytes(statisticsToBytes(statistics!)).samples.size).toBe(3 - left.length);
  });

  test("that was interrupted anywhere goes on to the same bytes", async () => {
    const whole = statisticsToBytes(await last());
    for (const cut of [1, 7, 19]) {
      const half = statisticsFromBytes(statisticsToBytes(await last(undefined, samples.slice(0, cut))));
      expect(statisticsToBytes(await last(half))).toEqual(whole);
    }
  });

  test("has the same bytes for any size of batch, and however samples are ordered", async () => {
    const wide = new LRP(chain({ conv: new Conv(filled(4, 1, 3, 3)), act: relu, pool: new GlobalAvgPool(),
      flat: new Flatten(), out: new Dense(filled(3, 4)) }), alphaBeta(2, 1));
    const list = samples.map((sample, i) => (i % 5 === 2 ? { ...sample, input: filled(1, 1, 7, 5) } : sample));
    const target = ({ id }: LabelledSample): Target => (id % 2 === 0 ? "max" : [id % 3]);
    const bytes = async (batch: number | undefined, order: readonly LabelledSample[]): Promise<Uint8Array> => {
      let statistics: ConceptStatistics | undefined;
      const settings = { ...options, target, ...(batch !== undefined && { batch }) };
      for await (statistics of collect(wide, order, settings)) void statistics;
      return statisticsToBytes(statistics!);
    };
    const alone = await bytes(1, list);
    for (const batch of [2, 3, 7, 64, undefined]) expect(await bytes(batch, list)).toEqual(alone);
    expect(await bytes(3, list.toReversed())).toEqual(alone);
    await expect(bytes(0, list)).rejects.toThrow("collect: takes a batch >= 1, got 0");
  });

  test("runs samples together, each once, and sees all before one that cannot be analysed", async () => {
    let passes = 0;
    const spy = new LRP(model, zPlus());
    const backward = spy.backward.bind(spy);
    spy.backward = (...passed) => {
      passes++;
      return backward(...passed);
    };
    const ids: number[] = [];
    for await (const { samples: seen } of collect(spy, [...samples, ...samples], options)) ids.push(seen.size);
    expect([ids.length, ids.at(-1), passes]).toEqual([20, 20, 1]);
    const broken = [...samples.slice(0, 3), { id: 3, input: filled(1, 1, 6, 6) }];
    const settings = { ...options, target: ({ id }: LabelledSample): Target => (id === 3 ? 7 : 0) };
    let count = 0;
    await expect((async () => {
      for await (const { samples: seen } of collect(spy, broken, settings)) count = seen.size;
    })()).rejects.toThrow("target: takes a position within [3], got [7]");
    expect(count).toBe(3);
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
