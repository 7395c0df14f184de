/** Kernels that are traced with other numbers and done again do what they do at once. */
import { describe, expect, test } from "vitest";
import {
  act, called, decide, refuseTrace, traceable, useKernels, type Given, type Kernels, type StridedOperand,
} from "../../src/index.ts";
import { simd } from "../../src/simd/index.ts";
import { conforms } from "./conformance.ts";
import { noise, planar } from "./geometries.ts";

const kernels = simd()!;
useKernels(kernels);

/** Arguments that are numbers to be replaced, not parameters: weights and programs stay. */
function isData(name: string, position: number, value: unknown): value is Float32Array {
  const weights: Readonly<Record<string, number>> = { dense: 4, denseTransposed: 4, conv: 2, convTransposed: 2 };
  return value instanceof Float32Array && weights[name] !== position;
}

/** A kernel that is traced with other operands in the same places, and then done again with those it is given. */
function traced(name: string, kernel: (...operands: unknown[]) => void): (...operands: unknown[]) => void {
  return (...operands) => {
    const arrays = new Set(operands.flatMap((value, i): Float32Array[] => {
      if (isData(name, i, value)) return [value];
      const isList = Array.isArray(value) && typeof value[0] === "object";
      return isList ? (value as readonly StridedOperand[]).map(({ data }) => data) : [];
    }));
    const before = new Map([...arrays].map((array) => [array, array.slice()]));
    const again = kernels.traced!<true>(0);
    const body = (): true => {
      kernel(...operands);
      return true;
    };
    expect(again.of([], body)).toBeUndefined();
    for (const array of arrays) array.forEach((value, i) => (array[i] = 0.5 - value + (i % 7)));
    const isTraced = again.of([], body);
    // Something else in between, in the scratch memory of what is not traced.
    kernels.dense(9, 70, 70, scrap, scrap, undefined, rest);
    for (const [array, values] of before) array.set(values);
    if (isTraced === undefined) return kernel(...operands);
    const done = again.of([], () => expect.unreachable("it is done again"));
    if (done === undefined) return kernel(...operands); // these numbers decide otherwise
    repeated.add(name);
  };
}

/** Kernels that were done again: what is large, or encoded, need not be. */
const repeated = new Set<string>();

const [scrap, rest] = [new Float32Array(70 * 70).fill(0.1), new Float32Array(9 * 70)];

const names = [
  "dense", "denseTransposed", "matmul", "conv", "convTransposed", "relu", "reluTransposed", "negativePart", "add",
  "addProduct", "product", "quotient", "sumAxis", "maxAxis", "standardize", "standardizeTransposed", "scaleRows",
  "maxPool", "scatterAdd", "averagePool", "averagePoolTransposed", "compute",
] as const;

const wrapped = Object.fromEntries(names.map((name) => [name, traced(name, kernels[name] as () => void)]));

describe("simd, traced", () => conforms({ ...kernels, ...wrapped } as Kernels, 3e-7, 1.2e-6));

test("every kernel was done again", () => {
  expect(names.filter((name) => !repeated.has(name))).toEqual([]);
});

describe("a computation that is traced", () => {
  const given = (value: number): Given => ({ shape: [1], data: Float32Array.of(value) });
  const double = ({ data: x }: Given, out: Float32Array) => (): Float32Array => {
    act(() => {
      for (let i = 0; i < out.length; i++) out[i] = 2 * x[i]!;
    });
    return out;
  };

  test("runs in the usual way first, and its body once more", () => {
    const again = kernels.traced!<number>(1);
    let runs = 0;
    const body = ([x]: readonly Given[]): number => {
      runs++;
      act(() => void (sum = x!.data[0]! + 1));
      return 0;
    };
    let sum = 0;
    expect([1, 2, 3, 4].map((value) => [again.of([given(value)], body), runs, sum])).toEqual(
      [[undefined, 0, 0], [0, 1, 3], [0, 1, 4], [0, 1, 5]],
    );
  });

  test("is given up where something is decided otherwise", () => {
    const again = kernels.traced!<string>(1);
    const body = ([x]: readonly Given[]): string => (decide(() => x!.data[0]! > 0) ? "positive" : "not");
    const found = [1, 2, 3, -1, 5].map((value) => again.of([given(value)], body));
    expect(found).toEqual([undefined, "positive", "positive", undefined, undefined]);
  });

  test("is none where something was done that nobody wrote down, or that is large", () => {
    const refused = kernels.traced!<number>(1);
    const large = kernels.traced!<number>(1 << 20);
    for (let turn = 0; turn < 4; turn++) {
      expect(refused.of([], () => (refuseTrace(), 1))).toBeUndefined();
      expect(large.of([], () => 1)).toBeUndefined();
    }
  });

  test("is none where a function was called that may do something else", () => {
    const double = (value: number): number => 2 * value;
    const found = [double, traceable((value: number) => 2 * value)].map((f) => {
      const again = kernels.traced!<number>(1);
      return [1, 2, 3].map(() => again.of([], () => called(f)(4)));
    });
    expect(found).toEqual([[undefined, undefined, undefined], [undefined, 8, 8]]);
  });

  test("keeps the scratch memory that it copies its operands to", () => {
    const ordinary = (length: number, value: number): Float32Array => new Float32Array(length).fill(value);
    const [weight, x, out] = [ordinary(64, 1), ordinary(8, 3), new Float32Array(8)];
    const dense = (rows: number): void =>
      kernels.dense(rows, 8, 8, ordinary(8 * rows, 1), weight, undefined, new Float32Array(8 * rows));
    const again = kernels.traced!<true>(0);
    const body = (): true => (kernels.dense(1, 8, 8, x, weight, undefined, out), true);
    // What stays lies behind the first scratch memory, so that larger one lies elsewhere and this is free.
    dense(1);
    const kept = Array.from({ length: 40 }, () => kernels.allocate(10_000));
    expect([again.of([], body), again.of([], body)]).toEqual([undefined, true]);
    for (let turn = 0; turn < 3; turn++) dense(20_000);
    const others = Array.from({ length: 400 }, () => kernels.allocate(1000).fill(7));
    expect(again.of([], () => expect.unreachable("it is done again"))).toBe(true);
    expect(others.every((other) => other.every((value) => value === 7))).toBe(true);
    expect([out[0], kept.length]).toEqual([24, 40]);
  });

  test("is given up where a sample has few channels, and is none where one had", () => {
    const g = planar([8, 32], [6, 6], [3, 3], { padding: [1, 1] });
    const [weight, out] = [noise(32 * 8 * 9, 1), kernels.allocate(8 * 36)];
    const s = kernels.allocate(32 * 36);
    const dense = noise(s.length, 2);
    const [first, second] = [0, 1].map((channel) =>
      dense.map((value, i) => (Math.floor(i / 36) === channel ? value : 0)));
    const run = (): Float32Array => {
      kernels.convTransposed(g, s, weight, out);
      return out;
    };
    const inputs = [dense, first!, second!];
    const expected = inputs.map((values) => {
      s.set(values);
      return run().slice();
    });
    const find = (...order: readonly number[]): readonly boolean[] => {
      const again = kernels.traced!<Float32Array>(0);
      return order.map((which) => {
        s.set(inputs[which]!);
        out.fill(NaN);
        const done = again.of([], run);
        expect(done ?? run()).toEqual(expected[which]);
        return done !== undefined;
      });
    };
    expect(find(0, 0, 0, 1, 2, 0)).toEqual([false, true, true, false, false, false]);
    expect(find(1, 1, 2, 0)).toEqual([false, false, false, false]);
  });

  test("is none within another", () => {
    const [outer, inner] = [kernels.traced!<Float32Array>(1), kernels.traced!<Float32Array>(1)];
    const out = new Float32Array(1);
    const body = ([x]: readonly Given[]): Float32Array =>
      inner.of([x!], ([y]) => double(y!, out)()) ?? double(x!, out)();
    const found = [1, 2, 3, 4].map((value) => {
      const input = [given(value)];
      return (outer.of(input, body) ?? body(input))[0];
    });
    expect(found).toEqual([2, 4, 6, 8]);
  });

  test("is given up with the kernels it runs on", () => {
    const again = kernels.traced!<number>(1);
    const found = [1, 2, 3].map(() => again.of([], () => 1));
    useKernels({ ...kernels });
    const later = again.of([], () => 1);
    useKernels(kernels);
    expect([...found, later, again.of([], () => 1)]).toEqual([undefined, 1, 1, undefined, undefined]);
  });
});
