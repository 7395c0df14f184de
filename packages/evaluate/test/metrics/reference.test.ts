/** Metrics of a network that is not linear, against a script in double precision that shares nothing with them. */
import { inputXGradient } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  classContrast, completeness, constant, entropy, faithfulnessEstimate, flipping, flips, infidelity, linear,
  localization, measure, patches, segments, sensitivityN, sparseness, type Measures, type Metric,
} from "@relprop/evaluate";
import { randomFor } from "../../src/draw/random.ts";
import { picture, reference, referenceNetwork } from "../reference/network.ts";

const model = referenceNetwork();
const input = picture(reference.input);
const samples = [{ id: 0, input }];
const measured = (...metrics: readonly Metric[]): Measures =>
  measure(model, samples, inputXGradient(model), metrics, { units: patches(2), imputer: constant(0) });
const numbers = (name: string): Readonly<Record<string, number>> => reference[name] as Record<string, number>;

test("what follows from the definitions alone is the reference's", () => {
  const measures = measured(
    flips({ steps: 4, randomOrders: 0 }), faithfulnessEstimate(), completeness(), sparseness(), entropy(),
    classContrast(),
  );
  for (const [name, wanted] of Object.entries(reference.metrics)) {
    expect(measures.get(name)!.mean, name).toBeCloseTo(wanted, 5);
  }
});

test("what is drawn comes to what all subsets, and all squares, have on average", () => {
  const measures = measured(sensitivityN({ sizes: [2], subsets: 4096 }), infidelity({ draws: 4096 }));
  for (const [name, wanted] of Object.entries(numbers("expected over draws"))) {
    const { mean } = measures.get(name)!;
    expect(Math.abs(mean! - wanted) / Math.abs(wanted), `${name}: ${mean}, ${wanted}`).toBeLessThan(0.03);
  }
});

test("localisation is the reference's", () => {
  const mask = reference["mask"] as readonly number[];
  const measures = measured(localization(() => mask, { top: 3 }));
  for (const [name, wanted] of Object.entries(numbers("localization"))) {
    expect(measures.get(name)!.mean, name).toBeCloseTo(wanted, 5);
  }
});

test("segments are hidden in the order of their mean relevance", () => {
  const options = { units: segments(reference["segments"] as readonly number[]), imputer: constant(0), steps: 3 };
  const { irof } = flipping(model, samples, inputXGradient(model), options);
  expect(irof.mean).toBeCloseTo(reference["irofOfSegments"] as number, 5);
});

test("hidden pixels solve the reference's system", () => {
  const impute = linear(0).prepare(input, undefined, () => randomFor(0));
  const filled = (impute as (hidden: Uint8Array) => ArrayLike<number>)(
    Uint8Array.from(reference["hidden"] as readonly number[]),
  );
  (reference["imputed"] as readonly number[]).forEach((wanted, i) => expect(filled[i]).toBeCloseTo(wanted, 6));
  expect(input).toBeInstanceOf(Tensor);
});
