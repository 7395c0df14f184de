/**
 * A batch gives each sample what it gives alone, bit for bit: scores, relevance, several targets at once, concepts, and
 * also where the batch moves behind the tokens, is merged with them, with heads or with windows, and split off again.
 */
import { CRP, topN } from "@relprop/crp";
import fc from "fast-check";
import {
  ActivationLayer, Add, Concat, Dense, Flatten, gelu, LayerNorm, MatMul, Model, Multiply, relu, Reshape, Scale, sigmoid,
  Slice, Softmax, Transpose, type Layer, type Node,
} from "@relprop/layers";
import { epsilonPlus, LRP, zero, type Assigned } from "@relprop/lrp";
import { Tensor, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { afterEach, describe, expect, test } from "vitest";
import { Draw } from "./draw.ts";

const [tokens, width, heads] = [4, 8, 2];

/** A network from `[N, tokens, width]` to `[N, 3]`, some blocks long. */
class Blocks {
  readonly #draw: Draw;
  readonly #nodes: Node[] = [];
  /** Where blocks end. */
  readonly ends: string[] = [];

  constructor(seed: number) {
    this.#draw = new Draw(seed);
  }

  /** Adds a layer that reads these values; returns its name. */
  add(layer: Layer, ...inputs: readonly string[]): string {
    const name = `n${this.#nodes.length}`;
    this.#nodes.push({ name, layer, inputs, index: [this.#nodes.length] });
    return name;
  }

  dense(from: string, out = width, into = width): string {
    const bias = this.#draw.chance(0.5) ? this.#draw.tensor([out]) : undefined;
    return this.add(new Dense(this.#draw.tensor([out, into]), { bias }), from);
  }

  /** A block that takes and gives `[N, tokens, width]`. */
  block(from: string): string {
    const kinds = [
      () => this.dense(this.add(new ActivationLayer(this.#draw.chance(0.5) ? relu : gelu), this.dense(from))),
      () => this.add(new LayerNorm(width, { weight: this.#draw.tensor([width]) }), from),
      // The batch moves behind the tokens.
      () => this.add(new Transpose([1, 0, 2]), this.dense(this.add(new Transpose([1, 0, 2]), from))),
      // It merges with the tokens, and with windows of them.
      () => this.add(new Reshape([-1, tokens, width], { from: 0 }), this.dense(this.add(
        new Reshape([-1, width], { from: 0 }), from))),
      () => this.add(new Reshape([-1, tokens, width], { from: 0 }), this.add(new Softmax(1), this.add(
        new Reshape([-1, tokens / 2, width], { from: 0 }), from))),
      () => this.attention(from),
      // Gates, parts side by side in another order, a weight per position.
      () => this.add(new Multiply(), this.dense(from), this.add(new ActivationLayer(sigmoid), this.dense(from))),
      () => this.add(new Concat(1), this.add(new Slice({ axis: 1, start: 1 }), from), this.add(
        new Slice({ axis: 1, end: 1 }), from)),
      () => this.add(new Scale(this.#draw.tensor([tokens, width])), from),
    ];
    const made = this.#draw.among(kinds)();
    return this.#draw.chance(0.5) ? this.add(new Add(), from, made) : made;
  }

  /** Heads merged with the batch, which stands behind them as `nn.MultiheadAttention` has it. */
  attention(from: string): string {
    const size = width / heads;
    const split = (value: string): string => this.add(new Transpose([1, 0, 2]), this.add(
      new Reshape([tokens, -1, size], { from: 0 }), this.add(new Transpose([1, 0, 2]), value)));
    const [q, k, v] = [split(this.dense(from)), split(this.dense(from)), split(this.dense(from))];
    const weights = this.add(new Softmax(), this.add(new MatMul(), q, this.add(new Transpose([0, 2, 1]), k)));
    const context = this.add(new Transpose([1, 0, 2]), this.add(new MatMul(), weights, v));
    const merged = this.add(new Reshape([tokens, -1, width], { from: 0 }), context);
    return this.dense(this.add(new Transpose([1, 0, 2]), merged));
  }

  model(blocks: number): Model {
    let last = "x";
    for (let i = 0; i < blocks; i++) this.ends.push((last = this.block(last)));
    const scores = this.dense(this.add(new Flatten(), last), 3, tokens * width);
    return new Model({ inputs: [{ name: "x" }], nodes: this.#nodes, outputs: [scores] });
  }
}

const composites: readonly (readonly [string, Assigned])[] = [["LRP-0", zero()], ["epsilonPlus", epsilonPlus()]];

let before: ReturnType<typeof useKernels> | undefined;
afterEach(() => {
  if (before !== undefined) useKernels(before);
});

describe.each(["scalar", "simd"] as const)("on %s kernels", (kind) => {
  test.each(composites)("every sample of a batch gets what it gets alone, by %s", (_, composite) => {
    const fast = simd();
    if (kind === "simd" && fast === undefined) return;
    if (kind === "simd") before = useKernels(fast!);
    const sizes = [fc.integer(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 5 })] as const;
    fc.assert(fc.property(...sizes, (seed, blocks, n) => {
      const draw = new Draw(seed + 1);
      const lrp = new LRP(new Blocks(seed).model(blocks), composite, { skipChecks: true });
      const samples = Array.from({ length: n }, () => draw.tensor([1, tokens, width]));
      const together = lrp.analyzeAll(joined(samples), { targets: [0, 2, "max"] });
      samples.forEach((sample, i) => {
        const alone = lrp.analyzeAll(sample, { targets: [0, 2, "max"] });
        const one = lrp.analyze(sample, { target: 2 });
        expect(bits(together[0]!.output.rows(i, i + 1))).toEqual(bits(alone[0]!.output));
        alone.forEach(({ relevance }, k) => {
          expect(bits(together[k]!.relevance.rows(i, i + 1))).toEqual(bits(relevance));
        });
        expect(bits(one.relevance)).toEqual(bits(alone[1]!.relevance));
      });
    }), { numRuns: 25 });
  });
});

describe.each(["scalar", "simd"] as const)("concepts on %s kernels", (kind) => {
  test("are those that a sample has alone, with as much relevance, one by one or several at once", () => {
    const fast = simd();
    if (kind === "simd" && fast === undefined) return;
    if (kind === "simd") before = useKernels(fast!);
    const sizes = [fc.integer(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 4 })] as const;
    fc.assert(fc.property(...sizes, (seed, blocks, n) => {
      const draw = new Draw(seed + 1);
      const made = new Blocks(seed);
      const lrp = new LRP(made.model(blocks), epsilonPlus(), { skipChecks: true });
      const samples = Array.from({ length: n }, () => draw.tensor([1, tokens, width]));
      const node = draw.among(made.ends);
      const options = { axis: 2, target: 2, layers: [lrp.model.nodes[0]!.name] };
      const of = (count: number, input: Tensor): ReturnType<CRP["concepts"]>["concepts"] =>
        new CRP(lrp, node, topN(count)).concepts(input, options).concepts;
      const together = of(3, joined(samples));
      samples.forEach((sample, i) => {
        const alone = of(3, sample);
        expect(alone).toHaveLength(3);
        alone.forEach(({ ids, atNode, relevance, layers }, k) => {
          expect([together[k]!.ids[i], together[k]!.atNode[i]]).toEqual([ids[0], atNode[0]]);
          expect(bits(together[k]!.relevance.rows(i, i + 1))).toEqual(bits(relevance));
          const [name] = options.layers as [string];
          if (layers.get(name)!.shape[0] !== 1) return; // the batch lies elsewhere there
          expect(bits(together[k]!.layers.get(name)!.rows(i, i + 1))).toEqual(bits(layers.get(name)!));
        });
        const [first] = of(1, sample);
        expect(bits(first!.relevance)).toEqual(bits(alone[0]!.relevance));
      });
    }), { numRuns: 25 });
  });
});

/** Samples `[1, …]` as one batch. */
function joined(samples: readonly Tensor[]): Tensor {
  const [first] = samples as [Tensor, ...Tensor[]];
  const out = new Tensor([samples.length, ...first.shape.slice(1)], new Float32Array(samples.length * first.size));
  samples.forEach(({ data }, i) => out.data.set(data, i * first.size));
  return out;
}

function bits({ data }: Tensor): Uint32Array {
  // Any NaN is as good as another.
  return new Uint32Array(data.slice().map((value) => (Number.isNaN(value) ? NaN : value)).buffer);
}
