/** Which part of the input a neuron looks at. */
import type { Model, Region } from "@relprop/layers";
import { formatShape, type Shape } from "@relprop/tensor";

/**
 * The box of positions of an input (per spatial axis, first and behind last) that the neuron of `node` at `position`
 * depends on, for inputs of these shapes; of the first input unless `of` names another. A layer that does not know its
 * reach is taken to look at everything.
 */
export function receptiveField(
  model: Model, node: string, position: readonly number[], inputs: Shape | readonly Shape[],
  of: string = (model.inputs.find(({ type }) => type === undefined) ?? model.inputs[0]!).name,
): Region {
  const shapes = model.shapes(...(isShape(inputs) ? [inputs] : inputs));
  if (!model.inputs.some(({ name }) => name === of)) {
    const names = model.inputs.map(({ name }) => name).join(", ");
    throw new RangeError(`receptiveField: takes the name of an input, ${names}, got "${of}"`);
  }
  const extents = shapes.get(model.node(node).name)!.slice(2);
  if (position.length !== extents.length || position.some((p, axis) => !(p >= 0 && p < extents[axis]!))) {
    throw new RangeError(
      `receptiveField: takes a position within ${formatShape(extents)}, got ${formatShape(position)}`,
    );
  }
  const inert = new Set(model.nodes.filter((each) => each.inert === true).map(({ name }) => name));
  const needed = new Map<string, Region>([[node, position.map((p): [number, number] => [p, p + 1])]]);
  for (const { name, layer, inputs } of model.carriers.toReversed()) {
    const reach = "reach" in layer ? layer.reach?.bind(layer) : undefined;
    const region = needed.get(name);
    if (region === undefined) continue;
    for (const source of inputs.filter((given) => !inert.has(given))) {
      const shape = shapes.get(source)!;
      const whole = shape.slice(2).map((extent): [number, number] => [0, extent]);
      const sameRank = whole.length === region.length && region.length > 0;
      const reached = (sameRank ? reach?.(region, shape) : undefined) ?? whole;
      const clipped = reached.map(
        ([from, to], axis): [number, number] => [Math.max(0, from), Math.min(shape[axis + 2]!, to)],
      );
      needed.set(source, joined(needed.get(source), clipped));
    }
  }
  return needed.get(of) ?? shapes.get(of)!.slice(2).map((extent) => [0, extent]);
}

function isShape(inputs: Shape | readonly Shape[]): inputs is Shape {
  return inputs.every((extent) => typeof extent === "number");
}

/** The smallest box around both. */
function joined(a: Region | undefined, b: Region): Region {
  if (a === undefined) return b;
  return b.map(([from, to], axis) => [Math.min(from, a[axis]![0]), Math.max(to, a[axis]![1])]);
}
