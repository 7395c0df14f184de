import { Add, BatchNorm, chain, Dense, Model, relu, type Node, type Part } from "@relprop/layers";
import { canonize } from "@relprop/lrp";
import { relativeError, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

const dense = (activation = false): Dense =>
  new Dense(tensor([[2, -1], [1, 3]]), { bias: tensor([1, -2]), ...(activation ? { activation: relu } : {}) });
const normalization = (activation = false): BatchNorm =>
  new BatchNorm({
    mean: tensor([5, -1]), variance: tensor([4, 9]), gamma: tensor([3, -1]), beta: tensor([1, 2]), epsilon: 0,
    ...(activation ? { activation: relu } : {}),
  });
const inputs = [tensor([[1, 2]]), tensor([[-3, 1]]), tensor([[0, -4]])];

function expectSameOutputs(model: Model, kinds: readonly string[]): void {
  const canonical = canonize(model);
  expect(canonical.nodes.map(({ layer }) => layer.kind)).toEqual(kinds);
  for (const input of inputs) {
    const wanted = model.forward(input);
    canonical.forward(input).forEach(
      (output, i) => expect(relativeError(output.data, wanted[i]!.data)).toBeLessThan(1e-6),
    );
  }
}

test.each<[string, readonly Part[], readonly string[]]>([
  ["after a dense layer", [dense(), normalization()], ["Dense"]],
  ["before a dense layer", [normalization(), dense()], ["Dense"]],
  ["with an activation after a dense layer", [dense(), normalization(true)], ["Dense", "Relu"]],
  ["with an activation before a dense layer", [normalization(true), dense()], ["BatchNorm", "Dense"]],
  ["after an activation fused into the layer", [dense(true), normalization()], ["Dense", "BatchNorm"]],
  ["between two dense layers", [dense(), normalization(), dense()], ["Dense", "Dense"]],
])("batch normalisation %s leaves the outputs as they are", (_, parts, kinds) => {
  expectSameOutputs(chain(...parts), kinds);
});

test.each<[string, readonly string[], readonly string[]]>([
  ["by a node", ["c"], ["Dense", "BatchNorm", "Add"]],
  ["as an output", ["b", "a"], ["Dense", "BatchNorm"]],
])("a layer that is also read %s is not changed by what follows it", (_, outputs, kinds) => {
  const node = (name: string, layer: Node["layer"], ...sources: string[]): Node =>
    ({ name, layer, inputs: sources, index: [] });
  const nodes = [node("a", dense(), "x"), node("b", normalization(), "a"), node("c", new Add(), "a", "b")];
  expectSameOutputs(new Model({ inputs: [{ name: "x" }], nodes: nodes.slice(0, kinds.length), outputs }), kinds);
});
