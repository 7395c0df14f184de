/** Forward passes that are kept, and what is no forward pass. */
import { chain, Conv, Dense, Flatten, MaxPool, relu } from "@relprop/layers";
import { Arena } from "@relprop/tensor";
import { expect, test } from "vitest";
import { LRP, onlyCopy } from "@relprop/lrp";
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

test("what cannot be analysed is refused in a sentence", () => {
  for (const nothing of [undefined, null, 3]) {
    expect(() => new LRP(network).analyze(nothing as never)).toThrow(
      `analyze: takes an input, a list or an object of them, or a forward pass, got ${nothing}`,
    );
  }
});
