/** Hidden positions as weighted means of their neighbours, hidden ones too, and a little noise (Rong et al. 2022). */
import { gridOf, type Grid } from "../units/grid.ts";
import type { Imputer } from "./imputer.ts";

/**
 * Every hidden position is the mean of its neighbours, where direct ones count twice as much as diagonal ones, and
 * normal noise is added: hidden parts leave no edges that a network could read. Where all is hidden it is the channel's
 * mean.
 */
export function linear(noise = 0.01): Imputer {
  if (!(noise >= 0)) throw new RangeError(`linear: takes noise >= 0, got ${noise}`);
  return {
    name: `linear ${noise}`,
    prepare: (input, layout, random) => {
      const grid = gridOf("linear", input.shape, layout);
      if (grid.extents.length === 0) throw new RangeError("linear: takes pictures or series, got a row of features");
      const neighbours = neighboursOf(grid);
      const draw = random();
      const added = Float64Array.from(input.data, () => noise * draw.normal());
      return (hidden) => {
        const out = Float64Array.from(input.data);
        for (let channel = 0; channel < grid.channels; channel++) {
          const plane = Float64Array.from({ length: grid.positions }, (_, p) => input.data[grid.element(channel, p)]!);
          const mask = Uint8Array.from(plane, (_, p) => hidden[grid.element(channel, p)]!);
          solved(plane, mask, neighbours).forEach((value, p) => {
            const element = grid.element(channel, p);
            out[element] = value + added[element]!;
          });
        }
        return out;
      };
    },
  };
}

/** Per position its neighbours and how much each counts. */
interface Neighbours {
  readonly at: readonly Int32Array[];
  readonly weights: readonly Float64Array[];
}

function neighboursOf({ extents, positions }: Grid): Neighbours {
  const steps = extents.reduce<readonly (readonly number[])[]>(
    (all, _) => all.flatMap((step) => [-1, 0, 1].map((move) => [...step, move])), [[]],
  ).filter((step) => step.some((move) => move !== 0));
  const [at, weights]: [Int32Array[], Float64Array[]] = [[], []];
  for (let position = 0; position < positions; position++) {
    let rest = position;
    const coordinates = extents.toReversed().map((extent) => {
      const coordinate = rest % extent;
      rest = Math.floor(rest / extent);
      return coordinate;
    }).reverse();
    const inside = steps.filter((step) => step.every((move, axis) => {
      const to = coordinates[axis]! + move;
      return to >= 0 && to < extents[axis]!;
    }));
    at.push(Int32Array.from(inside, (step) =>
      step.reduce((flat, move, axis) => flat * extents[axis]! + coordinates[axis]! + move, 0)));
    weights.push(Float64Array.from(inside, (step) => 1 / step.filter((move) => move !== 0).length));
  }
  return { at, weights };
}

/**
 * Solves `Σ_j w_ij (x_i − x_j) = 0` for all hidden i by conjugate gradients, preconditioned by the diagonal; shown
 * positions keep their value.
 */
function solved(plane: Float64Array, hidden: Uint8Array, { at, weights }: Neighbours): Float64Array {
  const unknown = [...hidden.keys()].filter((i) => hidden[i] === 1);
  const x = Float64Array.from(plane);
  const mean = plane.reduce((all, value) => all + value, 0) / plane.length;
  for (const i of unknown) x[i] = mean;
  if (unknown.length === 0 || unknown.length === plane.length) return x;
  const apply = (v: Float64Array, i: number): number => {
    let sum = 0;
    at[i]!.forEach((j, k) => {
      sum += weights[i]![k]! * (v[i]! - v[j]!);
    });
    return sum;
  };
  const diagonal = weights.map((all) => all.reduce((sum, weight) => sum + weight, 0));
  const [residual, direction, image] = [0, 1, 2].map(() => new Float64Array(plane.length)) as
    [Float64Array, Float64Array, Float64Array];
  let norm = 0;
  for (const i of unknown) {
    residual[i] = -apply(x, i);
    direction[i] = residual[i]! / diagonal[i]!;
    norm += residual[i]! * direction[i]!;
  }
  const enough = 1e-16 * norm;
  for (let step = 0; step < 4 * unknown.length && norm > enough && norm > 0; step++) {
    let curvature = 0;
    for (const i of unknown) {
      image[i] = apply(direction, i);
      curvature += direction[i]! * image[i]!;
    }
    const along = norm / curvature;
    let next = 0;
    for (const i of unknown) {
      x[i]! += along * direction[i]!;
      residual[i]! -= along * image[i]!;
      next += residual[i]! ** 2 / diagonal[i]!;
    }
    for (const i of unknown) direction[i] = residual[i]! / diagonal[i]! + (next / norm) * direction[i]!;
    norm = next;
  }
  return x;
}
