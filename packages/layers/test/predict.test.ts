import { chain, Dense, type Layer, type Linearization } from "@relprop/layers";
import { Arena, arenaRuns, sharedArena, tensor, type Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

const twice = new Dense(tensor([[2, 0], [0, 2]]));

/** Says whether an arena ran when it was used. */
class Probe implements Layer {
  readonly kind = "Probe";
  readonly role = "route";
  readonly seen: boolean[] = [];

  outputShape(shape: readonly number[]): readonly number[] {
    return shape;
  }

  forward(x: Tensor): Tensor {
    this.seen.push(arenaRuns());
    return x;
  }

  pullback(x: Tensor): Linearization {
    return { output: x, back: (s) => [s] };
  }
}

test("predict works in scratch memory, and what it returns stays", () => {
  const probe = new Probe();
  const model = chain(twice, probe, twice);
  const arena = sharedArena();
  const first = model.predict(tensor([[1, 2]]));
  const peak = arena.peak;
  model.predict(tensor([[5, 6]]));
  arena.run(() => tensor([[9, 9, 9, 9]]));
  expect([...first.data]).toEqual([4, 8]);
  expect(probe.seen).toEqual([true, true]);
  expect(peak).toBeGreaterThan(0);
  expect(arena.peak).toBe(peak);
});

test("the output of a model that passes its input on is a copy", () => {
  const x = tensor([[1, 2]]);
  expect(chain(new Probe()).predict(x).data).not.toBe(x.data);
});

test("in an arena that runs, values are its own", () => {
  const arena = new Arena();
  arena.run(() => {
    const used = arena.peak;
    chain(twice, twice).predict(tensor([[1, 2]]));
    expect(arena.peak).toBeGreaterThan(used);
  });
});

test("what could not be held at once is worked on piece by piece", () => {
  const probe = new Probe();
  // Shapes decide; nothing of that size is made.
  const huge = new Probe();
  const model = chain(probe, huge);
  const x = tensor([[1]]);
  Object.defineProperty(huge, "outputShape", { value: () => [2 ** 28, 2] });
  model.predict(x);
  expect(probe.seen).toEqual([false]);
});
