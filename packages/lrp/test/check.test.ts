/** Whether a model suits relevance propagation, said before anything is computed. */
import {
  BatchNorm, chain, Conv, Dense, Flatten, LogSoftmax, Model, Multiply, parallel, relu, skip, Softmax, type Layer,
} from "@relprop/layers";
import { ones } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { checkModel, indices, LRP, ModelCheckError, pass, prepare, zero, type CheckRow } from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const dense = (): Dense => new Dense(randomTensor([2, 2]));

/** A layer of one's own, without a rule. */
const odd: Layer = {
  kind: "Odd",
  role: "other",
  outputShape: (shape) => shape,
  forward: (x) => x,
  pullback: (x) => ({ output: x, back: (s) => [s] }),
};

/** A layer that lacks what propagation needs. */
const forwardOnly = { kind: "ForwardOnly", role: "other", forward: odd.forward } as unknown as Layer;

function verdicts(model: Model): Readonly<Record<string, CheckRow["verdict"]>> {
  return Object.fromEntries(checkModel(model).rows.map(({ node, verdict }) => [node.name, verdict]));
}

test("a network of layers with rules passes, and every node has its line, indented as it is nested", () => {
  const model = chain({
    features: chain(new Conv(randomTensor([2, 2, 1])), skip(relu)), classifier: chain(new Flatten(), dense()),
  });
  const check = checkModel(model);
  expect(check.passed).toBe(true);
  expect(`${check}`.split("\n")).toEqual([
    "  ✓ features.0 (Conv)",
    "    ✓ features.1.0 (Relu)",
    "    ✓ features.1.merge (Add)",
    "  ✓ classifier.0 (Flatten)",
    "  ✓ classifier.1 (Dense)",
  ]);
});

describe("a softmax", () => {
  test.each([new Softmax(), new LogSoftmax()])("at the output is refused, with what to do ($kind)", (softmax) => {
    const model = chain(dense(), softmax);
    expect(checkModel(model).passed).toBe(false);
    expect(`${checkModel(model)}`.split("\n")[1]).toBe(
      `✗ 1 (${softmax.kind}): a softmax at the output mixes the scores of all classes; ` +
        "call stripSoftmax(model) or prepare(model)",
    );
    expect(checkModel(prepare(model)).passed).toBe(true);
  });

  test("inside the network is not", () => {
    expect(verdicts(chain(new Softmax(), dense()))).toEqual({ 0: "supported", 1: "supported" });
  });
});

test("what works but asks for a choice gets advice", () => {
  const norm = new BatchNorm({ mean: ones([2]), variance: ones([2]) });
  const gated = parallel([dense(), dense()], new Multiply());
  const model = chain(relu, norm, gated, odd);
  expect(checkModel(model).passed).toBe(true);
  expect(`${checkModel(model)}`.split("\n")).toEqual([
    "✓ 0 (Relu)",
    "! 1 (BatchNorm): not fused with a linear layer; call canonize(model), or give it a rule of its own",
    "  ✓ 2.0 (Dense)",
    "  ✓ 2.1 (Dense)",
    "  ! 2.merge (Multiply): multiplies activations, which share relevance equally; choose product({ share })",
    "! 3 (Odd): has no rule of its own and takes a ⊙ Jᵀ(R / y)",
  ]);
  expect(verdicts(prepare(chain(dense(), norm)))).toEqual({ 0: "supported" });
});

test("a node that nothing reads is pointed out, an output is not", () => {
  const nodes = [
    { name: "read", layer: dense(), inputs: ["x"], index: [0] },
    { name: "idle", layer: dense(), inputs: ["read"], index: [1] },
    { name: "out", layer: dense(), inputs: ["read"], index: [2] },
  ];
  const check = checkModel(new Model({ inputs: [{ name: "x" }], nodes, outputs: ["out"] }));
  expect(`${check}`.split("\n")[1]).toBe("! idle (Dense): is read by nothing and gets no relevance");
  expect(check.rows.map(({ verdict }) => verdict)).toEqual(["supported", "advice", "supported"]);
});

describe("an analyzer", () => {
  const model = chain(dense(), forwardOnly, new Softmax());

  test("refuses a model that fails, and tells all reasons", () => {
    expect(() => new LRP(model)).toThrow(ModelCheckError);
    expect(() => new LRP(model)).toThrow([
      "LRP: takes models whose nodes all suit it (skipChecks: true to try anyway), got",
      "✗ 1 (ForwardOnly): does not implement outputShape, pullback; implement the Layer interface",
      "✗ 2 (Softmax): a softmax at the output mixes the scores of all classes; " +
        "call stripSoftmax(model) or prepare(model)",
    ].join("\n"));
    try {
      new LRP(model);
    } catch (error) {
      const { rows } = (error as ModelCheckError).check;
      expect(rows.map(({ verdict }) => verdict)).toEqual(["supported", "unsupported", "unsupported"]);
    }
  });

  test("tries anyway if told to", () => {
    const probabilities = chain(dense(), new Softmax());
    const { relevance } = new LRP(probabilities, [zero(), pass()], { skipChecks: true }).analyze(randomTensor([1, 2]));
    expect(relevance.shape).toEqual([1, 2]);
    expect(() => new LRP(model, [], { skipChecks: true })).not.toThrow();
  });
});

test("colours are for terminals", () => {
  const check = checkModel(chain(dense(), relu, odd, new Softmax()));
  const colored = check.format({ color: true });
  for (const mark of ["\u001b[32m✓", "\u001b[33m!", "\u001b[31m✗"]) expect(colored).toContain(mark);
  expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(`${check}`);
});

test("a layer that does not say its role is refused", () => {
  const { role: _, ...roleless } = odd;
  const [row] = checkModel(chain(roleless as Layer)).rows;
  expect(row).toMatchObject({ verdict: "unsupported", why: "does not implement role" });
});

test("indices lists every node with its index, name and kind", () => {
  expect(indices(chain({ first: dense(), then: skip(relu) }))).toBe(
    ["[0]     first (Dense)", "[1, 0]    then.0 (Relu)", "[1, 1]    then.merge (Add)"].join("\n"),
  );
});
