/** Relevance of transformers drawn at random: that of modified gradients, conserved, blind to what changes nothing. */
import { attnLRP, cpLRP, LRP, prepare, type Composite } from "@relprop/lrp";
import { integers, relativeError, sum, Tensor, type Value } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Draw } from "./draw.ts";
import {
  drawKind, drawWeights, TOKENS, transformerModel, twinRelevance, type Kind, type Weights,
} from "./random-transformer.ts";

const runs = { numRuns: 12 };
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const methods = [["attn", attnLRP()], ["cp", cpLRP()]] as const;

/** A network and a batch for it; the first tokens of a sample count where it pads. */
function drawn(seed: number, given: Partial<Kind> = {}): {
  readonly draw: Draw; readonly kind: Kind; readonly weights: Weights; readonly x: Tensor; readonly mask: number[];
} {
  const draw = new Draw(seed);
  const kind = drawKind(draw, given);
  const weights = drawWeights(draw, kind);
  const [samples, tokens] = [draw.integer(1, 3), kind.mask === "causal" ? TOKENS : draw.integer(2, 6)];
  const mask = Array.from({ length: samples }, () => draw.integer(1, tokens)).flatMap((count) =>
    Array.from({ length: tokens }, (_, t) => (kind.mask !== "padding" || t < count ? 1 : 0)));
  return { draw, kind, weights, x: draw.tensor([samples, tokens, kind.heads * kind.size]), mask };
}

function values({ kind, x, mask }: { kind: Kind; x: Tensor; mask: readonly number[] }): readonly Value[] {
  return kind.mask === "padding" ? [x, integers(mask, x.shape.slice(0, 2))] : [x];
}

/** Whether no sum on the way is so close to 0 that rounding decides what its summands get. */
function isSteady(relevance: ArrayLike<number>): boolean {
  return Array.from(relevance).every((value) => Math.abs(value) < 100);
}

function explained(case_: ReturnType<typeof drawn>, composite: Composite): ReturnType<LRP["analyze"]> {
  const lrp = new LRP(prepare(transformerModel(case_.kind, case_.weights)), composite);
  return lrp.analyze(values(case_), { target: 1 });
}

describe.each(methods)("by %s-LRP", (method, composite) => {
  test("relevance is the value times the modified gradient", () => {
    fc.assert(fc.property(seeds, (seed) => {
      const case_ = drawn(seed);
      const { kind, weights, x, mask } = case_;
      const { relevance, output } = explained(case_, composite);
      const [samples, tokens, width] = x.shape as readonly [number, number, number];
      const size = tokens * width;
      for (let n = 0; n < samples; n++) {
        const sample = new Tensor([tokens, width], x.data.slice(n * size, (n + 1) * size));
        const counts = mask.slice(n * tokens, (n + 1) * tokens);
        const twin = twinRelevance(kind, weights, { x: sample, counts, target: 1, method });
        if (Math.abs(twin.logit) < 0.01 || !isSteady(twin.relevance)) continue;
        expect(Math.abs(output.data[n * 3 + 1]! - twin.logit)).toBeLessThan(1e-5);
        const got = relevance.data.subarray(n * size, (n + 1) * size);
        expect(relativeError(got, Float32Array.from(twin.relevance))).toBeLessThan(2e-4);
      }
    }), runs);
  });

  test("relevance is conserved up to what the report names", () => {
    fc.assert(fc.property(seeds, (seed) => {
      const { relevance, conservation } = explained(drawn(seed), composite);
      const { bias, stabilizer, dead, other } = conservation.totals;
      const ended = conservation.rows.reduce((all, row) => all + row.ended, 0);
      const size = conservation.rows.reduce((all, row) => all + Math.abs(row.in), 1);
      const whole = sum(relevance) + bias + stabilizer + dead + other + ended;
      expect(Math.abs(whole - conservation.started)).toBeLessThan(1e-5 * size);
      // Nothing but softmax loses what the other columns do not say.
      const others = conservation.rows.filter(({ rule }) => rule !== "taylor").map((row) => Math.abs(row.other));
      expect(Math.max(...others)).toBeLessThan(1e-4 * size);
    }), runs);
  });

  test("the order of heads changes nothing", () => {
    fc.assert(fc.property(seeds, (seed) => {
      const case_ = drawn(seed, { heads: 3 });
      const weights = rotatedHeads(case_.weights, case_.kind);
      const [one, other] = [explained(case_, composite), explained({ ...case_, weights }, composite)];
      if (!isSteady(one.relevance.data)) return;
      expect(relativeError(other.relevance.data, one.relevance.data)).toBeLessThan(2e-4);
    }), runs);
  });

  test("tokens behind a sample, and the samples beside it, change nothing", () => {
    fc.assert(fc.property(seeds, (seed) => {
      const case_ = drawn(seed, { mask: "padding" });
      const { kind, weights, x, mask } = case_;
      const { relevance } = explained(case_, composite);
      const [samples, tokens, width] = x.shape as readonly [number, number, number];
      for (let n = 0; n < samples; n++) {
        const count = mask.slice(n * tokens, (n + 1) * tokens).lastIndexOf(1) + 1;
        const from = n * tokens * width;
        const own = x.data.slice(from, from + count * width);
        const alone = explained(
          { ...case_, kind, weights, x: new Tensor([1, count, width], own), mask: new Array<number>(count).fill(1) },
          composite,
        ).relevance.data;
        if (!isSteady(alone)) continue;
        expect(relativeError(relevance.data.subarray(from, from + count * width), alone)).toBeLessThan(1e-5);
        const rest = relevance.data.subarray(from + count * width, from + tokens * width);
        expect(rest.every((value) => value === 0)).toBe(true);
      }
    }), runs);
  });
});

/** The heads in another order: columns of what makes them, rows of what reads them. */
function rotatedHeads(weights: Weights, { heads, size }: Kind): Weights {
  const width = heads * size;
  const moved = (i: number): number => (i + size) % width;
  return Object.fromEntries(Object.entries(weights).map(([name, tensor]) => {
    if (!/^(w[qkvo]|bq)/.test(name)) return [name, tensor];
    const data = tensor.data.map((_, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      return tensor.data[name.startsWith("wo") ? moved(row) * width + column : row * width + moved(column)]!;
    });
    return [name, new Tensor(tensor.shape, data)];
  }));
}

test("a sentence says which row is masked throughout, and what has no tokens", () => {
  const case_ = drawn(7, { mask: "padding", heads: 1, layers: 1 });
  const lrp = new LRP(prepare(transformerModel(case_.kind, case_.weights)), attnLRP());
  const width = case_.kind.size;
  const masked = lrp.analyze([case_.draw.tensor([2, 3, width]), integers([1, 1, 0, 0, 0, 0], [2, 3])], { target: 1 });
  expect(masked.relevance.data.every((value) => Number.isFinite(value))).toBe(true);
  expect(() => lrp.analyze([new Tensor([1, 0, width], new Float32Array(0)), integers([], [1, 0])], { target: 1 }))
    .toThrow(/takes .* got/);
});
