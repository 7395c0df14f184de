/** Memory goes back while relevance goes on: nothing that is still needed is among it. */
import { createHash } from "node:crypto";
import { chain, Conv, Flatten, Model, type Layer, type Linearization } from "@relprop/layers";
import { Arena, clone, empty, ones, Tensor, type Shape } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  epsilon, everywhere, gradient, LRP, named, onlyCopy, presets, type Composite, type Rule, type TapeStep,
} from "@relprop/lrp";
import { Endings, liesIn } from "../src/run/endings.ts";
import { randomTensor } from "../../layers/test/random.ts";
import { branches, conv, input, node, views } from "./large-models.ts";

const bits = (data: Float32Array): string =>
  createHash("sha256").update(new Uint8Array(data.slice().buffer)).digest("hex");

/** What arrives where all memory stays. */
function wanted(lrp: LRP, layers: readonly string[], start: Tensor): Map<string, string> {
  const found = new Map<string, string>();
  const tape = lrp.forward(input);
  const visit = (name: string, { data }: Tensor): void => void found.set(name, bits(data));
  lrp.backward(tape, new Map([[lrp.model.outputs[0]!, onlyCopy(start)]]), { visit });
  return new Map([...layers, lrp.model.inputs[0]!.name].map((name) => [name, found.get(name)!]));
}

test.each<readonly [string, Model]>([["branches", branches], ["views", views]])(
  "relevance of %s is what it is where all memory stays", (_, model) => {
    const layers = model.nodes.map(({ name }) => name);
    for (const composite of [presets["epsilon-plus"](), presets["epsilon-alpha2-beta1"](), epsilon(0.1)]) {
      for (const asked of [layers.slice(1, 3), layers]) {
        const lrp = new LRP(model, composite, { arena: new Arena({ poison: true }) });
        const { inputs, layers: found, output } = lrp.analyze(input, { layers: asked, start: "value" });
        const begin = lrp.scratch(() => clone(lrp.forward(input).value(model.outputs[0]!)));
        expect([...output.data]).toEqual([...begin.data]);
        const start = clone(begin);
        const [samples, size] = [begin.shape[0]!, begin.size / begin.shape[0]!];
        for (let n = 0; n < samples; n++) {
          const row = start.data.subarray(n * size, (n + 1) * size);
          const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
          for (let i = 0; i < size; i++) if (row[i] !== most) row[i] = 0;
        }
        const got = new Map([...found, ...inputs].map(([name, { data }]) => [name, bits(data)]));
        expect(got).toEqual(wanted(lrp, asked, start));
      }
    }
  },
);

test("scratch memory holds the forward pass and little more", () => {
  const model = chain(...Array.from({ length: 12 }, (_, i) => conv(8, i === 0 ? 3 : 8, i)));
  const arena = new Arena({ capacity: 16 });
  new LRP(model, presets["epsilon-plus"](), { arena }).analyze(randomTensor([1, 3, 96, 96], 3), { target: 0 });
  const value = 8 * 96 * 96;
  // Sums and what became of them, and at most six more for a step of the way back.
  expect(arena.peak).toBeLessThan((2 * 12 + 6) * value);
});

test("what rules of others got is what they got to the end", () => {
  const kept: { readonly tensor: Tensor; readonly before: string }[] = [];
  const usual = epsilon(0.1);
  const keeping: Rule = {
    name: "keeping",
    options: {},
    refusal: () => undefined,
    propagation: (layer) => {
      const propagation = usual.propagation(layer);
      return (seen, relevance, account) => {
        for (const { tensor, before } of kept) expect(bits(tensor.data)).toBe(before);
        const below = propagation(seen, relevance, account);
        for (const tensor of [relevance, seen.output, ...below]) kept.push({ tensor, before: bits(tensor.data) });
        return below;
      };
    },
  };
  const model = chain(...Array.from({ length: 4 }, (_, i) => conv(8, i === 0 ? 3 : 8, i)));
  const lrp = new LRP(model, [keeping, usual, keeping, usual], { arena: new Arena({ poison: true }) });
  lrp.analyze(randomTensor([1, 3, 96, 96], 3), { target: 0 });
  expect(kept).toHaveLength(6);
});

test("relevance that lies in what a layer saw harms nothing", () => {
  class Given implements Layer {
    readonly kind = "Given";
    readonly role = "other";
    outputShape(input: Shape): Shape {
      return input;
    }
    forward(x: Tensor): Tensor {
      return new Tensor(x.shape, x.data.map((value) => 2 * value));
    }
    pullback(x: Tensor, y: Tensor): Linearization {
      return { output: this.forward(x), back: () => [y, x] };
    }
  }
  const linear = new Conv(randomTensor([8, 3, 3, 3], 1), { padding: 1 });
  const nodes = [node("a", linear, "x"), node("b", conv(8, 3, 2), "x"), node("sum", new Given(), "b", "a")];
  const model = new Model({ inputs: [{ name: "x" }], nodes, outputs: ["sum"] });
  const composite: Composite = [everywhere(epsilon(0.1)), named("sum", gradient())];
  const lrp = new LRP(model, composite, { arena: new Arena({ poison: true }), skipChecks: true });
  const { inputs } = lrp.analyze(input, { target: ones([2, 8, 96, 96]) });
  expect(new Map([...inputs].map(([name, { data }]) => [name, bits(data)]))).toEqual(
    wanted(lrp, [], ones([2, 8, 96, 96])),
  );
});

test("a value ends after its step, but not where it lies in what the step read", () => {
  new Arena({ poison: true }).run(() => {
    const whole = empty([1, 1 << 17]);
    whole.data.fill(1);
    const part = new Tensor([1, 1 << 16], whole.data.subarray(1 << 15, 3 << 15));
    const step = (output: Tensor, ...inputs: Tensor[]): TapeStep => ({
      node: node("n", new Flatten()), layer: new Flatten(), isBound: false, reads: [],
      seen: { inputs, carries: [], output, back: () => [] },
    });
    const endings = new Endings(true);
    endings.after(step(part, whole), [], []);
    endings.after({ ...step(whole), isBound: true }, [], []);
    endings.after(step(whole), [], [part]);
    new Endings(false).after(step(whole), [], []);
    expect([whole.data[0], part.data[0]]).toEqual([1, 1]);
    endings.after(step(whole), [], []);
    expect([whole.data[0], part.data[0], whole.data.at(-1)]).toEqual([NaN, NaN, NaN]);
  });
});

test("thousands of small values are not compared with one another", () => {
  let looks = 0;
  const small = (): Tensor => {
    const data = new Float32Array(4);
    Object.defineProperty(data, "buffer", { get: () => (looks++, new ArrayBuffer(16)) });
    return new Tensor([4], data);
  };
  const [many, output] = [Array.from({ length: 300 }, small), small()];
  const seen = { inputs: many, output, carries: [], back: () => [] };
  expect(liesIn(many, seen)).toBe(false);
  expect(looks).toBeLessThan(10 * many.length);
  const large = new Float32Array(1 << 17);
  const inside = new Tensor([8], large.subarray(4, 12));
  expect(liesIn([inside], { ...seen, output: new Tensor([1 << 17], large) })).toBe(true);
  expect(liesIn([new Tensor([1 << 17], large)], { ...seen, inputs: [inside] })).toBe(true);
});

test("a target that lies in scratch memory is what it was, whatever became of the relevance it began", () => {
  const model = chain(conv(8, 3, 21), conv(8, 8, 22));
  const lrp = new LRP(model, epsilon(0.1), { arena: new Arena({ poison: true }) });
  const x = randomTensor([1, 3, 96, 96], 1);
  lrp.scratch(() => {
    const target = clone(ones([1, 8, 96, 96]));
    const given = new Tensor(target.shape, empty(target.shape).data);
    given.data.set(target.data);
    lrp.analyze(x, { target: given });
    expect(bits(given.data)).toBe(bits(target.data));
  });
});
