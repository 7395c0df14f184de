/** How many axes the values of a model have, as far as that can be known without an input. */
import { isAffine, isOperator, Undetermined, type Layer, type Model, type Operator } from "@relprop/layers";
import { ShapeError, type Shape } from "@relprop/tensor";

/**
 * The number of axes of every value by name; what is missing is not known.
 *
 * It follows from the shapes the model states for its inputs; behind extents that are free, from layers that keep it
 * and from those whose output has as many axes whatever they get (`Flatten`). An only input without a stated shape
 * counts as `[N, features]` if the whole model takes that: a `chain` of dense layers is one on features, not on tokens.
 */
export function ranks(model: Model): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  const shapes = new Map<string, Shape>();
  model.inputs.forEach(({ name, shape = featureShape(model) }) => {
    if (shape === undefined) return;
    known.set(name, shape.length);
    shapes.set(name, shape.map((extent) => extent ?? 1));
  });
  for (const { name, layer, inputs } of model.nodes) {
    const given = inputs.map((source) => shapes.get(source));
    const shape = given.every((each) => each !== undefined) ? attempt(layer, given) : undefined;
    if (shape !== undefined) shapes.set(name, shape);
    const rank = shape?.length ?? keptRank(layer, inputs.map((source) => known.get(source))) ?? fixedRank(layer);
    if (rank !== undefined) known.set(name, rank);
  }
  return known;
}

/** The shape `[1, features]` of the only input, where every layer of the model takes what follows from it. */
function featureShape(model: Model): Shape | undefined {
  if (model.inputs.length !== 1) return undefined;
  const widths = new Set(model.nodes.flatMap(({ layer }) => (isAffine(layer) ? [layer.weight.shape.at(-1) ?? 1] : [])));
  for (const width of widths) {
    try {
      model.shapes([1, width]);
      return [1, width];
    } catch (error) {
      if (!(error instanceof ShapeError || error instanceof Undetermined)) throw error;
    }
  }
  return undefined;
}

/** Affine layers keep the number of axes; others are asked, with extents of 1. */
function keptRank(layer: Layer | Operator, ranks: readonly (number | undefined)[]): number | undefined {
  if (ranks.length === 0 || !ranks.every((rank) => rank !== undefined)) return undefined;
  return isAffine(layer) ? ranks[0] : attempt(layer, ranks.map(unitShape))?.length;
}

/** The number of axes of the output, if it is the same for inputs of two, three and four. */
function fixedRank(layer: Layer | Operator): number | undefined {
  const [two, ...others] = [2, 3, 4].map((rank) => attempt(layer, [unitShape(rank)])?.length);
  return others.every((rank) => rank === two) ? two : undefined;
}

function unitShape(rank: number): Shape {
  return new Array<number>(rank).fill(1);
}

/** The output's shape, or `undefined` where the layer does not take these inputs. */
function attempt(layer: Layer | Operator, inputs: readonly Shape[]): Shape | undefined {
  if (isOperator(layer)) return undefined;
  try {
    return layer.outputShape(...inputs);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}
