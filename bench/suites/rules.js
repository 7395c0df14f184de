/** Rules at one convolution and one dense layer behind a rectifier: the backward pass alone, and what plans save. */
import { ActivationLayer, chain, Conv, Dense, relu } from "@relprop/layers";
import { at, LRP, pass, ruleFactories } from "@relprop/lrp";
import { ones } from "@relprop/tensor";
import { randomTensor } from "../networks.js";
import { generator } from "../random.js";

const options = {
  gamma: { gamma: 0.25 }, generalizedGamma: { gamma: 0.25 }, epsilon: { epsilon: 1e-6 }, zBox: { low: -1, high: 1 },
  alphaBeta: { alpha: 2, beta: 1 },
};
const names = [
  "zero", "epsilon", "gamma", "generalizedGamma", "zPlus", "alphaBeta", "wSquare", "flat", "zBox", "pass", "gradient",
];

/** Each rule planned, and a few as they are defined. */
export function cases({ tiny = false } = {}) {
  const random = generator(3);
  const [c, e, features] = tiny ? [2, 4, 6] : [64, 56, 1024];
  const models = {
    Conv: () => behindRelu(new Conv(randomTensor([c, c, 3, 3], random), { padding: 1 }), [1, c, e, e]),
    Dense: () => behindRelu(new Dense(randomTensor([features, features], random)), [1, features]),
  };
  const behindRelu = (layer, shape) => ({
    model: chain(new ActivationLayer(relu), layer),
    input: randomTensor(shape, random),
  });
  return Object.entries(models).flatMap(([kind, makeModel]) => {
    // What passes relevance on unchanged needs as many outputs as inputs, which both layers have.
    const row = (name, unplanned) => ({
      label: `${kind} ${name}${unplanned ? " unplanned" : ""}`,
      make() {
        const { model, input } = makeModel();
        const rule = ruleFactories[name].make(options[name] ?? {});
        const lrp = new LRP(model, [at(0, pass()), at(1, rule)], { skipChecks: true, unplanned });
        const tape = lrp.forward(input);
        const start = new Map([["1", ones([1, ...tape.value("1").shape])]]);
        return () => lrp.scratch(() => lrp.backward(tape, start).length);
      },
    });
    return [...names.map((name) => row(name, false)), ...["zPlus", "alphaBeta", "flat"].map((name) => row(name, true))];
  });
}
