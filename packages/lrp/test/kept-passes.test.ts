/** Forward passes that are kept, and what is no forward pass. */
import { chain, Conv, Dense, Flatten, MaxPool, relu } from "@relprop/layers";
import { Arena, kernels, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { expect, test } from "vitest";
import { epsilon, LRP, onlyCopy } from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const network = chain({
  conv: new Conv(randomTensor([3, 2, 3, 3]), { padding: 1, activation: relu }),
  pool: new MaxPool(2),
  flat: new Flatten(),
  dense: new Dense(randomTensor([4, 12], 4)),
});
const input = randomTensor([1, 2, 4, 4], 9);

test("a forward pass whose scratch memory has gone back is refused, wherever it is used", () => {
  const lrp = new LRP(network, [], { arena: new Arena({ poison: true }) });
  const { tape, explanation } = lrp.scratch(() => {
    const inside = lrp.forward(input);
    return { tape: inside, explanation: lrp.analyze(inside) };
  });
  const gone = /^analyze: takes a forward pass that is still there, got one of a `scratch` that ended/;
  expect(() => lrp.analyze(tape)).toThrow(gone);
  expect(() => lrp.backward(tape, new Map([["dense", onlyCopy(explanation.output)]]))).toThrow(gone);
  expect(() => explanation.conservation).toThrow(gone);
  expect([...explanation.relevance.data]).toEqual([...lrp.analyze(lrp.forward(input)).relevance.data]);
});

test("a forward pass in scratch memory serves any number of analyses", () => {
  const large = chain({
    first: new Conv(randomTensor([4, 1, 3, 3]), { padding: 1, activation: relu }),
    second: new Conv(randomTensor([2, 4, 3, 3], 2), { padding: 1, activation: relu }),
    flat: new Flatten(),
    dense: new Dense(randomTensor([3, 2 * 128 ** 2], 3)),
  });
  const lrp = new LRP(large, epsilon(0.1), { arena: new Arena({ poison: true }) });
  const x = randomTensor([1, 1, 128, 128], 5);
  const once = lrp.analyze(x).relevance;
  lrp.scratch(() => {
    const tape = lrp.forward(x);
    for (let time = 0; time < 3; time++) expect(lrp.analyze(tape).relevance.data).toEqual(once.data);
  });
});

test("passes that are done again are those of the same shape", () => {
  const before = kernels();
  useKernels(simd()!);
  try {
    const lrp = new LRP(network, epsilon(0.1));
    const several = randomTensor([2, 2, 4, 4], 7);
    const fresh = [input, several].map((x) => new LRP(network, epsilon(0.1)).analyze(x).relevance);
    for (const turn of [0, 0, 0, 1, 0, 1, 1, 1, 0]) {
      expect(lrp.analyze([input, several][turn]!).relevance.data).toEqual(fresh[turn]!.data);
    }
  } finally {
    useKernels(before);
  }
});

test("what cannot be analysed is refused in a sentence", () => {
  for (const nothing of [undefined, null, 3]) {
    expect(() => new LRP(network).analyze(nothing as never)).toThrow(
      `analyze: takes an input, a list or an object of them, or a forward pass, got ${nothing}`,
    );
  }
});
