/** The largest and the smallest of inputs. */
import { describe, expect, test } from "vitest";
import { tensor, Tensor } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { Maximum, Minimum } from "../src/index.ts";

describe.each(["plain loops", "SIMD"])("on %s", (on) => {
  test("relevance goes to the one that was chosen, the first on ties", () => {
    if (on === "SIMD") useSimd();
    const [a, b, c] = [tensor([1, 5, -2, 0]), tensor([3, 5, -4, -0]), tensor([2, 4, -2, -1])];
    const largest = new Maximum().pullback(a, b, c);
    expect([...largest.output.data]).toEqual([3, 5, -2, 0]);
    expect(largest.back(tensor([1, 2, 4, 8])).map(({ data }) => [...data])).toEqual([
      [0, 2, 4, 8], [1, 0, 0, 0], [0, 0, 0, 0],
    ]);
    const smallest = new Minimum().pullback(a, b, c);
    expect([...smallest.output.data].map((value) => value + 0)).toEqual([1, 4, -4, -1]);
    expect(smallest.back(tensor([1, 2, 4, 8])).map(({ data }) => [...data])).toEqual([
      [1, 0, 0, 0], [0, 0, 4, 0], [0, 2, 0, 8],
    ]);
  });

  test("what is not a number is chosen, the first of several", () => {
    for (const layer of [new Maximum(), new Minimum()]) {
      const { output, back } = layer.pullback(tensor([1, NaN, NaN]), tensor([NaN, 2, NaN]));
      expect([...output.data]).toEqual([NaN, NaN, NaN]);
      expect(back(tensor([1, 2, 4])).map(({ data }) => [...data])).toEqual([[0, 2, 4], [1, 0, 0]]);
    }
  });

  test("shapes are broadcast, and relevance is added up where they were", () => {
    const { output, back } = new Maximum().pullback(tensor([[1, 2, 3], [4, 5, 6]]), tensor([[2.5], [4.5]]));
    expect([...output.data]).toEqual([2.5, 2.5, 3, 4.5, 5, 6]);
    expect(back(new Tensor([2, 3], Float32Array.of(1, 2, 4, 8, 16, 32))).map(({ data }) => [...data])).toEqual([
      [0, 0, 4, 0, 16, 32], [3, 8],
    ]);
  });

  test("one input comes out as it is, in an array of its own", () => {
    const x = tensor([1, -2]);
    const { output, back } = new Minimum().pullback(x);
    expect([...output.data]).toEqual([1, -2]);
    expect(output.data).not.toBe(x.data);
    expect([...back(tensor([3, 4]))[0]!.data]).toEqual([3, 4]);
  });
});
