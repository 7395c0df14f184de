/** What defaults stand on: numbers rather than habit. */
import { chain, Dense, relu } from "@relprop/layers";
import { epsilonPlus, epsilonPlusFlat, LRP } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { compare, randomFor } from "@relprop/evaluate";

const draw = randomFor("defaults");
const normal = (scale: number, ...shape: number[]): Tensor =>
  new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * draw.normal()));

test("of rows of features the flat rule says nothing and ε does, so the default depends on the model", () => {
  const model = chain(
    new Dense(normal(0.5, 24, 12)), relu, new Dense(normal(0.3, 16, 24)), relu, new Dense(normal(0.5, 3, 16)),
  );
  const samples = Array.from({ length: 60 }, (_, id) => ({ id, input: normal(1, 1, 12) }));
  const comparison = compare(model, samples, {
    flat: new LRP(model, epsilonPlusFlat()), epsilon: new LRP(model, epsilonPlus()),
  });
  const [best, other] = comparison.ranking();
  expect(best!.method).toBe("epsilon");
  expect(best!.interval!.low).toBeGreaterThan(0.1);
  expect(other!.interval!.low).toBeLessThan(0);
  expect(other!.interval!.high).toBeGreaterThan(0);
  expect(other!.behind!.adjusted).toBeLessThan(0.001);
});
