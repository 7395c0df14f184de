/** How many multiplications products take. */
import { isAffine } from "@relprop/layers";

const sizeOf = (shape) => shape.reduce((size, extent) => size * extent, 1);

/** Multiplications of a forward pass, and of an explanation that goes by this plan, that pass among them. */
export function multiplications(model, inputShape, { rows }) {
  const shapes = new Map([[model.inputs[0].name, inputShape], ...model.shapes(inputShape)]);
  const planned = new Map(rows.map((row) => [row.node, row]));
  let [forward, explained] = [0, 0];
  for (const { name, inputs, layer } of model.nodes) {
    if (!isAffine(layer) || layer.weight.shape.length < 2) continue;
    const isTransposed = layer.kind === "ConvTranspose";
    const positions = sizeOf(shapes.get(isTransposed ? inputs[0] : name)) / layer.weight.shape[0];
    const { products, transposed } = planned.get(name);
    forward += layer.weight.size * positions;
    explained += layer.weight.size * positions * (1 + products + transposed);
  }
  return { forward, explained };
}
