/** Statistics over a data set: values that merge in any order, and agree with counting by hand. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ConceptStatistics,
  SampleSet,
  StatisticsFormatError,
  statisticsFromBytes,
  statisticsToBytes,
  type Reference,
} from "@relprop/crp";
import { withReference, mergeReferences, compareReferences } from "../src/statistics/references.ts";
import { valueOf, unitsOf } from "../src/statistics/exact-sum.ts";

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

describe("sample sets", () => {
  test("hold what sets of numbers hold", () => {
    const probes = Array.from({ length: 61 }, (_, probe) => probe);
    fc.assert(fc.property(fc.uniqueArray(fc.nat(60)), (ids) => {
      const set = ids.reduce((all, id) => all.union(SampleSet.of([[id, id]])), SampleSet.empty);
      return set.size === ids.length && probes.every((probe) => set.has(probe) === ids.includes(probe));
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

  test("nested deeper than any stack are refused in a sentence", () => {
    const deep = "[".repeat(40_000) + "]".repeat(40_000);
    const file = (parts: string): Uint8Array =>
      Uint8Array.from(`{"format":"relprop concept statistics",${parts}}`, (character) => character.charCodeAt(0));
    const whole = '"version":1,"nodes":[],"about":[],"samples":[]';
    const refused: readonly (readonly [string, string])[] = [
      [`"version":${deep}`, "takes version 1, got a list"],
      ['"version":{}', "takes version 1, got an object"],
      [`${whole},"top":${deep}`, "for top, got a list"],
      [`${whole},"top":{"a":${deep}}`, "for top, got an object"],
      ['"version":null', "takes version 1, got null"],
    ];
    for (const [parts, message] of refused) {
      expect(() => statisticsFromBytes(file(parts))).toThrow(StatisticsFormatError);
      expect(() => statisticsFromBytes(file(parts))).toThrow(message);
    }
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
      [{ tables: [["n relevance 0", [[2, "3", [[1, 0, 0], [2, 1, 0]]], [1, "1", []]]]] }, "from the strongest on"],
      [{ tables: [["n relevance 0", [[2, "3", [[1, 0, 0], [1, 0, 0]]], [1, "1", []]]]] }, "each once"],
      [{ tables: [["n relevance 0", [[1, "1", [["1", 0, 0]]], [1, "1", []]]]] }, "takes finite numbers as values"],
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
