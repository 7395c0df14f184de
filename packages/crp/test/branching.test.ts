/** Conditions in graphs with branches, and every form a concept can take. */
import { Add, chain, Conv, Dense, Flatten, parallel, relu, skip, type Model } from "@relprop/layers";
import { LRP, zPlus } from "@relprop/lrp";
import { Arena, relativeError, Tensor, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { allFeatures, channelRelevance, CRP, topN, type Concept } from "@relprop/crp";
import { seeded } from "./random.ts";

const filled = seeded(7);

function conv(channelsIn: number, channelsOut: number): Conv {
  return new Conv(filled(channelsOut, channelsIn, 3, 3), { bias: filled(channelsOut), padding: 1 });
}

function branched(): Model {
  return chain({
    stem: conv(1, 4),
    act: relu,
    block: parallel({ left: chain(conv(4, 6), relu), right: conv(4, 6) }, new Add()),
    rest: chain(relu, new Flatten(), new Dense(filled(3, 6 * 25))),
  });
}

const input = filled(2, 1, 5, 5);

function added(tensors: readonly Tensor[]): Float32Array {
  return tensors[0]!.data.map((_, i) => tensors.reduce((sum, { data }) => sum + data[i]!, 0));
}

describe("a node in one of two branches", () => {
  const lrp = new LRP(branched(), zPlus());
  const whole = lrp.analyze(input, { target: 1, layers: ["block.left.0", "stem"] });

  test("its concepts add up to what runs through it", () => {
    const through = new CRP(lrp).conditional(input, [{ nodes: { "block.left.0": [0, 1, 2, 3, 4, 5] }, target: 1 }])[0]!;
    const { concepts } = new CRP(lrp, "block.left.0", allFeatures()).concepts(input, { target: 1 });
    expect(relativeError(added(concepts.map(({ relevance }) => relevance)), through.relevance.data)).toBeLessThan(1e-6);
  });

  test("what runs through it and what runs past it add up to the heatmap", () => {
    const all = [0, 1, 2, 3, 4, 5];
    const parts = ["block.left.0", "block.right"].map(
      (node) => new CRP(lrp).conditional(input, [{ nodes: { [node]: all }, target: 1 }])[0]!.relevance,
    );
    expect(relativeError(added(parts), whole.relevance.data)).toBeLessThan(1e-6);
  });

  test("with parallel branches kept, restricting to every channel changes nothing", () => {
    const kept = new CRP(lrp).conditional(
      input, [{ nodes: { "block.left.0": [0, 1, 2, 3, 4, 5] }, target: 1 }], { excludeParallel: false },
    );
    expect(relativeError(kept[0]!.relevance.data, whole.relevance.data)).toBeLessThan(1e-6);
  });

  test("a pair without a concept keeps both branches, beside one that has some", () => {
    const conditions = [{ nodes: { "block.left.0": [0, 1, 2] }, target: 1 }, { target: 1 }];
    const pairs = new CRP(lrp).conditional(input, conditions, { pairing: "zip" });
    conditions.forEach((condition, i) => {
      const [alone] = new CRP(lrp).conditional(input, [condition]);
      expect(pairs[i]!.relevance.data).toEqual(alone!.relevance.rows(i, i + 1).data);
    });
  });

  test("relevance asked for above a split is that of the condition's own target", () => {
    const conditions = [
      { nodes: { stem: 1 }, target: 0 }, { nodes: { stem: [0, 2] }, target: 1 }, { nodes: { stem: 3 }, target: 1 },
    ];
    const results = new CRP(lrp).conditional(input, conditions, { layers: ["block.left.0", "stem"] });
    results.slice(1).forEach(({ layers }) => {
      for (const name of ["block.left.0", "stem"]) {
        expect(relativeError(layers.get(name)!.data, whole.layers.get(name)!.data)).toBeLessThan(1e-6);
      }
    });
    const other = lrp.analyze(input, { target: 0, layers: ["stem"] });
    expect(relativeError(results[0]!.layers.get("stem")!.data, other.layers.get("stem")!.data)).toBeLessThan(1e-6);
  });
});

describe("forms of a concept", () => {
  const lrp = new LRP(branched(), zPlus());
  function through(concept: Concept): Tensor {
    return new CRP(lrp).conditional(input, [{ nodes: { stem: concept }, target: 2 }])[0]!.relevance;
  }

  test("all neurons of a channel add up to the channel", () => {
    const positions = Array.from({ length: 25 }, (_, i) => [Math.floor(i / 5), i % 5]);
    const neurons = positions.map((position) => through({ position, channels: [2] }));
    expect(relativeError(added(neurons), through(2).data)).toBeLessThan(2e-6);
  });

  test("a mask of ones on a channel is the channel", () => {
    const mask = tensor([[[0]], [[0]], [[1]], [[0]]]);
    expect([...through({ mask }).data]).toEqual([...through(2).data]);
  });

  test("the direction of one channel is that channel where it is active", () => {
    const direction = tensor([0, 0, 1, 0]);
    expect(relativeError(through({ direction }).data, through(2).data)).toBeLessThan(1e-6);
  });

  test("a channel, a position or a direction that does not exist is refused", () => {
    expect(() => through(4)).toThrow("concept: takes a channel below 4, got 4");
    expect(() => through({ position: [5, 0] })).toThrow("concept: takes a position within [5, 5], got [5, 0]");
    expect(() => through({ direction: tensor([1, 0]) })).toThrow("concept: takes a direction of 4 channels, got [2]");
  });
});

test("starting at a hidden node takes its activation as the relevance", () => {
  const first = new Dense(tensor([[1, 3], [4, 2]]));
  const lrp = new LRP(chain(first, new Dense(tensor([[2, 4]]))));
  const [from] = new CRP(lrp).conditional(tensor([[1, 2]]), [{ nodes: { "0": 1 } }], { startAt: "0" });
  // R_h = [7, 8] restricted to 8, and 8 · [1·4, 2·2] / 8 reaches the input.
  expect(relativeError(from!.relevance.data, [4, 4])).toBeLessThan(1e-7);
});

test("conditions grouped by their shared part give what each gives alone, in their order", () => {
  const lrp = new LRP(
    chain({ a: conv(1, 3), b: relu, c: skip(conv(3, 3)), d: relu, e: chain(new Flatten(), new Dense(filled(4, 75))) }),
    zPlus(),
  );
  const conditions = [
    { nodes: { "c.0": 1, a: 0 }, target: 3 },
    { nodes: { a: [0, 2] }, target: 0 },
    { nodes: { "c.0": 1, a: 2 }, target: 3 },
    { nodes: { "c.0": [0, 2] }, target: 3 },
  ];
  const together = new CRP(lrp).conditional(input, conditions);
  conditions.forEach((condition, i) => {
    const [alone] = new CRP(lrp).conditional(input, [condition]);
    expect(relativeError(together[i]!.relevance.data, alone!.relevance.data)).toBeLessThan(1e-6);
  });
});

test("what conditions share is propagated once", () => {
  const lrp = new LRP(
    chain({ a: conv(1, 3), b: relu, c: conv(3, 3), d: relu, e: chain(new Flatten(), new Dense(filled(4, 75))) }),
  );
  const copies = new Map<string, number>();
  const backward = lrp.backward.bind(lrp);
  lrp.backward = (tape, start, options) => backward(tape, start, { ...options, visit: (name, relevance) => {
    copies.set(name, relevance.shape[0]!);
    options?.visit?.(name, relevance);
  } });
  new CRP(lrp).conditional(input, [
    { nodes: { c: 1, a: 0 }, target: 3 },
    { nodes: { c: 1, a: 0 }, target: 0 },
    { nodes: { c: 1, a: [0, 2] }, target: 3 },
    { nodes: { c: [0, 2] }, target: 3 },
    { nodes: { c: 1, a: 0 }, target: 3 },
  ]);
  // For two targets down to c, for three pairs of target and channel down to a, for four conditions below.
  expect(Object.fromEntries(copies)).toEqual({ "e.1": 2, "e.0": 2, d: 2, c: 2, b: 3, a: 3, input: 4 });
});

test("topN orders by what it is asked for", () => {
  const relevance = new Tensor([1, 3, 2], Float32Array.of(3, -2, 1, 1.5, -4, 4));
  expect(channelRelevance(relevance).data).toEqual(Float32Array.of(1, 2.5, 0));
  expect(topN(3).select(relevance)[0]).toEqual([1, 0, 2]);
  expect(topN(3, { by: "absSum" }).select(relevance)[0]).toEqual([2, 0, 1]);
  expect(topN(1, { by: "max" }).select(relevance)[0]).toEqual([2]);
});

test("nothing of the scratch memory leaves with a result", () => {
  const arena = new Arena({ poison: true });
  const lrp = new LRP(branched(), zPlus(), { arena });
  const { concepts, output } = new CRP(lrp, "stem", topN(2)).concepts(input, { layers: ["act"] });
  const tensors = concepts.flatMap(({ relevance, layers }) => [relevance, layers.get("act")!]);
  for (const { data } of [...tensors, output]) expect(data.every(Number.isFinite)).toBe(true);
});
