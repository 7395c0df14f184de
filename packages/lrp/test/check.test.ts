/** Whether a model suits relevance propagation, and how that is said. */
import {
  BatchNorm, chain, Conv, Dense, Flatten, LogSoftmax, MaxPool, Model, Multiply, parallel, relu, skip, Softmax,
  type Layer,
} from "@relprop/layers";
import { ones, tensor, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { checkModel, indices, LRP, ModelCheckError, prepare } from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const dense = (): Dense => new Dense(randomTensor([2, 2]));

const model = chain({
  features: chain(
    new Conv(randomTensor([2, 1, 3, 3])), new BatchNorm({ mean: ones([2]), variance: ones([2]) }), relu,
    skip(chain(new Conv(randomTensor([2, 2, 1, 1])), relu)), new MaxPool(2),
  ),
  gate: parallel([chain(), new Softmax(1)], new Multiply()),
  head: chain(new Flatten(), dense(), new Softmax()),
});

test("every node has a verdict, nested ones too, with why and what to do", () => {
  const check = checkModel(model);
  expect(check.passed).toBe(false);
  expect(check.toString()).toBe([
    "  ✓ features.0 (Conv)",
    "  ! features.1 (BatchNorm): not fused with a linear layer; call canonize(model), or give it a rule of its own",
    "  ✓ features.2 (Relu)",
    "      ✓ features.3.0.0 (Conv)",
    "      ✓ features.3.0.1 (Relu)",
    "    ✓ features.3.merge (Add)",
    "  ✓ features.4 (MaxPool)",
    "  ! gate.1 (Softmax): has no rule of its own and takes a ⊙ Jᵀ(R / y)",
    "  ! gate.merge (Multiply): multiplies activations, which share relevance equally; choose product({ share })",
    "  ✓ head.0 (Flatten)",
    "  ✓ head.1 (Dense)",
    "  ✗ head.2 (Softmax): a softmax at the output mixes the scores of all classes; " +
      "call stripSoftmax(model) or prepare(model)",
  ].join("\n"));
  const colored = check.format({ color: true });
  expect(colored).toContain("\u001b[31m✗\u001b[0m head.2");
  expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(check.toString());
});

test("what is prepared passes", () => {
  const check = checkModel(prepare(model));
  expect(check.passed).toBe(true);
  expect(check.rows.filter(({ verdict }) => verdict === "advice").map(({ node }) => node.name)).toEqual(
    ["gate.1", "gate.merge"],
  );
});

describe("an analyzer", () => {
  test("refuses what is unsupported, and only that, with the check at hand", () => {
    expect(() => new LRP(model)).toThrow(ModelCheckError);
    try {
      new LRP(chain(dense(), new LogSoftmax()));
    } catch (error) {
      expect(String(error)).toBe(
        "ModelCheckError: LRP: takes models whose nodes all suit it (skipChecks: true to try anyway), got\n" +
          "✗ 1 (LogSoftmax): a softmax at the output mixes the scores of all classes; " +
          "call stripSoftmax(model) or prepare(model)",
      );
      expect((error as ModelCheckError).check.rows).toHaveLength(2);
    }
    expect.assertions(3);
  });

  test("tries anyway if told to", () => {
    const { relevance } = new LRP(model, [], { skipChecks: true }).analyze(randomTensor([1, 1, 5, 5]));
    expect(relevance.data.every(Number.isFinite)).toBe(true);
  });
});

test("a layer that is none is found", () => {
  const half = { kind: "Half", role: "activation", outputShape: (shape: readonly number[]) => shape,
    forward: (x: Tensor) => x } as unknown as Layer;
  const roleless = { ...half, kind: "Roleless", role: undefined, pullback: () => undefined } as unknown as Layer;
  expect(checkModel(chain(half, roleless)).rows.map(({ verdict, why, advice }) => [verdict, why, advice])).toEqual([
    ["unsupported", "does not implement pullback", "implement the Layer interface"],
    ["unsupported", "does not implement role", "implement the Layer interface"],
  ]);
});

test("a node that nothing reads is pointed out, one that is an output is not", () => {
  const nodes = ["a", "b", "c"].map((name, i) => ({ name, layer: dense(), inputs: ["x"], index: [i] }));
  const split = new Model({ inputs: [{ name: "x" }], nodes, outputs: ["a", "c"] });
  expect(checkModel(split).toString().split("\n")).toEqual([
    "✓ a (Dense)", "! b (Dense): is read by nothing and gets no relevance", "✓ c (Dense)",
  ]);
  expect([...new LRP(split).analyze(tensor([[1, 2]]), { layers: ["b"] }).layers.get("b")!.data]).toEqual([0, 0]);
});

test("indices lists every node with its index, name and kind", () => {
  expect(indices(chain({ first: dense(), then: skip(relu) }))).toBe(
    ["[0]     first (Dense)", "[1, 0]    then.0 (Relu)", "[1, 1]    then.merge (Add)"].join("\n"),
  );
});
