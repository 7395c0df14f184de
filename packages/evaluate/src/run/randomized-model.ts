/** Networks that have unlearned something: weights of chosen nodes in a random order. */
import { ActivationLayer, isAffine, Model, type AffineLayer, type Node } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import { randomFor, shuffled } from "../draw/random.ts";
import { checkGivenModel } from "@relprop/lrp";

/** How weights are made random: in another order, so that their distribution stays, or drawn anew from a normal one. */
export type Randomization = "permuted" | "redrawn";

/** The nodes whose weights can be made random, from the output down. */
export function randomizable(model: Model): readonly string[] {
  return model.carriers.filter(({ layer }) => isAffine(layer)).map(({ name }) => name).reverse();
}

/** The model with the weights and biases of these nodes random; which they are depends on seed and node alone. */
export function randomized(
  model: Model, nodes: ReadonlySet<string>, seed: number, how: Randomization = "permuted",
): Model {
  checkGivenModel("randomized", model);
  return new Model({
    ...graphOf(model),
    nodes: model.nodes.flatMap((node) => {
      if (!nodes.has(node.name) || !isAffine(node.layer)) return [node];
      return withParameters(node, node.layer, {
        weight: shaken(node.layer.weight, how, [seed, "weight", node.name]),
        bias: node.layer.bias && shaken(node.layer.bias, how, [seed, "bias", node.name]),
      });
    }),
  });
}

function graphOf({ inputs, nodes, outputs, limits, remarks }: Model): ConstructorParameters<typeof Model>[0] {
  return { inputs, nodes, outputs, limits, remarks };
}

/** A fused activation becomes a node of its own, which has the name that others read. */
function withParameters(
  node: Node, layer: AffineLayer, { weight, bias }: { readonly weight: Tensor; readonly bias: Tensor | undefined },
): readonly Node[] {
  const bare = layer.withParameters(weight, bias);
  if (layer.activation.name === "identity") return [{ ...node, layer: bare }];
  const sum = `${node.name}.sum`;
  return [
    { ...node, name: sum, layer: bare }, { ...node, layer: new ActivationLayer(layer.activation), inputs: [sum] },
  ];
}

function shaken({ shape, data }: Tensor, how: Randomization, key: readonly (number | string)[]): Tensor {
  const random = randomFor(...key);
  if (how === "permuted") return new Tensor(shape, Float32Array.from(shuffled(data.length, random), (i) => data[i]!));
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  return new Tensor(shape, data.map(() => mean + deviation * random.normal()));
}
