/** What a group of samples hangs on, in a network of which every weight is known. */
import { describe, expect, test } from "vitest";
import { chain, Dense } from "@relprop/layers";
import { Tensor, tensor } from "@relprop/tensor";
import { examine, type ExaminedCluster } from "../../src/audit/examine.ts";

const FEATURES = 20;
/** The first feature speaks for class 1, the last for class 0; nothing else is looked at. */
const model = chain(new Dense(tensor([0, 1].map((label) => row(2 * label, 2 * (1 - label))))));

function row(first: number, last: number): number[] {
  return Array.from({ length: FEATURES }, (_, i) => (i === 0 ? first : i === FEATURES - 1 ? last : 0));
}

/** Ten members that have the first feature, and others by how much of the last one they have. */
function examined(others: readonly number[]): Promise<ExaminedCluster> {
  const members = Array.from({ length: 10 }, (_, id) => id);
  const samples = [...members.map(() => row(1, 0)), ...others.map((last) => row(-0.5, last))];
  return examine(
    model,
    { size: samples.length, read: (id) => new Tensor([1, FEATURES], Float32Array.from(samples[id]!)) },
    { label: 1, members, prototype: 3 },
    {
      vectors: members.map(() => Float64Array.from(row(1, 0))), others: others.map((_, i) => members.length + i),
      layout: undefined, seed: 1, least: 5, signal: undefined,
    },
  );
}

/** The probability of class 1 where the two features are these. */
const probability = (first: number, last: number): number => 1 / (1 + Math.exp(2 * last - 2 * first));

describe("examining a group", () => {
  test("takes the region away by what others have there", async () => {
    const { region, before, without } = await examined(Array.from({ length: 10 }, () => 0.25));
    expect(region).toEqual([0]);
    expect(before).toBeCloseTo(probability(1, 0), 5);
    expect(without).toBeCloseTo(probability(-0.5, 0), 5);
  });

  test("suspects nothing where there are no others", async () => {
    const { transplanted, suspicious } = await examined([]);
    expect([transplanted, suspicious]).toEqual([undefined, false]);
  });

  test("suspects a region that others follow", async () => {
    const { transplanted, suspicious } = await examined(Array.from({ length: 10 }, () => 0.25));
    expect([transplanted, suspicious]).toEqual([1, true]);
  });

  test("suspects none that most followed when too few were tried", async () => {
    const { transplanted, suspicious } = await examined([0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 5, 5, 5]);
    expect([transplanted, suspicious]).toEqual([0.7, false]);
  });
});
