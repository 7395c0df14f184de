/** Which part of the input a neuron looks at. */
import type { Layer, LayerKind, Model, Region } from "@relprop/layers";
import { formatShape, type Layout, type Shape } from "@relprop/tensor";

/**
 * The box of positions of an input (per spatial axis, first and behind last) that the neuron of `node` at `position`
 * depends on, for inputs of these shapes; of the first input unless `of` names another. A layer that does not know its
 * reach is taken to look at everything.
 */
export function receptiveField(
  model: Model, inputs: Shape | readonly Shape[], node: string, position: readonly number[],
  of: string = (model.inputs.find(({ type }) => type === undefined) ?? model.inputs[0]!).name,
): Region {
  const shapes = model.shapes(...(isShape(inputs) ? [inputs] : inputs));
  if (!model.inputs.some(({ name }) => name === of)) {
    const names = model.inputs.map(({ name }) => name).join(", ");
    throw new RangeError(`receptiveField: takes the name of an input, ${names}, got "${of}"`);
  }
  const extents = spatial(shapes.get(model.node(node).name)!, model.layout(node));
  if (position.length !== extents.length || position.some((p, axis) => !(p >= 0 && p < extents[axis]!))) {
    throw new RangeError(
      `receptiveField: takes a position within ${formatShape(extents)}, got ${formatShape(position)}`,
    );
  }
  const inert = new Set(model.nodes.filter((each) => each.inert === true).map(({ name }) => name));
  const needed = new Map<string, Region>([[node, position.map((p): [number, number] => [p, p + 1])]]);
  for (const { name, layer, inputs } of model.carriers.toReversed()) {
    const region = needed.get(name);
    if (region === undefined) continue;
    for (const source of inputs.filter((given) => !inert.has(given))) {
      const extents = spatial(shapes.get(source)!, model.layout(source));
      const reached = reachOf(layer, region, {
        reads: shapes.get(source)!, layout: model.layout(source), makes: model.layout(name),
      });
      const whole = extents.map((extent): [number, number] => [0, extent]);
      const clipped = (reached?.length === extents.length ? reached : whole).map(
        ([from, to], axis): [number, number] => [Math.max(0, from), Math.min(extents[axis]!, to)],
      );
      needed.set(source, joined(needed.get(source), clipped));
    }
  }
  return needed.get(of) ?? spatial(shapes.get(of)!, model.layout(of)).map((extent) => [0, extent]);
}

/** The extents besides batch and channels. */
export function spatial(shape: Shape, layout: Layout | undefined): readonly number[] {
  return layout === "channelsLast" && shape.length > 2 ? shape.slice(1, -1) : shape.slice(2);
}

/** What a layer reads and makes. */
interface Between {
  readonly reads: Shape;
  readonly layout: Layout | undefined;
  readonly makes: Layout | undefined;
}

/** The positions that a box of what the layer makes depends on; `undefined` where that is not known. */
function reachOf(
  layer: LayerKind & Pick<Partial<Layer>, "reach">, region: Region, between: Between,
): Region | undefined {
  const { reads, layout, makes } = between;
  const { axisUse } = layer;
  if (region.length === 0 || reads.length !== region.length + 2) return undefined;
  if (typeof axisUse === "object") {
    // Output axis i is input axis axisUse[i]; spatial axes must come from spatial ones.
    const [toOutput, toInput] = [makes === "channelsLast" ? 1 : 2, layout === "channelsLast" ? 1 : 2];
    const places = region.map((_, axis) => axisUse[axis + toOutput]! - toInput);
    const isWhole = places.toSorted((a, b) => a - b).every((place, axis) => place === axis);
    return isWhole ? region.map((_, axis) => region[places.indexOf(axis)]!) : undefined;
  }
  if (layout !== "channelsLast") return layer.reach?.(region, reads);
  // Elsewhere layers count spatial axes from behind the channels; what moves nothing asks for no axis.
  const isPointwise = axisUse === "kept" && layer.role !== "route" || layer.role === "activation";
  return isPointwise ? layer.reach?.(region, [reads[0]!, reads.at(-1)!, ...reads.slice(1, -1)]) : undefined;
}

function isShape(inputs: Shape | readonly Shape[]): inputs is Shape {
  return inputs.every((extent) => typeof extent === "number");
}

/** The smallest box around both. */
function joined(a: Region | undefined, b: Region): Region {
  if (a === undefined) return b;
  return b.map(([from, to], axis) => [Math.min(from, a[axis]![0]), Math.max(to, a[axis]![1])]);
}
