import { Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { conceptVector, pooledRelevance, randomFor, spray } from "@relprop/evaluate";
import { kMeans } from "../../src/clusters/k-means.ts";
import { boxesOf } from "../../src/clusters/pooled-relevance.ts";
import { eigenOf, smallestOf } from "../../src/clusters/eigen.ts";
import { neighboursOf, spectralEmbedding } from "../../src/clusters/spectral.ts";

describe("eigenvalues", () => {
  // The path of n points: 2 − 2 cos(π k / n).
  const n = 40;
  const path = (x: Float64Array): Float64Array => x.map((value, i) =>
    ((i > 0 ? value - x[i - 1]! : 0) + (i < n - 1 ? value - x[i + 1]! : 0)) / 2);
  const truth = Array.from({ length: n }, (_, k) => 1 - Math.cos((Math.PI * k) / n));

  test("all of a small matrix are those of the formula, with vectors that belong to them", () => {
    const matrix = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      path(Float64Array.from({ length: n }, (_, i) => Number(i === j))).forEach((value, i) => {
        matrix[i * n + j] = value;
      });
    }
    const { values, vectors } = eigenOf(matrix, n);
    values.forEach((value, k) => expect(value).toBeCloseTo(truth[k]!, 12));
    path(vectors[3]!).forEach((value, i) => expect(value).toBeCloseTo(truth[3]! * vectors[3]![i]!, 10));
  });

  test("the smallest of an operator are the same", () => {
    const random = randomFor("start");
    const { values, vectors } = smallestOf(path, n, 6, () => random.normal());
    values.forEach((value, k) => expect(value).toBeCloseTo(truth[k]!, 9));
    path(vectors[5]!).forEach((value, i) => expect(value).toBeCloseTo(truth[5]! * vectors[5]![i]!, 4));
  });
});

test.each([10, 40])("of %d points, the first direction is that of the roots of the degrees, with eigenvalue 0", (n) => {
  // D^½ 1 is in the kernel of 1 − D^-½ W D^-½; a neighbour of one side counts half.
  const random = randomFor("cloud", 3);
  const points = Array.from({ length: n }, () => Float64Array.from({ length: 2 }, random.normal));
  const near = neighboursOf(points, 5);
  const degrees = near.map((_, i) => 5 / 2 + near.filter((list) => list.includes(i)).length / 2);
  const { values, vectors } = spectralEmbedding(points, 5, 3, 1);
  expect(values[0]).toBeCloseTo(0, 9);
  expect(values[1]).toBeGreaterThan(1e-3);
  const total = Math.sqrt(degrees.reduce((sum, degree) => sum + degree, 0));
  vectors[0]!.forEach((value, i) => expect(Math.abs(value)).toBeCloseTo(Math.sqrt(degrees[i]!) / total, 4));
});

/** Three groups of different sizes around three directions, and one vector apart. */
function groups(seed: number): readonly Float64Array[] {
  const random = randomFor("groups", seed);
  const around = (axis: number): Float64Array =>
    Float64Array.from({ length: 12 }, (_, d) => Number(d === axis) + 0.08 * random.normal());
  return [
    ...Array.from({ length: 30 }, () => around(0)), ...Array.from({ length: 20 }, () => around(4)),
    ...Array.from({ length: 10 }, () => around(8)),
  ];
}

describe("spray", () => {
  const vectors = groups(1);

  test("finds as many groups as there are, with their members, and tells so by the gap", () => {
    const { clusters, eigenvalues } = spray(vectors);
    expect(clusters.map(({ members }) => members.length)).toEqual([30, 20, 10]);
    expect(clusters[1]!.members).toEqual(Array.from({ length: 20 }, (_, i) => 30 + i));
    expect(eigenvalues[2]).toBeLessThan(0.01);
    expect(eigenvalues[3]).toBeGreaterThan(0.1);
    for (const { members, prototype } of clusters) expect(members).toContain(prototype);
  });

  test("the order and the length of vectors do not matter, nor does the seed where groups are clear", () => {
    const order = [...vectors.keys()].reverse();
    const sets = (found: ReturnType<typeof spray>, back: (i: number) => number): readonly string[] =>
      found.clusters.map(({ members }) => members.map(back).sort((a, b) => a - b).join());
    const whole = sets(spray(vectors), (i) => i);
    expect(sets(spray(order.map((i) => vectors[i]!.map((value) => (1 + i) * value))), (i) => order[i]!)).toEqual(whole);
    expect(sets(spray(vectors, { seed: 7 }), (i) => i)).toEqual(whole);
    expect(spray(vectors)).toEqual(spray(vectors));
  });

  test("a vector like no other is an outlier, and places in the map lie as far apart as groups", () => {
    const odd = Float64Array.from({ length: 12 }, (_, d) => Number(d === 11));
    const { outliers } = spray([...vectors, odd]);
    expect(outliers).toEqual([60]);
    const { map } = spray(vectors);
    const middle = (from: number, to: number): readonly number[] =>
      [0, 1].map((axis) => map.slice(from, to).reduce((sum, place) => sum + place[axis]!, 0) / (to - from));
    const [a, b] = [middle(0, 30), middle(30, 50)];
    expect(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)).toBeGreaterThan(0.05);
  });

  test("few samples are one group, none are none", () => {
    expect(spray([]).clusters).toEqual([]);
    expect(spray([[1, 0], [0, 1], [1, 0.1]]).clusters).toEqual([{ members: [0, 1, 2], prototype: 2 }]);
  });
});

test("k-means finds the means of what lies apart, and needs as many points as clusters", () => {
  const points = [0, 0.1, 10, 10.1, 10.2, 20].map((x) => Float64Array.of(x));
  const { labels, means, spread } = kMeans(points, 3, 1);
  expect(new Set(labels).size).toBe(3);
  expect([...means].map(([x]) => Number(x!.toFixed(6))).sort((a, b) => a - b)).toEqual([0.05, 10.1, 20]);
  expect(spread).toBeCloseTo(0.005 + 0.02, 10);
  expect(() => kMeans(points, 7, 1)).toThrow("kMeans: takes 1 to 6 clusters, got 7");
});

test("more starts of k-means never leave a larger spread", () => {
  const random = randomFor("no groups");
  const points = Array.from({ length: 40 }, () => Float64Array.from({ length: 2 }, random.normal));
  const spreads = Array.from({ length: 12 }, (_, i) => kMeans(points, 7, 1, i + 1).spread);
  expect(spreads).toEqual([...spreads].sort((a, b) => b - a));
});

test("pooled relevance adds up boxes and channels, and concept vectors add up positions", () => {
  const relevance = new Tensor([1, 2, 32, 32], new Float32Array(2048).fill(1));
  const pooled = pooledRelevance(relevance, undefined);
  expect([pooled.length, ...new Set(pooled)]).toEqual([256, 8]);
  expect(boxesOf(relevance, undefined)[33]).toBe(0);
  expect(boxesOf(relevance, undefined)[64 + 2]).toBe(17);
  expect([...pooledRelevance(new Tensor([1, 3], Float32Array.of(1, 2, 3)), undefined)]).toEqual([1, 2, 3]);
  expect([...conceptVector(relevance)]).toEqual([1024, 1024]);
});
