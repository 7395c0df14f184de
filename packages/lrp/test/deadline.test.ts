/** Analyses that end in time: whole methods, not only the passes within them. */
import { ActivationLayer, chain, Dense, type Layer, type Model } from "@relprop/layers";
import { DeadlineError, tensor, zeros } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { integratedGradients, LRP, occlusion, smoothGrad, type Analyzer } from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

describe("a deadline", () => {
  /** Passes its input on, and takes its time. */
  const slow = (milliseconds: number): Layer => new ActivationLayer({
    name: "slow",
    slope: () => 1,
    apply: (x) => {
      for (const end = Date.now() + milliseconds; Date.now() < end;);
      return x;
    },
  });

  test("ends an analysis between layers, and harms none after it", () => {
    const lrp = new LRP(chain(new Dense(tensor([[1]])), ...Array.from({ length: 40 }, () => slow(20))));
    const x = tensor([[1]]);
    const started = Date.now();
    expect(() => lrp.analyze(x, { deadline: started + 50 })).toThrow(DeadlineError);
    expect(Date.now() - started).toBeLessThan(600);
    expect(lrp.analyze(x, { deadline: Date.now() + 60_000 }).relevance.data).toEqual(Float32Array.of(1));
  });

  test.each<readonly [string, (model: Model) => Analyzer]>([
    ["occlusion", (model) => occlusion(model, { batch: 1 })],
    ["integratedGradients", (model) => integratedGradients(model, { steps: 2 ** 17 })],
    ["smoothGrad", (model) => smoothGrad(model, { samples: 2 ** 17 })],
  ])("ends %s between its passes, whose inputs are made as they are used", (_, method) => {
    const analyzer = method(chain(new Dense(randomTensor([1, 400])), slow(10)));
    const started = Date.now();
    expect(() => analyzer.analyze(zeros([1, 400]), { deadline: started + 100 })).toThrow(DeadlineError);
    expect(Date.now() - started).toBeLessThan(1000);
  });

  test("of options that are none is not asked for", () => {
    const analyzer = occlusion(chain(new Dense(tensor([[1]]))));
    const taken = "analyze: takes options as an object, got 5";
    expect(() => analyzer.analyze(zeros([1, 1]), 5 as never)).toThrow(taken);
  });
});
